package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.DType;

/**
 * Numbers as another type: integers as floats, floats as integers, cut toward zero, and integers of 64 bits as ones of
 * 32.
 *
 * @param layer its path, for messages
 * @param x     an array
 * @param from  what its values are
 * @param out   the result
 * @param to    FLOAT32 or INT32; INT32 where integers of 64 bits come in
 */
public record CastOp(String layer, int x, DType from, int out, DType to) implements SameShapeOp {
    @Override
    public boolean refusesValues() {
        return from == DType.INT64 && to != DType.INT64;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        if (from != DType.INT64) {
            k.cast(f.data(x), from, f.data(out), to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            Memory.setInt(f.data(out), i, narrow(f.longs(x)[i], i));
        }
    }

    private int narrow(long value, int i) {
        if (value != (int) value) {
            throw new InvalidInputException("layer '" + layer + "': the integer " + value + " at position " + i
                    + " has more than 32 bits");
        }
        return (int) value;
    }
}
