package lanewise.plan.op.shape;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.Streaming;

/**
 * Puts zeros around the axes after batch.
 *
 * @param x       [batch, space, features]
 * @param out     the same with longer axes of space
 * @param padding for each axis after batch how many before and after, one pair after the other
 */
public record PadOp(int x, int out, int[] padding) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        for (int i = 0; i < padding.length; i++) {
            dims[out][i / 2 + 1] = Dims.plus(dims[out][i / 2 + 1], padding[i]);
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        int axis = s.axis(x);
        if (axis < 1 || 2 * axis > padding.length || padding[2 * axis - 2] == 0 && padding[2 * axis - 1] == 0) {
            return s.each(this, out, x);
        }
        if (axis > 1 || padding.length > 2 || padding[1] > 0) {
            throw new Problem("adds steps behind the last one, or in space too");
        }
        return s.shift(out, x, padding[0]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] from = f.dims(x);
        int[] to = f.dims(out);
        int axes = padding.length / 2;
        int positions = Dims.count(to, 1, axes + 1);
        int block = Dims.count(from, axes + 1, from.length);
        long source = Dims.count(from, 1, axes + 1);
        for (int b = 0; b < from[0]; b++) {
            for (int p = 0; p < positions; p++) {
                long position = position(from, to, p);
                long at = ((long) b * positions + p) * block;
                if (position < 0) {
                    Memory.clear(f.data(out), at, block);
                } else {
                    Memory.copy(f.data(x), (b * source + position) * block, f.data(out), at, block);
                }
            }
        }
    }

    /** Which position of x comes to a position of the result, or -1 for zeros. */
    private long position(int[] from, int[] to, int place) {
        long position = 0;
        long scale = 1;
        for (int axis = padding.length / 2; axis > 0; axis--) {
            int at = place % to[axis] - padding[2 * axis - 2];
            if (at < 0 || at >= from[axis]) {
                return -1;
            }
            position += at * scale;
            scale *= from[axis];
            place /= to[axis];
        }
        return position;
    }
}
