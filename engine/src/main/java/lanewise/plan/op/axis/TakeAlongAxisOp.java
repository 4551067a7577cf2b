package lanewise.plan.op.axis;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PairwiseOp;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.Broadcast;
import lanewise.spec.Shape;

/**
 * The values at given positions of an axis.
 *
 * @param layer its path, for messages
 * @param x     an array
 * @param at    integers of as many axes; axes of size 1 are repeated, in both, but for the one that is looked up
 * @param out   the result
 * @param axis  the axis
 */
public record TakeAlongAxisOp(String layer, int x, int at, int out, int axis) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        for (int i = 0; i < dims[out].length; i++) {
            dims[out][i] = i == axis ? dims[at][i] : Broadcast.size(dims[x][i], dims[at][i]);
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.except(this, axis, "takes steps of the sequence by their position", out, x, at);
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] dx = f.dims(x);
        int[] da = f.dims(at);
        int[] d = f.dims(out);
        for (int i = 0; i < d.length; i++) {
            if (i != axis && !Broadcast.fits(dx[i], da[i])) {
                PairwiseOp.check(layer, dx, da);
            }
        }
        int n = Dims.count(d);
        for (int i = 0; i < n; i++) {
            int rest = i;
            long from = 0;
            long position = 0;
            long stepX = 1;
            long stepAt = 1;
            long alongX = 0;
            for (int j = d.length - 1; j >= 0; j--) {
                int here = rest % d[j];
                rest /= d[j];
                position += da[j] == 1 ? 0 : here * stepAt;
                if (j == axis) {
                    alongX = stepX;
                } else {
                    from += dx[j] == 1 ? 0 : here * stepX;
                }
                stepX *= dx[j];
                stepAt *= da[j];
            }
            from += alongX * Lookup.position(layer, f, at, position, dx[axis]);
            Memory.copy(f.data(x), from, f.data(out), i, 1);
        }
    }

    /** Whether sizes that are known fit, but for the axis that is looked up. */
    public static boolean fits(int[] x, int[] at, int axis) {
        for (int i = 0; i < x.length; i++) {
            if (i != axis && x[i] != Shape.ANY && at[i] != Shape.ANY && !Broadcast.fits(x[i], at[i])) {
                return false;
            }
        }
        return true;
    }
}
