package lanewise.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * What the operator Slice takes of one axis.
 *
 * @param axis  the axis
 * @param start where it starts, as Python counts
 * @param end   where it stops
 * @param step  from position to position
 */
record OnnxCut(int axis, long start, long end, int step) {
    /** The cuts of a node: attributes in old versions, inputs in newer ones. */
    static List<OnnxCut> of(OnnxNode n, int rank) {
        long[] starts = n.sizes("starts", 1);
        long[] ends = n.sizes("ends", 2);
        long[] axes = n.list("axes", 3);
        long[] steps = n.has(4) ? n.constant(4).longs() : null;
        List<OnnxCut> cuts = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            cuts.add(new OnnxCut(OnnxSizes.axis(axes == null ? i : axes[i], rank), starts[i], ends[i], steps == null ? 1 : (int) steps[i]));
        }
        return cuts;
    }
}
