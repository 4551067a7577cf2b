package lanewise.kernel;

import lanewise.spec.Activation;

/**
 * The functions of single values that have a vector form, as polynomials of our own. The JDK's functions are different
 * code on different processors and in the interpreter, so their last bits differ; these do not. {@link
 * VectorActivations} and its neighbours do the same operations with vectors, one for one; the tests compare the bits.
 *
 * <p>Accuracies were measured against double precision over all floats, see {@code ScalarMathTest}. NaN gives NaN
 * unless the definition of a function says otherwise.
 */
final class ScalarMath {
    static final float LOG2_E = 1.44269504f;
    /**
     * Adding it rounds to an integer, and leaves that integer plus 127 in the low bits: the exponent of a power of two.
     */
    static final float ROUND = 12582912f + 127f;
    static final float LN2_HIGH = -0.6931472f;
    static final float LN2_LOW = 1.9046542e-9f;
    /** {@code (e^r - 1 - r) / r^2} for |r| <= ln 2 / 2, lowest power first; Remez. */
    static final float E0 = 0.5f;
    static final float E1 = 0.1666654348373413f;
    static final float E2 = 0.04166628047823906f;
    static final float E3 = 0.00836661085486412f;
    static final float E4 = 0.0013946497347205877f;
    /** e^x is finite here; at -EXP_MAX the power of two has become 0, so that e^x is 0 from there down. */
    static final float EXP_MAX = 88f;
    /** From here up e^x is infinite. */
    static final float EXP_INFINITE = 89f;
    /** Below it e^x is taken for 0. */
    static final float EXP_ZERO = -86.6f;
    /** Logarithm after FreeBSD's e_logf.c: {@code log((1+s)/(1-s)) = 2s + s^3 (L1 + L2 s^2 + ...)}. */
    static final float L1 = 0.66666662693f;
    static final float L2 = 0.40000972152f;
    static final float L3 = 0.28498786688f;
    static final float L4 = 0.24279078841f;
    static final float LOG_LN2_HIGH = 6.9313812256e-01f;
    static final float LOG_LN2_LOW = 9.0580006145e-06f;
    /** Bits of sqrt(1/2): mantissas are brought into [sqrt(1/2), sqrt 2). */
    static final int SQRT_HALF_BITS = 0x3f3504f3;
    /** {@code erfc(z) = t exp(-z^2 + sum ERFC[i] t^i), t = 1 / (1 + z / 2)}; Numerical Recipes, section 6.2. */
    static final float C0 = -1.26551223f;
    static final float C1 = 1.00002368f;
    static final float C2 = 0.37409196f;
    static final float C3 = 0.09678418f;
    static final float C4 = -0.18628806f;
    static final float C5 = 0.27886807f;
    static final float C6 = -1.13520398f;
    static final float C7 = 1.48851587f;
    static final float C8 = -0.82215223f;
    static final float C9 = 0.17087277f;
    static final float SQRT_HALF = 0.70710678f;
    static final float SELU_SCALE = 1.0507009873554805f;
    static final float SELU_ALPHA = 1.6732632423543772f;
    /** Above it mish(x) is x in single precision. */
    static final float MISH_MAX = 20f;
    static final float SIXTH = 1f / 6f;
    /** Where a maximum begins. */
    static final float LEAST = -Float.MAX_VALUE;

    private ScalarMath() {}

