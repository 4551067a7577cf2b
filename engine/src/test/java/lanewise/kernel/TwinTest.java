package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import lanewise.spec.MapOp;
import lanewise.spec.NarrowArray;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of both twins share: values, sizes around the panel width, and a comparison of all bits. */
abstract class TwinTest {
    static final int[] SIZES = {1, 2, 15, 16, 17, 31, 33, 64, 100, 257};
    /** Floats before and after what a kernel may touch. */
    static final int GUARD = 40;
    static final float CANARY = 123.456f;

    final Arena arena = Arena.ofConfined();
    final Random random = new Random(7);
    final ScalarKernels scalar = new ScalarKernels();
    Kernels vector;

    @BeforeEach
    void findVectors() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "this JVM has no Vector API: one twin only");
        vector = Vectors.create();
    }

    /** Keeps the class with vectors from being loaded where there is none. */
    private static final class Vectors {
        static Kernels create() {
            return new VectorKernels();
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    /** A kernel's call; takes the twin and where results go. */
    interface Call {
        void run(Kernels k, MemorySegment out, long offset);
    }

    /** Values of all kinds: ordinary, large, tiny, denormal, zeros of both signs, infinities, NaN. */
    float awkward() {
        return switch (random.nextInt(14)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> Float.NaN;
            case 3 -> Float.POSITIVE_INFINITY;
            case 4 -> Float.NEGATIVE_INFINITY;
            case 5 -> Float.MIN_VALUE * random.nextInt(100);
            case 6 -> 1e30f * (float) random.nextGaussian();
            case 7 -> 100f * (float) random.nextGaussian();
            default -> 3f * (float) random.nextGaussian();
        };
    }

    MemorySegment awkward(int count) {
        MemorySegment segment = Memory.floats(arena, count);
        for (int i = 0; i < count; i++) {
            Memory.set(segment, i, awkward());
        }
        return segment;
    }

    /** A matrix of normal numbers in some format; a column of zeros and tiny numbers are among them. */
    Matrix matrix(WeightFormat format, int inputs, int columns) {
        float[] values = new float[inputs * columns];
        for (int i = 0; i < values.length; i++) {
            boolean zero = i % columns == columns / 2 || random.nextInt(20) == 0;
            values[i] = zero ? 0f : (float) random.nextGaussian() * (random.nextInt(30) == 0 ? 1e-30f : 1f);
        }
        return format.isNarrow() ? Matrix.of(NarrowArray.of(format, TensorData.of(Shape.of(inputs, columns), values)))
                : Matrix.of(values, inputs);
    }

    MemorySegment ordinary(int count) {
        MemorySegment segment = Memory.floats(arena, count);
        for (int i = 0; i < count; i++) {
            Memory.set(segment, i, (float) random.nextGaussian());
        }
        return segment;
    }

    /** Runs both twins on copies of the same target and compares every bit, and what lies around it. */
    void same(String what, int count, MemorySegment target, Call call) {
        int offset = GUARD + 3;
        MemorySegment[] outs = new MemorySegment[2];
        for (int twin = 0; twin < 2; twin++) {
            MemorySegment out = Memory.floats(arena, offset + count + 2L * GUARD);
            for (int i = 0; i < offset + count + 2 * GUARD; i++) {
                Memory.set(out, i, CANARY);
            }
            if (target != null) {
                Memory.copy(target, 0, out, offset, count);
            }
            call.run(twin == 0 ? scalar : vector, out, offset);
            outs[twin] = out;
        }
        for (int i = 0; i < count; i++) {
            float a = Memory.get(outs[0], offset + i);
            float b = Memory.get(outs[1], offset + i);
            assertTrue(Float.isNaN(a) && Float.isNaN(b) || Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b),
                    what + ", value " + i + " of " + count + ": scalar " + a + ", vector " + b);
        }
        for (MemorySegment out : outs) {
            for (int i = 0; i < offset; i++) {
                assertEquals(CANARY, Memory.get(out, i), what + " wrote before its target");
            }
            for (int i = offset + count + Panels.WIDTH - 1; i < offset + count + 2 * GUARD; i++) {
                assertEquals(CANARY, Memory.get(out, i), what + " wrote behind its target");
            }
        }
    }

    /** Kernels that start where their segment starts: the target is a segment of its own. */
    void sameAtStart(String what, int count, Call call) {
        same(what, count, null, (k, out, at) -> {
            MemorySegment own = Memory.floats(arena, count);
            call.run(k, own, 0);
            Memory.copy(own, 0, out, at, count);
        });
    }

    /** Whether {@link CommonKernels#map} computes a function of floats. */
    static boolean isMapped(MapOp op) {
        return op != MapOp.SQUARE && op != MapOp.TO_INT && op != MapOp.TO_FLOAT && op != MapOp.TO_BOOL
                && op != MapOp.BITWISE_NOT;
    }

    /** Whether {@link CommonKernels#pair} computes a function of floats. */
    static boolean isPaired(PairOp op) {
        return !op.isOfIntegers()
                && Arrays.stream(BinaryOp.values()).noneMatch(kernel -> kernel.name().equals(op.name()));
    }
}
