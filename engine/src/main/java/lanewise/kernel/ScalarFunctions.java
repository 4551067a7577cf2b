package lanewise.kernel;

import lanewise.spec.Operation.MapOp;
import lanewise.spec.Operation.PairOp;

/**
 * Functions of single values that have no vector form, in double precision. Both twins and constant folding use these
 * definitions.
 *
 * <p>{@link StrictMath} gives the same bits on every platform, {@link Math} does not, except for what IEEE 754 defines
 * exactly (square root, fma, rounding). Where {@link StrictMath} allocates, a series stands in its place.
 */
final class ScalarFunctions {
    /** Up to here sine and cosine reduce their argument themselves. */
    private static final double MOST_REDUCED = 1e6;
    /** The largest whole exponent that is computed by multiplication. */
    private static final int MOST_MULTIPLIED = 64;
    /** What the double {@code Math.PI / 2} lacks to half of pi. */
    private static final double HALF_PI_LOW = 6.123233995736766e-17;

    private ScalarFunctions() {}

    /** A function of one value; truth values are 0 and 1. */
    static double apply(MapOp op, double x) {
        return switch (op) {
            case ABSOLUTE -> Math.abs(x);
            case NEGATIVE -> -x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG2 -> StrictMath.log(x) / StrictMath.log(2);
            case LOG10 -> StrictMath.log10(x);
            case SIN -> sine(x, 0);
            case COS -> sine(x, 1);
            case ERF -> erf(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case SIGN -> Math.signum(x);
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case ISNAN -> Double.isNaN(x) ? 1 : 0;
            case SQUARE, TO_INT, TO_FLOAT, TO_BOOL -> throw new IllegalArgumentException(op + " has its own kernel");
        };
    }

    /** A function of two values; truth values are 0 and 1. */
    static double apply(PairOp op, double x, double y) {
        return switch (op) {
            case FLOOR_DIVIDE -> Math.floor(x / y);
            case MOD -> modulo(x, y);
            case POWER -> power(x, y);
            case EQUAL -> x == y ? 1 : 0;
            case NOT_EQUAL -> x != y ? 1 : 0;
            case GREATER -> x > y ? 1 : 0;
            case GREATER_EQUAL -> x >= y ? 1 : 0;
            case LESS -> x < y ? 1 : 0;
            case LESS_EQUAL -> x <= y ? 1 : 0;
            case LOGICAL_AND -> x != 0 && y != 0 ? 1 : 0;
            case LOGICAL_OR -> x != 0 || y != 0 ? 1 : 0;
            case LOGICAL_XOR -> x != 0 ^ y != 0 ? 1 : 0;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM ->
                throw new IllegalArgumentException(op + " has a vector form: see BinaryOp");
        };
    }

    /** The remainder of x / y with the sign of y; exact, also where y is infinite. */
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

    /** By its series where that converges fast, else by the continued fraction of erfc; DLMF sections 7.6 and 7.9. */
    private static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 6)) {
            return Double.isNaN(x) ? x : Math.signum(x);
        }
        double result;
        if (a < 2.5) {
            double term = a;
            result = a;
            for (int n = 1; n < 60; n++) {
                term *= 2 * a * a / (2 * n + 1);
                result += term;
            }
            result *= 2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a);
        } else {
            double fraction = a;
            for (int n = 60; n > 0; n--) {
                fraction = a + n / 2.0 / fraction;
            }
            result = 1 - StrictMath.exp(-a * a) / (fraction * Math.sqrt(Math.PI));
        }
        return Math.copySign(result, x);
    }

    /** The sine of x plus some quarter turns, by its series; {@link StrictMath#sin} allocates. */
    private static double sine(double x, int quarters) {
        if (!(Math.abs(x) < MOST_REDUCED)) {
            return quarters == 0 ? StrictMath.sin(x) : StrictMath.cos(x);
        }
        double turns = Math.rint(x / (Math.PI / 2));
        double r = Math.fma(-turns, HALF_PI_LOW, Math.fma(-turns, Math.PI / 2, x));
        int quarter = (int) ((long) turns + quarters & 3);
        boolean cosine = (quarter & 1) == 1;
        double term = cosine ? 1 : r;
        double sum = term;
        for (int n = cosine ? 1 : 2; n < 24; n += 2) {
            term *= -r * r / (n * (n + 1));
            sum += term;
        }
        return quarter >= 2 ? -sum : sum;
    }
}
