package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;

/**
 * Comparisons, logic, and arithmetic that has no vector form, on two arrays of the same rank; axes of size 1 are
 * repeated. {@link CompareNumberOp} does the same with a number.
 *
 * @param layer its path, for messages
 * @param op    what is done
 * @param a     first array
 * @param aType what its values are
 * @param b     second array
 * @param bType what its values are
 * @param out   the result: truth values or floats, as the operation says
 */
public record CompareOp(String layer, PairOp op, int a, DType aType, int b, DType bType, int out)
        implements PairwiseOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, a, b);
    }

    @Override
    public void both(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(a), at, aType, f.data(b), bt, bType, f.data(out), to, n);
    }

    @Override
    public void singleB(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(a), at, aType, value(f, b, bType, bt), false, f.data(out), to, n);
    }

    @Override
    public void singleA(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(b), bt, bType, value(f, a, aType, at), true, f.data(out), to, n);
    }

    private static double value(Frame f, int id, DType type, long i) {
        return type == DType.FLOAT32 ? Memory.get(f.data(id), i) : Memory.getInt(f.data(id), i);
    }
}