    /** e^x for |x| <= 88; undefined beyond. */
    private static float expCore(float x) {
        float t = Math.fma(x, LOG2_E, ROUND);
        float n = t - ROUND;
        float s = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, x));
        return Math.fma(expTail(r), s, s);
    }

    /** e^r - 1 for |r| <= ln 2 / 2. */
    private static float expTail(float r) {
        float q = Math.fma(Math.fma(Math.fma(Math.fma(E4, r, E3), r, E2), r, E1), r, E0);
        return Math.fma(r * r, q, r);
    }

    private static float clamp(float x, float low, float high) {
        float y = x > high ? high : x;
        return y < low ? low : y;
    }

    /**
     * {@code (e^z - u) / (e^z - u + v)}, z = k x: one formula for the sigmoid (k, u, v = 1, 0, 1) and for tanh (2, 1,
     * 2), accurate to 2.5
     * units in the last place near 0 and everywhere else, since e^z - 1 is computed as such.
     */
    static float squash(float x, float k, float u, float v) {
        float y = clamp(x * k, -EXP_MAX, EXP_MAX);
        float t = Math.fma(y, LOG2_E, ROUND);
        float n = t - ROUND;
        float s = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, y));
        float e = Math.fma(expTail(r), s, s - u);
        return e / (e + v);
    }

    static float sigmoid(float x) {
        return squash(x, 1f, 0f, 1f);
    }

    static float tanh(float x) {
        return squash(x, 2f, 1f, 2f);
    }

    /** e^x for every x: 0 and infinity where it leaves the range of normal numbers. */
    static float exp(float x) {
        float y = clamp(x, EXP_ZERO, EXP_INFINITE);
        float t = Math.fma(y, LOG2_E, ROUND - 1f);
        float n = t - (ROUND - 1f);
        // half the power of two, since the whole one may exceed the range when the result does not
        float s = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, y));
        float e = 2f * Math.fma(expTail(r), s, s);
        return x < EXP_ZERO ? 0f : e;
    }

    /** e^x - 1 for x <= 0. */
    static float expm1(float x) {
        float y = x < -EXP_MAX ? -EXP_MAX : x;
        float t = Math.fma(y, LOG2_E, ROUND);
        float n = t - ROUND;
        float s = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, y));
        return Math.fma(expTail(r), s, s - 1f);
    }

    /** The logarithm of a sum of exponentials of which the largest is 1; NaN if one of them is. */
    static float logOfSum(float sum) {
        return Float.isNaN(sum) ? sum : log(sum);
    }

    /** log(x) for positive normal numbers. */
    static float log(float x) {
        int bits = Float.floatToRawIntBits(x) - SQRT_HALF_BITS;
        float k = bits >> 23;
        float f = Float.intBitsToFloat((bits & 0x7fffff) + SQRT_HALF_BITS) - 1f;
        float s = f / (2f + f);
        float z = s * s;
        float w = z * z;
        float r = Math.fma(w, Math.fma(w, L4, L2), z * Math.fma(w, L3, L1));
        float half = 0.5f * f * f;
        return Math.fma(k, LOG_LN2_HIGH, Math.fma(s, half + r, k * LOG_LN2_LOW) - half + f);
    }

    /** {@code sign * log(1 + e^(sign x))}: softplus for sign 1, the logarithm of the sigmoid for sign -1. */
    static float softplus(float x, float sign) {
        float z = x * sign;
        float y = expCore(clamp(0f - Math.abs(z), -EXP_MAX, 0f));
        float u = 1f + y;
        // the last term is what 1 + y lost by rounding
        return ((z > 0f ? z : 0f) + log(u) + (y - (u - 1f)) / u) * sign;
    }

    static float gelu(float x) {
        float z = Math.abs(x) * SQRT_HALF;
        float t = 1f / Math.fma(0.5f, z, 1f);
        float p = Math.fma(t, Math.fma(t, Math.fma(t, Math.fma(t, Math.fma(t, C9, C8), C7), C6), C5), C4);
        p = Math.fma(t, Math.fma(t, Math.fma(t, Math.fma(t, p, C3), C2), C1), C0);
        float half = 0.5f * t * expCore(clamp(Math.fma(0f - z, z, p), -EXP_MAX, EXP_MAX));
        return x * (x < 0f ? half : 1f - half);
    }

    static float mish(float x) {
        float e = expCore(clamp(x, -EXP_MAX, MISH_MAX));
        float n = e * (e + 2f);
        return x > MISH_MAX ? x : x * (n / (n + 2f));
    }

    static float elu(float x, float alpha, float scale) {
        return scale * (x > 0f ? x : alpha * expm1(x));
    }

    static float relu(float x, float max, float slope, float threshold) {
        return x >= max ? max : x < threshold ? slope * (x - threshold) : x;
    }

    static float sparsePlus(float x) {
        float y = x + 1f;
        return x <= -1f ? 0f : x < 1f ? 0.25f * y * y : x;
    }

    /** A function of single values. */
    static float apply(Activation f, float x) {
        return switch (f) {
            case LINEAR -> x;
            case RELU -> x < 0f ? 0f : x;
            case RELU6 -> clamp(x, 0f, 6f);
            case LEAKY_RELU -> x > 0f ? x : 0.2f * x;
            case ELU, CELU -> elu(x, 1f, 1f);
            case SELU -> elu(x, SELU_ALPHA, SELU_SCALE);
            case GELU -> gelu(x);
            case SILU -> x * sigmoid(x);
            case HARD_SILU -> x * (clamp(x + 3f, 0f, 6f) * SIXTH);
            case MISH -> mish(x);
            case SIGMOID -> sigmoid(x);
            case HARD_SIGMOID -> clamp(x + 3f, 0f, 6f) * SIXTH;
            case HARD_SIGMOID_KERAS_2 -> clamp(Math.fma(0.2f, x, 0.5f), 0f, 1f);
            case LOG_SIGMOID -> softplus(x, -1f);
            case SPARSE_SIGMOID -> clamp(0.5f * (x + 1f), 0f, 1f);
            case TANH -> tanh(x);
            case HARD_TANH -> clamp(x, -1f, 1f);
            case TANH_SHRINK -> x - tanh(x);
            case SOFT_SHRINK -> x > 0.5f ? x - 0.5f : x < -0.5f ? x + 0.5f : 0f;
            case HARD_SHRINK -> Math.abs(x) > 0.5f ? x : 0f;
            case SOFTPLUS -> softplus(x, 1f);
            case SOFTSIGN -> x / (1f + Math.abs(x));
            case SQUAREPLUS -> 0.5f * (x + (float) Math.sqrt(Math.fma(x, x, 4f)));
            case SPARSE_PLUS -> sparsePlus(x);
            case EXPONENTIAL -> exp(x);
            case SOFTMAX, LOG_SOFTMAX, SPARSEMAX, GLU -> throw new IllegalArgumentException(f + " needs a row");
        };
    }

    private static float largest(float a, float b) {
        return b > a ? b : a;
    }

    static float apply(BinaryOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case LARGEST -> largest(a > LEAST ? a : LEAST, b);
            case LEAKY -> a > 0f ? a : a * b;
        };
    }
}
