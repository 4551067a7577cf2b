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
 * @param to    FLOAT32 or INT32; INT32 where integers of 64 bits come in; INT64 for floats that become integers which
 *              have 64 bits in the model, but are kept in 32
 */
public record CastOp(String layer, int x, DType from, int out, DType to) implements SameShapeOp {
    @Override
    public boolean refusesValues() {
        return from == DType.INT64 || to == DType.INT64;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        if (from != DType.INT64) {
            try {
                k.cast(f.data(x), from, f.data(out), to, n);
            } catch (ArithmeticException e) {
                throw CompareOp.refusal(layer, e);
            }
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
