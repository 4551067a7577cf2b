package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;

/**
 * Comparisons, logic, and arithmetic that has no vector form, on an array and a number.
 *
 * @param op       what is done
 * @param x        an array
 * @param type     what its values are
 * @param constant the number
 * @param swapped  whether the number comes first
 * @param out      the result: truth values or floats, as the operation says
 */
public record CompareNumberOp(PairOp op, int x, DType type, double constant, boolean swapped, int out)
        implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.pair(op, f.data(x), 0, type, constant, swapped, f.data(out), 0, Dims.count(f.dims(x)));
    }
}
