package lanewise.plan.op.axis;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.Broadcast;

/**
 * For each row, the parts of an array at given positions of an axis.
 *
 * @param layer its path, for messages
 * @param x     [batch or 1, before..., size, behind...]
 * @param at    [batch or 1, positions...] integers
 * @param out   [batch, before..., positions..., behind...]
 * @param axis  the axis
 */
public record GatherOp(String layer, int x, int at, int out, int axis) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        int[] d = dims[out];
        d[0] = Broadcast.size(dims[x][0], dims[at][0]);
        System.arraycopy(dims[x], 1, d, 1, axis - 1);
        System.arraycopy(dims[at], 1, d, axis, dims[at].length - 1);
        int behind = dims[x].length - axis - 1;
        System.arraycopy(dims[x], axis + 1, d, d.length - behind, behind);
    }

    @Override
    public PlanOp stream(Streaming s) {
        // a fixed table: each step looks up its own rows
        return s.axis(x) == Streaming.FIXED && axis == 1 ? s.each(this, out, at)
                : s.whole(this, "takes steps of the sequence by their position", out, x, at);
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] dx = f.dims(x);
        int[] da = f.dims(at);
        if (!Broadcast.fits(dx[0], da[0])) {
            throw new InvalidInputException("layer '" + layer + "': is given positions for " + da[0] + " rows of "
                    + dx[0]);
        }
        int before = Dims.count(dx, 1, axis);
        int size = dx[axis];
        long behind = Dims.count(dx, axis + 1, dx.length);
        int positions = Dims.count(da, 1, da.length);
        int rows = f.dims(out)[0];
        long to = 0;
        for (int b = 0; b < rows; b++) {
            long row = dx[0] == 1 ? 0 : b;
            long first = da[0] == 1 ? 0 : (long) b * positions;
            for (int i = 0; i < before; i++) {
                for (int p = 0; p < positions; p++) {
                    long from = ((row * before + i) * size + Lookup.position(layer, f, at, first + p, size)) * behind;
                    Memory.copy(f.data(x), from, f.data(out), to, behind);
                    to += behind;
                }
            }
        }
    }
}
