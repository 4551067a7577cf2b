package lanewise.onnx;

import java.util.ArrayList;
import java.util.List;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.ShapeOperation;

/**
 * What the operator Slice takes of one axis.
 *
 * @param axis  the axis
 * @param start where it starts, as Python counts
 * @param end   where it stops
 * @param step  from position to position
 */
record OnnxCut(int axis, long start, long end, int step) {
    /** No axis reaches this far: exporters write the largest numbers there are for an open end. */
    private static final long FARTHEST = Integer.MAX_VALUE / 2;

    /** The cuts of a node: attributes in old versions, inputs in newer ones. */
    static List<OnnxCut> of(OnnxNode n, int rank) {
        long[] starts = n.needSizes("starts", 1);
        long[] ends = n.needSizes("ends", 2);
        long[] axes = n.list("axes", 3);
        long[] steps = n.has(4) ? n.constant(4).longs() : null;
        if (ends.length != starts.length || axes != null && axes.length != starts.length
                || steps != null && steps.length != starts.length) {
            throw new Unsupported("it has " + starts.length + " starts, but another number of ends, axes or steps");
        }
        List<OnnxCut> cuts = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            if (steps != null && (steps[i] == 0 || steps[i] > FARTHEST || steps[i] < -FARTHEST)) {
                throw new Unsupported("its step is " + steps[i]);
            }
            cuts.add(new OnnxCut(OnnxSizes.axis(axes == null ? i : axes[i], rank), starts[i], ends[i],
                    steps == null ? 1 : (int) steps[i]));
        }
        return cuts;
    }

    private boolean forwards() {
        return step > 0;
    }

    /**
     * The first position, of an axis of a known size (docs/Operators.md of ONNX: clamped into it, unlike Python's where
     * it goes backwards).
     */
    int begin(int size) {
        return (int) Math.clamp(start < 0 ? start + size : start, 0L, forwards() ? size : Math.max(0, size - 1));
    }

    /** Where it stops; -1 for before the first position. */
    int stop(int size) {
        if (!forwards() && end >= Integer.MAX_VALUE) {
            throw new Unsupported(
                    "it goes backwards to the largest number, which is nothing by ONNX's definition and all for "
                            + "ONNX Runtime");
        }
        return (int) Math.clamp(end < 0 ? end + size : end, forwards() ? 0L : -1L, forwards() ? size : size - 1L);
    }

    /** How many positions it takes. */
    int count(int size) {
        return Math.max(0, Math.ceilDiv(stop(size) - begin(size), step));
    }

    /** A bound of an axis whose size is known only at run time, as the engine's slices count: from the end, or open. */
    int bound(boolean first, int size, OnnxSizes.Symbols symbols) {
        long given = first ? start : end;
        boolean symbol = OnnxValue.isSymbol(given);
        long bound = symbol ? symbols.fromEnd((int) given, size) : given;
        // the whole size, and the largest numbers there are, lie at or behind the end
        boolean behind = symbol ? bound == 0 : bound > FARTHEST;
        boolean before = bound < -FARTHEST;
        if (behind || before) {
            if (before != (first == forwards())) {
                throw new Unsupported("it selects nothing along an axis");
            }
            return ShapeOperation.Slice.OPEN;
        } else if (first && !forwards() && bound < -1) {
            throw new Unsupported("it goes backwards from a position that the call may not have");
        }
        return (int) bound;
    }
}
