package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;

/**
 * Comparisons, logic, and arithmetic for which there is no kernel, on two arrays of the same rank (axes of size 1 are
 * repeated) or on an array and a number.
 *
 * @param layer    its path, for messages
 * @param op       what is done
 * @param a        first array
 * @param aType    what its values are
 * @param b        second array, or -1
 * @param bType    what its values are
 * @param constant what stands for b where there is none
 * @param swapped  whether b comes first
 * @param out      the result: truth values or floats, as the operation says
 */
public record CompareOp(String layer, PairOp op, int a, DType aType, int b, DType bType, double constant,
        boolean swapped,
        int out)
        implements PlanOp {
    private static final int MOST_MULTIPLIED = 64;

    @Override
    public void shape(int[][] dims) {
        if (b < 0) {
            Dims.copy(dims[a], dims[out]);
        } else {
            Broadcast.shape(dims[a], dims[b], dims[out]);
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return b < 0 ? s.each(this, out, a) : s.each(this, out, a, b);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(out);
        if (b >= 0) {
            Broadcast.check(layer, f.dims(a), f.dims(b));
        }
        int n = Dims.count(d);
        boolean same = b >= 0 && Dims.count(f.dims(a)) == n && Dims.count(f.dims(b)) == n;
        for (int i = 0; i < n; i++) {
            double x = value(f, a, aType, b < 0 || same ? i : Broadcast.index(i, d, f.dims(a), 0));
            double y = b < 0 ? constant : value(f, b, bType, same ? i : Broadcast.index(i, d, f.dims(b), 0));
            double result = swapped ? apply(y, x) : apply(x, y);
            if (op.isTruth()) {
                Memory.setInt(f.data(out), i, (int) result);
            } else {
                Memory.set(f.data(out), i, (float) result);
            }
        }
    }

    private static double value(Frame f, int id, DType type, long i) {
        return type == DType.FLOAT32 ? Memory.get(f.data(id), i) : Memory.getInt(f.data(id), i);
    }

    private double apply(double x, double y) {
        return switch (op) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case FLOOR_DIVIDE -> Math.floor(x / y);
            case MOD -> modulo(x, y);
            case POWER -> power(x, y);
            case MAXIMUM -> Math.max(x, y);
            case MINIMUM -> Math.min(x, y);
            case EQUAL -> x == y ? 1 : 0;
            case NOT_EQUAL -> x != y ? 1 : 0;
            case GREATER -> x > y ? 1 : 0;
            case GREATER_EQUAL -> x >= y ? 1 : 0;
            case LESS -> x < y ? 1 : 0;
            case LESS_EQUAL -> x <= y ? 1 : 0;
            case LOGICAL_AND -> x != 0 && y != 0 ? 1 : 0;
            case LOGICAL_OR -> x != 0 || y != 0 ? 1 : 0;
            case LOGICAL_XOR -> x != 0 ^ y != 0 ? 1 : 0;
        };
    }

    /** What is left of x, with the sign of y; exact, also where y is infinite. */
    private static double modulo(double x, double y) {
        double left = x % y;
        return left == 0 ? Math.copySign(0.0, y) : left < 0 != y < 0 ? left + y : left;
    }

    /** By multiplication for small whole exponents; {@link StrictMath#pow} allocates. */
    private static double power(double x, double y) {
        if (y != Math.rint(y) || Math.abs(y) > MOST_MULTIPLIED) {
            return x == 0 || Double.isInfinite(x) || x < 0 ? StrictMath.pow(x, y)
                    : StrictMath.exp(y * StrictMath.log(x));
        }
        double power = 1;
        double square = x;
        for (int n = (int) Math.abs(y); n > 0; n >>= 1) {
            power = (n & 1) == 0 ? power : power * square;
            square *= square;
        }
        return y < 0 ? 1 / power : power;
    }
}
