package lanewise.plan.op.axis;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * A vector for each integer, with a 1 in its position and zeros elsewhere.
 *
 * @param x     integers
 * @param out   the same with one more axis: floats
 * @param depth the size of that axis
 */
public record OneHotOp(int x, int out, int depth) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        dims[out][dims[out].length - 1] = depth;
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        Memory.clear(f.data(out), 0, (long) n * depth);
        for (int i = 0; i < n; i++) {
            k.addAt(f.data(x), i, null, 0, 1, true, f.data(out), (long) i * depth, depth);
        }
    }
}
