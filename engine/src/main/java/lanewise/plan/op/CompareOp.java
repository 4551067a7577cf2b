package lanewise.plan.op;

import lanewise.error.InvalidInputException;
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
 * @param out   the result, as {@link PairOp#result} says
 */
public record CompareOp(String layer, PairOp op, int a, DType aType, int b, DType bType, int out)
        implements PairwiseOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, a, b);
    }

    @Override
    public boolean refusesValues() {
        return refusesValues(op, aType, bType);
    }

    /** Whether there may be integers without a result. */
    static boolean refusesValues(PairOp op, DType a, DType b) {
        boolean wide = a == DType.INT64 || b == DType.INT64;
        return op.result(a, b) == DType.INT32 && switch (op) {
            case FLOOR_DIVIDE, MOD, FMOD, POWER -> true;
            default -> wide;
        };
    }

    /** Says why integers have no result. */
    public static InvalidInputException refusal(String layer, ArithmeticException e) {
        return new InvalidInputException("layer '" + layer + "': " + e.getMessage());
    }

    @Override
    public void run(Frame f, Kernels k) {
        try {
            PairwiseOp.super.run(f, k);
        } catch (ArithmeticException e) {
            throw refusal(layer, e);
        }
    }

    @Override
    public void both(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(a), at, aType, f.data(b), bt, bType, f.data(out), to, n);
    }

    @Override
    public void singleB(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(a), at, aType, value(f, b, bType, bt), bType, false, f.data(out), to, n);
    }

    @Override
    public void singleA(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.pair(op, f.data(b), bt, bType, value(f, a, aType, at), aType, true, f.data(out), to, n);
    }

    private static double value(Frame f, int id, DType type, long i) {
        return type == DType.FLOAT32 ? Memory.get(f.data(id), i) : Memory.getInt(f.data(id), i);
    }
}
