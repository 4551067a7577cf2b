package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Keeps the values whose mask is true and puts others in place of the rest.
 *
 * @param layer its path, for messages
 * @param mask  truth values, of the same rank; axes of size 1 are repeated
 * @param x     an array
 * @param y     the others, of the same shape, or -1
 * @param out   the result
 * @param other what is put where there is no y
 */
public record WhereOp(String layer, int mask, int x, int y, int out, float other) implements SameShapeOp {
    @Override
    public PlanOp stream(Streaming s) {
        return y < 0 ? s.each(this, out, x, mask) : s.each(this, out, x, mask, y);
    }

    @Override
    public void run(Frame f, Kernels k) {
        Broadcast.check(layer, f.dims(mask), f.dims(x));
        if (y >= 0) {
            Broadcast.check(layer, f.dims(y), f.dims(x));
        }
        int n = Dims.count(f.dims(out));
        for (int i = 0; i < n; i++) {
            boolean keep = Memory.getInt(f.data(mask), Broadcast.index(i, f.dims(out), f.dims(mask), 0)) != 0;
            Memory.set(f.data(out), i, keep ? Memory.get(f.data(x), i) : y >= 0 ? Memory.get(f.data(y), i) : other);
        }
    }
}
