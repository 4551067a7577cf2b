package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;

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
public record WhereOp(String layer, int mask, int x, int y, int out, float other) implements PairwiseOp {
    @Override
    public int a() {
        return mask;
    }

    @Override
    public int b() {
        return x;
    }

    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return y < 0 ? s.each(this, out, x, mask) : s.each(this, out, x, mask, y);
    }

    @Override
    public void run(Frame f, Kernels k) {
        if (y >= 0) {
            PairwiseOp.check(layer, f.dims(y), f.dims(x));
        }
        PairwiseOp.super.run(f, k);
    }

    @Override
    public void both(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.select(f.data(mask), at, 1, f.data(x), others(f), other, f.data(out), to, n);
    }

    @Override
    public void singleA(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.select(f.data(mask), at, 0, f.data(x), others(f), other, f.data(out), to, n);
    }

    @Override
    public void singleB(Frame f, Kernels k, long at, long bt, long to, int n) {
        throw new IllegalStateException("the result has the sizes of x");
    }

    private MemorySegment others(Frame f) {
        return y < 0 ? null : f.data(y);
    }
}
