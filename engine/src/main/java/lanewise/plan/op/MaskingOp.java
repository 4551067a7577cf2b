package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Marks the steps in which some feature differs from a value, and sets the others to zero.
 *
 * @param x     [..., features]
 * @param out   the same, masked steps zero
 * @param mask  [...] truth values
 * @param value that all features of a masked step equal
 */
public record MaskingOp(int x, int out, int mask, float value) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        System.arraycopy(dims[x], 0, dims[mask], 0, dims[mask].length);
    }

    @Override
    public PlanOp stream(Streaming s) {
        s.each(this, out, x);
        s.also(mask, x);
        return this;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int width = Dims.last(f.dims(x));
        int rows = Dims.rows(f.dims(x));
        MemorySegment from = f.data(x);
        for (int r = 0; r < rows; r++) {
            long at = (long) r * width;
            boolean keep = k.differs(from, at, value, width);
            Memory.setInt(f.data(mask), r, keep ? 1 : 0);
            if (keep) {
                Memory.copy(from, at, f.data(out), at, width);
            } else {
                Memory.clear(f.data(out), at, width);
            }
        }
    }
}
