package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;

/**
 * Comparisons, logic, and arithmetic that has no vector form, on an array and a number.
 *
 * @param layer    its path, for messages
 * @param op       what is done
 * @param x        an array
 * @param type     what its values are
 * @param constant the number
 * @param numeric  what it is: FLOAT32 or INT32
 * @param swapped  whether the number comes first
 * @param out      the result, as {@link PairOp#result} says
 */
public record CompareNumberOp(String layer, PairOp op, int x, DType type, double constant, DType numeric,
        boolean swapped, int out)
        implements SameShapeOp {
    @Override
    public boolean refusesValues() {
        return CompareOp.refusesValues(op, type, numeric);
    }

    @Override
    public void run(Frame f, Kernels k) {
        try {
            k.pair(op, f.data(x), 0, type, constant, numeric, swapped, f.data(out), 0, Dims.count(f.dims(x)));
        } catch (ArithmeticException e) {
            throw CompareOp.refusal(layer, e);
        }
    }
}
