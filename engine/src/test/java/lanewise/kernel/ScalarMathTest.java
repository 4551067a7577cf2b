package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import lanewise.spec.Activation;
import org.junit.jupiter.api.Test;

/** The functions of single values against their definitions in double precision. */
class ScalarMathTest {
    /** Keras's definition of a function. */
    private static DoubleUnaryOperator definition(Activation f) {
        return switch (f) {
            case LINEAR -> x -> x;
            case RELU -> x -> Math.max(x, 0);
            case RELU6 -> x -> Math.min(Math.max(x, 0), 6);
            case LEAKY_RELU -> x -> x > 0 ? x : 0.2f * x;
            case ELU, CELU -> x -> x > 0 ? x : Math.expm1(x);
            case SELU -> x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
            case GELU -> x -> x * 0.5 * erfc(-x / Math.sqrt(2));
            case SILU -> x -> x * sigmoid(x);
            case HARD_SILU -> x -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case MISH -> x -> x * Math.tanh(softplus(x));
            case SIGMOID -> ScalarMathTest::sigmoid;
            case HARD_SIGMOID -> x -> Math.min(Math.max(x + 3, 0), 6) / 6;
            case HARD_SIGMOID_KERAS_2 -> x -> Math.min(Math.max(0.2 * x + 0.5, 0), 1);
            case LOG_SIGMOID -> x -> -softplus(-x);
            case SPARSE_SIGMOID -> x -> Math.min(Math.max((x + 1) / 2, 0), 1);
            case TANH -> Math::tanh;
            case HARD_TANH -> x -> Math.min(Math.max(x, -1), 1);
            case TANH_SHRINK -> x -> x - Math.tanh(x);
            case SOFT_SHRINK -> x -> x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0;
            case HARD_SHRINK -> x -> Math.abs(x) > 0.5 ? x : 0;
            case SOFTPLUS -> ScalarMathTest::softplus;
            case SOFTSIGN -> x -> x / (1 + Math.abs(x));
            case SQUAREPLUS -> x -> (x + Math.sqrt(x * x + 4)) / 2;
            case SPARSE_PLUS -> x -> x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
            case EXPONENTIAL -> Math::exp;
            default -> throw new IllegalArgumentException(f.name());
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** The complementary error function by its series (small arguments) and continued fraction (large ones). */
    private static double erfc(double z) {
        if (z < 0) {
            return 2 - erfc(-z);
        }
        if (z < 2.5) {
            double term = z;
            double sum = z;
            for (int n = 1; n < 200; n++) {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
            }
            return 1 - 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int n = 100; n > 0; n--) {
            fraction = n / 2.0 / (z + fraction);
        }
        return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
    }

    /** Differences allowed: in units of 2^-24 of the value, and absolute. Measured, then rounded up. */
    private static double allowed(Activation f, double x, double y) {
        double relative = switch (f) {
            case GELU -> 12;
            case MISH, SOFTPLUS, LOG_SIGMOID -> 8;
            case TANH, SIGMOID, SILU, ELU, CELU, SELU, EXPONENTIAL -> 6;
            default -> 3;
        };
        double absolute = switch (f) {
            // differences of two numbers of the size of x
            case TANH_SHRINK, SQUAREPLUS -> 2e-7 * Math.max(1, Math.abs(x));
            // 1 - y loses the digits of a small y
            case GELU -> 2e-7;
            case HARD_SIGMOID, HARD_SILU, HARD_SIGMOID_KERAS_2, SPARSE_SIGMOID -> 1e-7 * Math.max(1, Math.abs(x));
            default -> 1e-37;
        };
        return relative * Math.scalb(Math.abs(y), -24) + absolute;
    }

    @Test
    void functionsMatchTheirDefinitions() {
        for (Activation f : Activation.values()) {
            if (f.needsRow()) {
                continue;
            }
            DoubleUnaryOperator definition = definition(f);
            for (int i = -40000; i <= 40000; i++) {
                float x = i / 500f + i % 7 * 1e-4f;
                double want = definition.applyAsDouble(x);
                float got = ScalarMath.apply(f, x);
                assertTrue(Math.abs(got - want) <= allowed(f, x, want),
                        f + "(" + x + ") is " + got + ", expected " + want);
            }
        }
    }

    @Test
    void smallArgumentsKeepTheirDigits() {
        for (float x = 1e-30f; x < 0.1f; x *= 1.7f) {
            for (float signed : new float[] {x, -x}) {
                assertEquals(Math.tanh(signed), ScalarMath.tanh(signed), Math.abs(x) * 3e-7, "tanh of " + signed);
                assertEquals(signed > 0 ? signed : Math.expm1(signed), ScalarMath.elu(signed, 1f, 1f),
                        Math.abs(x) * 3e-7,
                        "elu of " + signed);
            }
        }
    }

    @Test
    void endsOfTheRange() {
        float infinity = Float.POSITIVE_INFINITY;
        assertEquals(1f, ScalarMath.tanh(infinity));
        assertEquals(-1f, ScalarMath.tanh(-infinity));
        assertEquals(1f, ScalarMath.tanh(20f));
        assertEquals(1f, ScalarMath.sigmoid(infinity));
        assertEquals(0f, ScalarMath.sigmoid(-infinity), 1e-37f);
        assertEquals(infinity, ScalarMath.exp(infinity));
        assertEquals(0f, ScalarMath.exp(-infinity));
        assertEquals(infinity, ScalarMath.exp(88.73f));
        assertEquals(Math.exp(88.7f), ScalarMath.exp(88.7f), 1e32);
        assertEquals(0f, ScalarMath.exp(-1e9f));
        assertEquals(infinity, ScalarMath.softplus(infinity, 1f));
        assertEquals(0f, ScalarMath.softplus(-infinity, 1f), 1e-37f);
        assertEquals(-1f, ScalarMath.elu(-infinity, 1f, 1f));
        assertEquals(infinity, ScalarMath.mish(infinity));
        assertEquals(infinity, ScalarMath.gelu(infinity));
    }

    @Test
    void notANumberStaysOne() {
        for (Activation f : Activation.values()) {
            // Keras's own definitions turn NaN into 0 in these two
            if (!f.needsRow() && f != Activation.SOFT_SHRINK && f != Activation.HARD_SHRINK) {
                assertTrue(Float.isNaN(ScalarMath.apply(f, Float.NaN)), f.name());
            }
        }
    }
}
