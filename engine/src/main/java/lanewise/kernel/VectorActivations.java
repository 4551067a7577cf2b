package lanewise.kernel;

import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.Lanes.load;
import static lanewise.kernel.Lanes.of;
import static lanewise.kernel.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import lanewise.spec.Activation;

/**
 * The vector twin's functions of single values: one small loop each, since a loop with two functions in it puts its vectors on the
 * heap. Offsets count bytes. Every loop asks its segments for their size, see {@link VectorMatMul}.
 */
final class VectorActivations {
    private static final int LENGTH = Lanes.LENGTH;

    private VectorActivations() {}

    static void activate(Activation f, MemorySegment src, long s, MemorySegment dst, long d, int n) {
        switch (f) {
            case LINEAR -> MemorySegment.copy(src, s, dst, d, 4L * n);
            case RELU -> relu(src, s, dst, d, n);
            case RELU6 -> relu6(src, s, dst, d, n);
            case LEAKY_RELU -> leakyRelu(src, s, dst, d, n);
            case ELU, CELU -> elu(src, s, dst, d, n);
            case SELU -> selu(src, s, dst, d, n);
            case GELU -> gelu(src, s, dst, d, n);
            case SILU -> silu(src, s, dst, d, n);
            case HARD_SILU -> hardSilu(src, s, dst, d, n);
            case MISH -> mish(src, s, dst, d, n);
            case SIGMOID -> sigmoid(src, s, dst, d, n);
            case HARD_SIGMOID -> hardSigmoid(src, s, dst, d, n);
            case HARD_SIGMOID_KERAS_2 -> hardSigmoidKeras2(src, s, dst, d, n);
            case LOG_SIGMOID -> logSigmoid(src, s, dst, d, n);
            case SPARSE_SIGMOID -> sparseSigmoid(src, s, dst, d, n);
            case TANH -> tanh(src, s, dst, d, n);
            case HARD_TANH -> hardTanh(src, s, dst, d, n);
            case TANH_SHRINK -> tanhShrink(src, s, dst, d, n);
            case SOFT_SHRINK -> softShrink(src, s, dst, d, n);
            case HARD_SHRINK -> hardShrink(src, s, dst, d, n);
            case SOFTPLUS -> softplus(src, s, dst, d, n);
            case SOFTSIGN -> softsign(src, s, dst, d, n);
            case SQUAREPLUS -> squareplus(src, s, dst, d, n);
            case SPARSE_PLUS -> sparsePlus(src, s, dst, d, n);
            case EXPONENTIAL -> exponential(src, s, dst, d, n);
            case SOFTMAX, LOG_SOFTMAX, SPARSEMAX, GLU -> throw new IllegalArgumentException(f + " needs a row");
        }
    }

    /** Where the last vector ends. */
    private static long end(long from, int n) {
        return from + 4L * ((n + LENGTH - 1) & -LENGTH);
    }

    private static IndexOutOfBoundsException tooShort(MemorySegment src, MemorySegment dst, long s, long d, int n) {
        return new IndexOutOfBoundsException("function of single values: " + n + " from " + s + " of " + src.byteSize()
                + " bytes to " + d + " of " + dst.byteSize());
    }

    private static void relu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.blend(0f, x.compare(LT, 0f)), dst, d + 4L * i);
        }
    }

    private static void relu6(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.clamp(x, 0f, 6f), dst, d + 4L * i);
        }
    }

    private static void leakyRelu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.mul(0.2f).blend(x, x.compare(GT, 0f)), dst, d + 4L * i);
        }
    }

    private static void elu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.elu(x, 1f), dst, d + 4L * i);
        }
    }

    private static void selu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.elu(x, Lane.SELU_ALPHA).mul(Lane.SELU_SCALE), dst, d + 4L * i);
        }
    }

    private static void gelu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.gelu(x), dst, d + 4L * i);
        }
    }

    private static void silu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.mul(Lanes.sigmoid(x)), dst, d + 4L * i);
        }
    }

    private static void hardSilu(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.mul(Lanes.clamp(x.add(3f), 0f, 6f).mul(Lane.SIXTH)), dst, d + 4L * i);
        }
    }

    private static void mish(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.mish(x), dst, d + 4L * i);
        }
    }

    private static void sigmoid(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.sigmoid(x), dst, d + 4L * i);
        }
    }

    private static void hardSigmoid(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.clamp(x.add(3f), 0f, 6f).mul(Lane.SIXTH), dst, d + 4L * i);
        }
    }

    private static void hardSigmoidKeras2(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.clamp(of(0.2f).fma(x, of(0.5f)), 0f, 1f), dst, d + 4L * i);
        }
    }

    private static void logSigmoid(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(of(0f).sub(Lanes.softplus(of(0f).sub(x))), dst, d + 4L * i);
        }
    }

    private static void sparseSigmoid(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.clamp(x.add(1f).mul(0.5f), 0f, 1f), dst, d + 4L * i);
        }
    }

    private static void tanh(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.tanh(x), dst, d + 4L * i);
        }
    }

    private static void hardTanh(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.clamp(x, -1f, 1f), dst, d + 4L * i);
        }
    }

    private static void tanhShrink(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.sub(Lanes.tanh(x)), dst, d + 4L * i);
        }
    }

    private static void softShrink(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(of(0f).blend(x.add(0.5f), x.compare(LT, -0.5f)).blend(x.sub(0.5f), x.compare(GT, 0.5f)), dst, d + 4L * i);
        }
    }

    private static void hardShrink(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(of(0f).blend(x, x.lanewise(ABS).compare(GT, 0.5f)), dst, d + 4L * i);
        }
    }

    private static void softplus(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.softplus(x), dst, d + 4L * i);
        }
    }

    private static void softsign(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.div(x.lanewise(ABS).add(1f)), dst, d + 4L * i);
        }
    }

    private static void squareplus(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(x.add(x.fma(x, of(4f)).sqrt()).mul(0.5f), dst, d + 4L * i);
        }
    }

    private static void sparsePlus(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            FloatVector y = x.add(1f);
            store(x.blend(y.mul(0.25f).mul(y), x.compare(LT, 1f)).blend(0f, x.compare(LE, -1f)), dst, d + 4L * i);
        }
    }

    private static void exponential(MemorySegment src, long s, MemorySegment dst, long d, int n) {
        if (src.byteSize() < end(s, n) || dst.byteSize() < end(d, n)) {
            throw tooShort(src, dst, s, d, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, s + 4L * i);
            store(Lanes.exp(x), dst, d + 4L * i);
        }
    }

    static void relu(MemorySegment src, MemorySegment dst, int n, float max, float slope, float threshold) {
        if (src.byteSize() < end(0, n) || dst.byteSize() < end(0, n)) {
            throw tooShort(src, dst, 0, 0, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector x = load(src, 4L * i);
            FloatVector below = x.sub(threshold).mul(slope);
            store(x.blend(below, x.compare(LT, threshold)).blend(max, x.compare(GE, max)), dst, 4L * i);
        }
    }

    static void elu(MemorySegment src, MemorySegment dst, int n, float alpha) {
        if (src.byteSize() < end(0, n) || dst.byteSize() < end(0, n)) {
            throw tooShort(src, dst, 0, 0, n);
        }
        for (int i = 0; i < n; i += LENGTH) {
            store(Lanes.elu(load(src, 4L * i), alpha), dst, 4L * i);
        }
    }
}
