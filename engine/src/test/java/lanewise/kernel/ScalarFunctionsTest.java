package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import lanewise.spec.MapOp;
import lanewise.spec.Operation.PairOp;
import org.junit.jupiter.api.Test;

/** The functions without a vector form against the JDK's, which differ in their last bits from platform to platform. */
class ScalarFunctionsTest {
    /** Differences of double results: far below half of a float's last place, so that floats agree but at ties. */
    private static final double ALLOWED = 1e-13;

    private static DoubleUnaryOperator definition(MapOp op) {
        return switch (op) {
            case ABSOLUTE -> Math::abs;
            case NEGATIVE -> x -> -x;
            case SQRT -> Math::sqrt;
            case RSQRT -> x -> Math.pow(x, -0.5);
            case RECIPROCAL -> x -> 1 / x;
            case LOG -> Math::log;
            case LOG1P -> Math::log1p;
            case EXPM1 -> Math::expm1;
            case LOG2 -> x -> Math.log10(x) / Math.log10(2);
            case LOG10 -> Math::log10;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ARCSIN -> Math::asin;
            case ARCCOS -> Math::acos;
            case ARCTAN -> Math::atan;
            case SINH -> Math::sinh;
            case COSH -> Math::cosh;
            case ARCSINH -> x -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x);
            case ARCCOSH -> x -> Math.log(x + Math.sqrt(x * x - 1));
            case ARCTANH -> x -> Math.log((1 + x) / (1 - x)) / 2;
            case ERF -> ScalarFunctionsTest::erf;
            case ERFC -> x -> 1 - erf(x);
            case ERFINV -> ScalarFunctionsTest::erfinv;
            case CBRT -> Math::cbrt;
            case SINC -> x -> x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
            case BESSEL_I0 -> ScalarFunctionsTest::besselI0;
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case TRUNC -> x -> (int) x;
            case SIGN -> Math::signum;
            case LOGICAL_NOT -> x -> x == 0 ? 1 : 0;
            case ISNAN -> x -> Double.isNaN(x) ? 1 : 0;
            case ISINF -> x -> 0;
            case ISFINITE -> x -> 1;
            case SIGNBIT -> x -> x < 0 ? 1 : 0;
            case TO_FLOAT16 -> x -> rounded(x, 10, -14);
            case TO_BFLOAT16 -> x -> rounded(x, 7, -126);
            case SQUARE, TO_INT, TO_FLOAT, TO_BOOL, BITWISE_NOT -> null;
        };
    }

    /** To the nearest multiple of a float's last place, for so many binary digits after the first. */
    private static double rounded(double x, int digits, int leastExponent) {
        double place = Math.scalb(1.0, Math.max(Math.getExponent(x), leastExponent) - digits);
        return Math.rint(x / place) * place;
    }

    /** The integral of the density by Simpson's rule. */
    private static double erf(double x) {
        int pieces = 2000;
        double h = x / pieces;
        double sum = 1 + Math.exp(-x * x);
        for (int i = 1; i < pieces; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-i * h * i * h);
        }
        return 2 / Math.sqrt(Math.PI) * sum * h / 3;
    }

    /** By halving. */
    private static double erfinv(double x) {
        if (!(Math.abs(x) < 1)) {
            return Math.abs(x) == 1 ? Math.signum(x) * Double.POSITIVE_INFINITY : Double.NaN;
        }
        double low = -6;
        double high = 6;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (erf(middle) < x) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The mean of {@code e^(x cos t)} by the trapezoidal rule, which converges fast for periodic functions. */
    private static double besselI0(double x) {
        int pieces = 400;
        double sum = 0;
        for (int i = 0; i < pieces; i++) {
            sum += Math.exp(x * Math.cos(2 * Math.PI * i / pieces));
        }
        return sum / pieces;
    }

    private static void assertClose(double want, double got, String what) {
        if (Double.isFinite(want)) {
            assertEquals(want, got, ALLOWED * Math.max(1, Math.abs(want)), what);
        } else {
            assertEquals(want, got, what);
        }
    }

    @Test
    void functionsOfOneValue() {
        for (MapOp op : MapOp.values()) {
            DoubleUnaryOperator definition = definition(op);
            if (definition == null) {
                assertThrows(IllegalArgumentException.class, () -> ScalarFunctions.apply(op, 1));
                continue;
            }
            for (int i = -500; i <= 500; i++) {
                float x = i / 64f;
                double want = definition.applyAsDouble(x);
                // RSQRT of -0: pow knows no sign of zero there
                if (op != MapOp.RSQRT || x > 0) {
                    assertClose(want, ScalarFunctions.apply(op, x), op + " of " + x);
                }
            }
        }
    }

    @Test
    void sinesOfLargeAnglesAndEndsOfTheRange() {
        for (float x : new float[] {1000.5f, -31415.926f, 999_999f, 1_000_001f, 1e20f}) {
            assertEquals(Math.sin(x), ScalarFunctions.apply(MapOp.SIN, x), 1e-10, "sin " + x);
            assertEquals(Math.cos(x), ScalarFunctions.apply(MapOp.COS, x), 1e-10, "cos " + x);
        }
        assertEquals(Double.NaN, ScalarFunctions.apply(MapOp.SIN, Double.POSITIVE_INFINITY));
        assertEquals(1, ScalarFunctions.apply(MapOp.ERF, Double.POSITIVE_INFINITY));
        assertEquals(-1, ScalarFunctions.apply(MapOp.ERF, -7));
        assertEquals(Double.NaN, ScalarFunctions.apply(MapOp.ERF, Double.NaN));
        assertEquals(-0.0, ScalarFunctions.apply(MapOp.ERF, -0.0));
    }

    @Test
    void specialValues() {
        double infinite = Double.POSITIVE_INFINITY;
        assertEquals(1.5374597944280347e-12, ScalarFunctions.apply(MapOp.ERFC, 5), 1e-24);
        assertEquals(3.7665625815708385, ScalarFunctions.apply(MapOp.ERFINV, 1 - 1e-7), 1e-8);
        assertEquals(1e-30, ScalarFunctions.apply(MapOp.ERFINV, 1.1283791670955126e-30), 1e-42);
        assertEquals(1e-30, ScalarFunctions.apply(MapOp.ARCSINH, 1e-30));
        assertEquals(46.74484904044086, ScalarFunctions.apply(MapOp.ARCSINH, 1e20), 1e-13);
        assertEquals(-infinite, ScalarFunctions.apply(MapOp.ARCSINH, -infinite));
        assertEquals(infinite, ScalarFunctions.apply(MapOp.ARCTANH, 1));
        assertEquals(Double.NaN, ScalarFunctions.apply(MapOp.ARCCOSH, 0.5));
        // beyond the range of e^x TensorFlow has no finite value
        assertEquals(infinite, ScalarFunctions.apply(MapOp.BESSEL_I0, 90));
        assertEquals(1, ScalarFunctions.apply(MapOp.SIGNBIT, -0.0));
        assertEquals(-0.0, ScalarFunctions.apply(MapOp.TRUNC, -0.5));
        assertEquals(1, ScalarFunctions.apply(MapOp.ISINF, -infinite));
        assertEquals(0, ScalarFunctions.apply(MapOp.ISFINITE, Double.NaN));
        // 0.3f / 0.1f is just below 3, and 3 as a float
        assertEquals(3, ScalarFunctions.apply(PairOp.FLOOR_DIVIDE, 0.3f, 0.1f));
        assertEquals(1, ScalarFunctions.apply(PairOp.FMAX, Double.NaN, 1));
        assertEquals(-1, ScalarFunctions.apply(PairOp.FMOD, -7, 2));
        assertEquals(Double.NaN, ScalarFunctions.apply(PairOp.HYPOT, infinite, Double.NaN));
        assertEquals(0, ScalarFunctions.apply(PairOp.DIVIDE_NO_NAN, Double.NaN, 0));
        assertEquals(-Math.PI, ScalarFunctions.apply(PairOp.ARCTAN2, -0.0, -1));
        assertEquals(1000 + Math.log(2), ScalarFunctions.apply(PairOp.LOGADDEXP, 1000, 1000));
        assertEquals(-infinite, ScalarFunctions.apply(PairOp.LOGADDEXP, -infinite, -infinite));
        assertEquals(infinite, ScalarFunctions.apply(PairOp.LOGADDEXP, infinite, -infinite));
        assertEquals(Math.log(Math.exp(1) + Math.exp(3)), ScalarFunctions.apply(PairOp.LOGADDEXP, 1, 3), 1e-15);
        assertEquals(5, ScalarFunctions.apply(PairOp.LOGADDEXP2, 4, 4), 1e-15);
        assertEquals(0.5, ScalarFunctions.apply(PairOp.HEAVISIDE, Double.NaN, 0.5));
        assertThrows(IllegalArgumentException.class, () -> ScalarFunctions.apply(PairOp.GCD, 4, 2));
    }

    /** Wrap around, cut, and refuse as TensorFlow's do. */
    @Test
    void integers() {
        int most = Integer.MAX_VALUE;
        assertEquals(Integer.MIN_VALUE, IntegerFunctions.apply(PairOp.ADD, most, 1));
        assertEquals(most - 2, IntegerFunctions.apply(PairOp.MULTIPLY, most, 3));
        assertEquals(-4, IntegerFunctions.apply(PairOp.FLOOR_DIVIDE, -7, 2));
        assertEquals(-1, IntegerFunctions.apply(PairOp.MOD, 7, -2));
        assertEquals(1, IntegerFunctions.apply(PairOp.FMOD, 7, -2));
        assertEquals(1870418611, IntegerFunctions.apply(PairOp.POWER, 3, 21));
        assertEquals(6, IntegerFunctions.apply(PairOp.GCD, -12, 18));
        assertEquals(36, IntegerFunctions.apply(PairOp.LCM, -12, 18));
        assertEquals(Integer.MIN_VALUE, IntegerFunctions.apply(PairOp.LEFT_SHIFT, 1, 40));
        assertEquals(1, IntegerFunctions.apply(PairOp.LEFT_SHIFT, 1, -1));
        assertEquals(-1, IntegerFunctions.apply(PairOp.RIGHT_SHIFT, -8, 40));
        assertEquals(6, IntegerFunctions.apply(PairOp.BITWISE_XOR, 5, 3));
        assertEquals(-6, IntegerFunctions.apply(MapOp.BITWISE_NOT, 5));
        assertEquals("divides an integer by zero", assertThrows(ArithmeticException.class,
                () -> IntegerFunctions.apply(PairOp.MOD, 7, 0)).getMessage());
        assertThrows(ArithmeticException.class, () -> IntegerFunctions.apply(PairOp.POWER, 2, -1));
        assertThrows(IllegalArgumentException.class, () -> IntegerFunctions.apply(PairOp.DIVIDE, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> IntegerFunctions.apply(MapOp.SIN, 2));
    }

    @Test
    void powers() {
        for (double x : new double[] {0, -0.0, 1, -1, 2, -2.5, 0.3, 7, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, Double.NaN}) {
            for (double y : new double[] {0, 1, -1, 2, 3, -3, 0.5, -0.5, 1.7, 64, 65, -64, Double.POSITIVE_INFINITY,
                Double.NaN}) {
                // as in C and TensorFlow, where Java has NaN
                double want = x == 1 || x == -1 && Double.isInfinite(y) ? 1 : Math.pow(x, y);
                assertClose(want, ScalarFunctions.apply(PairOp.POWER, x, y), x + " to the power of " + y);
            }
        }
    }

    /** Against exact decimals. */
    @Test
    void remaindersAreExact() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            float x = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 3));
            float y = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
            BigDecimal a = new BigDecimal(x);
            BigDecimal b = new BigDecimal(y);
            BigDecimal whole = a.divide(b, 60, RoundingMode.HALF_EVEN).setScale(0, RoundingMode.FLOOR);
            double want = a.subtract(whole.multiply(b)).doubleValue();
            assertEquals((float) want, (float) ScalarFunctions.apply(PairOp.MOD, x, y), x + " mod " + y);
        }
        assertEquals(Double.POSITIVE_INFINITY, ScalarFunctions.apply(PairOp.MOD, -1, Double.POSITIVE_INFINITY));
        assertEquals(1, ScalarFunctions.apply(PairOp.MOD, 1, Double.POSITIVE_INFINITY));
        assertEquals(-0.0, ScalarFunctions.apply(PairOp.MOD, 4, -2));
        assertEquals(-4, ScalarFunctions.apply(PairOp.FLOOR_DIVIDE, -7, 2));
    }

    @Test
    void comparisonsAndLogic() {
        double nan = Double.NaN;
        assertEquals(1, ScalarFunctions.apply(PairOp.EQUAL, 0.0, -0.0));
        assertEquals(0, ScalarFunctions.apply(PairOp.EQUAL, nan, nan));
        assertEquals(1, ScalarFunctions.apply(PairOp.NOT_EQUAL, nan, nan));
        assertEquals(0, ScalarFunctions.apply(PairOp.GREATER, 1, 1));
        assertEquals(1, ScalarFunctions.apply(PairOp.GREATER_EQUAL, 1, 1));
        assertEquals(0, ScalarFunctions.apply(PairOp.LESS, nan, 1));
        assertEquals(1, ScalarFunctions.apply(PairOp.LESS_EQUAL, -1, 1));
        assertEquals(0, ScalarFunctions.apply(PairOp.LOGICAL_AND, 2, 0));
        assertEquals(1, ScalarFunctions.apply(PairOp.LOGICAL_OR, 0, nan));
        assertEquals(0, ScalarFunctions.apply(PairOp.LOGICAL_XOR, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> ScalarFunctions.apply(PairOp.ADD, 1, 1));
    }
}
