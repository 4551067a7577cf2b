package lanewise.plan.op.axis;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * The positions along an axis of an array.
 *
 * @param like the array, for its size
 * @param out  [1, size] integers, 0 and up
 * @param axis the axis
 */
public record PositionsOp(int like, int out, int axis) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = 1;
        dims[out][1] = dims[like][axis];
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "counts positions of a sequence, of which a stream does not know the end", out, like);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = f.dims(out)[1];
        for (int i = 0; i < n; i++) {
            Memory.setInt(f.data(out), i, i);
        }
    }
}
