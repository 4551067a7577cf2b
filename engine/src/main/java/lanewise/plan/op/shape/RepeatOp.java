package lanewise.plan.op.shape;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * Repeats what lies at each position of an axis.
 *
 * @param x     an array
 * @param out   the same with a longer axis
 * @param axis  the axis
 * @param times how often
 */
public record RepeatOp(int x, int out, int axis, int times) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        dims[out][axis] = Dims.times(dims[x][axis], times);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int rows = Dims.count(d, 0, axis + 1);
        long width = Dims.count(d, axis + 1, d.length);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < times; i++) {
                Memory.copy(f.data(x), r * width, f.data(out), ((long) r * times + i) * width, width);
            }
        }
    }
}
