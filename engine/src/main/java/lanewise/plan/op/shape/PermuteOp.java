package lanewise.plan.op.shape;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * Reorders axes.
 *
 * @param x    an array
 * @param out  the result
 * @param axes for each new axis the old one, batch included
 */
public record PermuteOp(int x, int out, int[] axes) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        for (int i = 0; i < axes.length; i++) {
            dims[out][i] = dims[x][axes[i]];
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.permute(this, axes, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] from = f.dims(x);
        int[] to = f.dims(out);
        // axes that stay last move together
        int tail = axes.length;
        while (tail > 0 && axes[tail - 1] == tail - 1) {
            tail--;
        }
        int block = Dims.count(to, tail, to.length);
        int n = Dims.count(to, 0, tail);
        for (int i = 0; i < n; i++) {
            long source = 0;
            int rest = i;
            for (int axis = tail - 1; axis >= 0; axis--) {
                source += (long) (rest % to[axis]) * Dims.count(from, axes[axis] + 1, tail);
                rest /= to[axis];
            }
            Memory.copy(f.data(x), source * block, f.data(out), (long) i * block, block);
        }
    }
}
