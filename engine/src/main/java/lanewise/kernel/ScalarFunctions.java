package lanewise.kernel;

import lanewise.spec.MapOp;
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

    /** The natural logarithm of 2. */
    private static final double LOG_2 = StrictMath.log(2);

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
            case LOG2 -> StrictMath.log(x) / LOG_2;
            case LOG10 -> StrictMath.log10(x);
            case SIN -> sine(x, 0);
            case COS -> sine(x, 1);
            case TAN -> sine(x, 0) / sine(x, 1);
            case ARCSIN -> StrictMath.asin(x);
            case ARCCOS -> StrictMath.acos(x);
            case ARCTAN -> StrictMath.atan(x);
            case SINH -> StrictMath.sinh(x);
            case COSH -> StrictMath.cosh(x);
            case ARCSINH -> arcsinh(x);
            case ARCCOSH -> x < 1 ? Double.NaN : StrictMath.log1p(x - 1 + Math.sqrt((x - 1) * (x + 1)));
            case ARCTANH -> StrictMath.log1p(2 * x / (1 - x)) / 2;
            case ERF -> SpecialFunctions.erf(x);
            case ERFC -> SpecialFunctions.erfc(x);
            case ERFINV -> SpecialFunctions.erfinv(x);
            case CBRT -> StrictMath.cbrt(x);
            // TensorFlow multiplies floats: the product may overflow
            case SINC -> x == 0 ? 1 : Float.isInfinite((float) (Math.PI * x)) ? Double.NaN
                    : sine(Math.PI * x, 0) / (Math.PI * x);
            // TensorFlow multiplies infinity by what vanishes
            case BESSEL_I0 -> Double.isInfinite(x) ? Double.NaN : SpecialFunctions.besselI0(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case SIGN -> Math.signum(x);
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case ISNAN -> Double.isNaN(x) ? 1 : 0;
            case ISINF -> Double.isInfinite(x) ? 1 : 0;
            case ISFINITE -> Double.isFinite(x) ? 1 : 0;
            case SIGNBIT -> Double.doubleToRawLongBits(x) < 0 ? 1 : 0;
            case TO_FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
            case TO_BFLOAT16 -> bfloat16((float) x);
            case SQUARE, TO_INT, TO_FLOAT, TO_BOOL, BITWISE_NOT ->
                throw new IllegalArgumentException(op + " has its own kernel");
        };
    }

    /** Rounds to the upper 16 bits of a float, halves to the even one; NaN stays NaN. */
    private static float bfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1);
        return Float.isNaN(x) ? x : Float.intBitsToFloat(rounded & 0xffff0000);
    }

    /** A function of two values; truth values are 0 and 1. */
    static double apply(PairOp op, double x, double y) {
        return switch (op) {
            // the quotient is rounded to a float first, as TensorFlow's is
            case FLOOR_DIVIDE -> Math.floor((float) (x / y));
            case MOD -> modulo(x, y);
            case FMOD -> x % y;
            case FMAX -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.max(x, y);
            case FMIN -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.min(x, y);
            case DIVIDE_NO_NAN -> y == 0 ? 0 : x / y;
            case ARCTAN2 -> StrictMath.atan2(x, y);
            // Keras divides the smaller one by the larger one
            case HYPOT ->
                Double.isNaN(x) || Double.isNaN(y) || Double.isInfinite(x) && Double.isInfinite(y) ? Double.NaN
                        : StrictMath.hypot(x, y);
            case LOGADDEXP -> logAddExp(x, y);
            case LOGADDEXP2 -> logAddExp(x * LOG_2, y * LOG_2) / LOG_2;
            case NEXTAFTER -> Math.nextAfter(x, y);
            case HEAVISIDE -> x < 0 ? 0 : x > 0 ? 1 : y;
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
            case GCD, LCM, BITWISE_AND, BITWISE_OR, BITWISE_XOR, LEFT_SHIFT, RIGHT_SHIFT ->
                throw new IllegalArgumentException(op + " is of integers: see IntegerFunctions");
        };
    }

    /** {@code log(e^x + e^y)}, of which neither power is computed as such. */
    private static double logAddExp(double x, double y) {
        double largest = Math.max(x, y);
        // equal infinities have no difference
        return x == y ? x + LOG_2 : largest + StrictMath.log1p(StrictMath.exp(-Math.abs(x - y)));
    }

    /** By a form that keeps the digits of small values and the squares of large ones. */
    private static double arcsinh(double x) {
        double a = Math.abs(x);
        return Double.isInfinite(a) ? x
                : Math.copySign(StrictMath.log1p(a + a * (a / (1 + Math.sqrt(a * a + 1)))), x);
    }

    /** The remainder of x / y with the sign of y; exact, also where y is infinite. */
    private static double modulo(double x, double y) {
        double left = x % y;
        return left == 0 ? Math.copySign(0.0, y) : left < 0 != y < 0 ? left + y : left;
    }

    /** By multiplication for small whole exponents; {@link StrictMath#pow} allocates. */
    private static double power(double x, double y) {
        if (x == 1 || x == -1 && Double.isInfinite(y)) {
            // NaN in Java
            return 1;
        }
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
