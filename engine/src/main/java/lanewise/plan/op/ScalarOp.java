package lanewise.plan.op;

import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;

/**
 * Arithmetic on an array and a number.
 *
 * @param op       what is done
 * @param x        an array
 * @param constant the number
 * @param swapped  whether the number comes first
 * @param out      the result
 */
public record ScalarOp(BinaryOp op, int x, float constant, boolean swapped, int out) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.binary(op, f.data(x), 0, constant, swapped, f.data(out), 0, Dims.count(f.dims(x)));
    }
}
