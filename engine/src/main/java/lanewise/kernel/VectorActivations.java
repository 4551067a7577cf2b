package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.SQRT;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.LENGTH;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.bytes;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import lanewise.spec.Activation;

/**
 * The vector twin's functions of single values, a loop each, operation for operation as in {@link ScalarMath}. Offsets
 * count bytes.
 */
final class VectorActivations {
    /** Values per pass of a function that is computed by two loops. */
    private static final int BLOCK = 256;

    /** The first loop's results: the target may be the source, which the second loop reads again. */
    private final MemorySegment scratch = Memory.floats(Arena.ofAuto(), BLOCK);

    void activate(Activation f, MemorySegment src, long from, MemorySegment dst, long to, int count) {
        switch (f) {
            case LINEAR -> MemorySegment.copy(src, from, dst, to, 4L * count);
            case SIGMOID -> VectorExponentials.squash(src, from, dst, to, count, 1f, 0f, 1f);
            case TANH -> VectorExponentials.squash(src, from, dst, to, count, 2f, 1f, 2f);
            case SILU -> afterSquash(BinaryOp.MULTIPLY, src, from, dst, to, count, 1f, 0f, 1f);
            case TANH_SHRINK -> afterSquash(BinaryOp.SUBTRACT, src, from, dst, to, count, 2f, 1f, 2f);
            case EXPONENTIAL -> VectorExponentials.exp(src, from, dst, to, count, 0f);
            case ELU, CELU -> VectorExponentials.elu(src, from, dst, to, count, 1f, 1f);
            case SELU ->
                VectorExponentials.elu(src, from, dst, to, count, ScalarMath.SELU_ALPHA, ScalarMath.SELU_SCALE);
            case SOFTPLUS -> VectorExponentials.softplus(src, from, dst, to, count, 1f);
            case LOG_SIGMOID -> VectorExponentials.softplus(src, from, dst, to, count, -1f);
            case GELU -> VectorExponentials.gelu(src, from, dst, to, count);
            case MISH -> VectorExponentials.mish(src, from, dst, to, count);
            case RELU -> relu(src, from, dst, to, count);
            case RELU6 -> relu6(src, from, dst, to, count);
            case LEAKY_RELU -> leakyRelu(src, from, dst, to, count);
            case HARD_SILU -> hardSilu(src, from, dst, to, count);
            case HARD_SIGMOID -> hardSigmoid(src, from, dst, to, count);
            case HARD_SIGMOID_KERAS_2 -> hardSigmoidKeras2(src, from, dst, to, count);
            case SPARSE_SIGMOID -> sparseSigmoid(src, from, dst, to, count);
            case HARD_TANH -> hardTanh(src, from, dst, to, count);
            case SOFT_SHRINK -> softShrink(src, from, dst, to, count);
            case HARD_SHRINK -> hardShrink(src, from, dst, to, count);
            case SOFTSIGN -> softsign(src, from, dst, to, count);
            case SQUAREPLUS -> squareplus(src, from, dst, to, count);
            case SPARSE_PLUS -> sparsePlus(src, from, dst, to, count);
            case SOFTMAX, LOG_SOFTMAX, SPARSEMAX, GLU -> throw new IllegalArgumentException(f + " needs a row");
        }
    }

    /** {@code op(x, squash(x))}. */
    private void afterSquash(BinaryOp op, MemorySegment src, long from, MemorySegment dst, long to, int count, float k,
            float u,
            float v) {
        for (int i = 0; i < count; i += BLOCK) {
            int n = Math.min(BLOCK, count - i);
            VectorExponentials.squash(src, from + 4L * i, scratch, 0, n, k, u, v);
            VectorBinary.binary(op, src, from + 4L * i, scratch, 0, dst, to + 4L * i, n);
        }
    }

    /** The first half of a row times the sigmoid of the second. */
    void glu(MemorySegment src, long from, MemorySegment dst, long to, int width) {
        int half = width / 2;
        for (int i = 0; i < half; i += BLOCK) {
            int n = Math.min(BLOCK, half - i);
            VectorExponentials.squash(src, from + 4L * (half + i), scratch, 0, n, 1f, 0f, 1f);
            VectorBinary.binary(BinaryOp.MULTIPLY, src, from + 4L * i, scratch, 0, dst, to + 4L * i, n);
        }
    }

    private static void relu(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("relu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            x.blend(0f, x.compare(LT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void relu6(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("relu6", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(6f, x.compare(GT, 6f));
            y.blend(0f, y.compare(LT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void leakyRelu(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("leakyRelu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            x.mul(0.2f).blend(x, x.compare(GT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void hardSilu(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("hardSilu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector a = x.add(3f);
            FloatVector y = a.blend(6f, a.compare(GT, 6f));
            x.mul(y.blend(0f, y.compare(LT, 0f)).mul(ScalarMath.SIXTH)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void hardSigmoid(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("hardSigmoid", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector a = x.add(3f);
            FloatVector y = a.blend(6f, a.compare(GT, 6f));
            y.blend(0f, y.compare(LT, 0f)).mul(ScalarMath.SIXTH).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void hardSigmoidKeras2(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("hardSigmoidKeras2", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector a = x.fma(broadcast(F, 0.2f), broadcast(F, 0.5f));
            FloatVector y = a.blend(1f, a.compare(GT, 1f));
            y.blend(0f, y.compare(LT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void sparseSigmoid(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("sparseSigmoid", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector a = x.add(1f).mul(0.5f);
            FloatVector y = a.blend(1f, a.compare(GT, 1f));
            y.blend(0f, y.compare(LT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void hardTanh(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("hardTanh", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(1f, x.compare(GT, 1f));
            y.blend(-1f, y.compare(LT, -1f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void softShrink(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("softShrink", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = broadcast(F, 0f).blend(x.add(0.5f), x.compare(LT, -0.5f));
            y.blend(x.sub(0.5f), x.compare(GT, 0.5f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void hardShrink(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("hardShrink", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            broadcast(F, 0f).blend(x, x.lanewise(ABS).compare(GT, 0.5f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void softsign(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("softsign", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            x.div(x.lanewise(ABS).add(1f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void squareplus(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("squareplus", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            x.add(x.fma(x, broadcast(F, 4f)).lanewise(SQRT)).mul(0.5f).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void sparsePlus(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("sparsePlus", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.add(1f);
            FloatVector z = x.blend(y.mul(0.25f).mul(y), x.compare(LT, 1f));
            z.blend(0f, x.compare(LE, -1f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** The layer ReLU with its options, see {@link ScalarMath#relu}. */
    static void generalRelu(MemorySegment src, long from, MemorySegment dst, long to, int count, float max, float slope,
            float threshold) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("generalRelu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector below = x.sub(threshold).mul(slope);
            x.blend(below, x.compare(LT, threshold)).blend(max, x.compare(GE, max)).intoMemorySegment(dst, to + 4L * i,
                    ORDER);
        }
    }
}
