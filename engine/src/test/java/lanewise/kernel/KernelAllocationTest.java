package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.NarrowArray;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * No vector kernel puts a vector on the heap once it is compiled, with all of them used in one JVM in which other code
 * loads vectors from heap segments. A method of ours in a kernel's loop, two polynomials in one loop, an accumulator in
 * an array: each shows here.
 */
class KernelAllocationTest {
    private static final int UNITS = 64;
    private static final int WARM_UP_ROUNDS = 30;
    private static final int CALLS = 1500;

    static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    @Test
    @EnabledIf("hasVectors")
    void compiledKernelsAllocateNothing() {
        Polluter.run();
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Runnable> kernels = kernels(arena);
            Map<String, Long> bytes = new LinkedHashMap<>();
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                bytes.clear();
                kernels.forEach((name, kernel) -> bytes.put(name, allocated(kernel)));
                if (bytes.values().stream().allMatch(b -> b < CALLS)) {
                    break;
                }
            }
            bytes.forEach((name, b) -> assertEquals(0, b / CALLS, "bytes per call of " + name));
        }
    }

    private static long allocated(Runnable kernel) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            kernel.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static Matrix matrix(WeightFormat format) {
        Random random = new Random(5);
        float[] values = new float[UNITS * 4 * UNITS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        TensorData data = TensorData.of(Shape.of(UNITS, 4 * UNITS), values);
        return format.isNarrow() ? Matrix.of(NarrowArray.of(format, data)) : Matrix.of(data, UNITS);
    }

    private static void products(Map<String, Runnable> kernels, Kernels k, Arena arena, WeightFormat format,
            MemorySegment a, MemorySegment out) {
        Matrix matrix = matrix(format);
        RowTable table = new RowTable(arena, matrix);
        kernels.put("lookup of " + format, () -> k.lookup(table, 3, out, 0));
        for (int gates = 1; gates <= 4; gates++) {
            int[] order = new int[gates];
            for (int g = 0; g < gates; g++) {
                order[g] = g;
            }
            for (int units : new int[] {UNITS, 17}) {
                Panels w = Panels.pack(arena, matrix, units, order, null);
                long stride = (long) gates * w.padded();
                for (int rows : new int[] {1, 9}) {
                    kernels.put("matMul of " + gates + " gates of " + units + " of " + format + ", rows " + rows,
                            () -> k.matMul(w, a, 0, UNITS, rows, out, 0, stride));
                }
            }
        }
    }

    private static void steps(Map<String, Runnable> kernels, Kernels k, Arena arena, WeightFormat format,
            MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment h, MemorySegment out) {
        Panels lstm = Panels.pack(arena, matrix(format), UNITS, new int[] {0, 1, 2, 3}, null);
        Panels gru = Panels.pack(arena, matrix(format), UNITS, new int[] {0, 1, 2}, null);
        for (int rows : new int[] {1, 3, 4}) {
            for (boolean zero : new boolean[] {false, true}) {
                StepRun run = new StepRun();
                run.rows = rows;
                run.steps = 2;
                run.zero = zero;
                run.a = a;
                run.aRow = 4 * UNITS;
                run.aStep = 16 * UNITS;
                run.h = h;
                run.c = c;
                run.scratch = b;
                run.out = out;
                String what = " of " + format + ", rows " + rows + (zero ? " from zeros" : "");
                kernels.put("lstmSteps" + what, () -> k.lstmSteps(lstm, run));
                kernels.put("gruSteps" + what, () -> k.gruSteps(gru, run));
            }
        }
        for (int units : new int[] {16, UNITS}) {
            Panels four = Panels.pack(arena, matrix(format), units, new int[] {0, 1, 2, 3}, null);
            Panels three = Panels.pack(arena, matrix(format), units, new int[] {0, 1, 2}, null);
            StepRun run = new StepRun();
            run.rows = 1;
            run.steps = 1;
            run.a = a;
            run.h = h;
            run.c = c;
            run.scratch = b;
            run.out = out;
            kernels.put("lstmStep of " + units + " of " + format, () -> k.lstmStep(four, four, a, 64L * UNITS, run));
            kernels.put("gruStep of " + units + " of " + format, () -> k.gruStep(three, three, a, 64L * UNITS, run));
        }
    }

    private static Map<String, Runnable> kernels(Arena arena) {
        Random random = new Random(3);
        MemorySegment a = random(arena, random, 40 * 4 * UNITS);
        MemorySegment b = random(arena, random, 9 * 4 * UNITS);
        MemorySegment c = random(arena, random, 9 * UNITS);
        MemorySegment h = random(arena, random, 9 * UNITS);
        MemorySegment out = Memory.floats(arena, 40 * 4 * UNITS);
        Kernels k = new VectorKernels();
        Map<String, Runnable> kernels = new LinkedHashMap<>();
        for (WeightFormat format : WeightFormat.values()) {
            products(kernels, k, arena, format, a, out);
            steps(kernels, k, arena, format, a, b, c, h, out);
        }
        kernels.put("lstmState", () -> k.lstmState(a, 0, c, 0, UNITS));
        kernels.put("gruState", () -> k.gruState(a, 0, b, 0, h, 0, UNITS));
        kernels.put("multiplyAdd", () -> k.multiplyAdd(a, 0, b, 0, a, 64, out, 0, UNITS));
        for (Activation f : Activation.values()) {
            kernels.put(f.name(), f.needsRow() ? () -> k.activateRows(f, a, 0, out, 0, 2, 40)
                    : () -> k.activate(f, a, 0, out, 0, 2 * UNITS));
        }
        for (BinaryOp op : BinaryOp.values()) {
            kernels.put(op.name(), () -> k.binary(op, a, 0, b, 0, out, 0, UNITS));
            kernels.put(op + " of a number", () -> k.binary(op, a, 0, 2f, false, out, 0, UNITS));
            kernels.put(op + " with a number", () -> k.binary(op, a, 0, 2f, true, out, 0, UNITS));
        }
        kernels.put("relu", () -> k.relu(a, out, UNITS, 1f, 0.1f, 0.2f));
        kernels.put("elu", () -> k.elu(a, out, UNITS, 0.5f));
        kernels.put("scaleShift", () -> k.scaleShift(a, 0, 2f, 1f, out, UNITS));
        kernels.put("scaleShiftRows", () -> k.scaleShiftRows(a, c, h, out, 3, UNITS));
        kernels.put("normalizeRows", () -> k.normalizeRows(a, out, 3, 50, 1e-3f));
        kernels.put("unitRows", () -> k.unitRows(a, out, 3, 50, 1e-7f));
        for (MapOp op : MapOp.values()) {
            if (TwinTest.isMapped(op)) {
                kernels.put(op.name(), () -> k.map(op, a, DType.FLOAT32, out, UNITS));
            }
        }
        for (PairOp op : PairOp.values()) {
            // StrictMath.pow allocates where the exponent is not whole and the base not positive
            if (TwinTest.isPaired(op)) {
                kernels.put(op.name(), () -> k.pair(op, b, 0, DType.FLOAT32, op == PairOp.POWER ? 3 : 0.7,
                        DType.FLOAT32, false, out, 0, UNITS));
            }
        }
        kernels.put("reduce", () -> k.reduce(ReduceOp.MEAN, a, 3, UNITS, out));
        kernels.put("position", () -> k.position(ReduceOp.ARGMAX, a, DType.FLOAT32, 3, UNITS, out));
        kernels.put("truth", () -> k.truth(ReduceOp.ANY, a, DType.FLOAT32, 3, UNITS, true, out));
        kernels.put("topK", () -> k.topK(true, a, DType.FLOAT32, 0, UNITS, 2, b, out, 0, 5));
        kernels.put("cumulate",
                () -> k.cumulate(ReduceOp.SUM, a, DType.FLOAT32, 0, UNITS, 2, false, true, out));
        kernels.put("reduceIntegers", () -> k.reduceIntegers(ReduceOp.MAX, a, DType.INT32, 3, UNITS, out));
        kernels.put("integers", () -> k.pair(PairOp.MULTIPLY, a, 0, DType.INT32, b, 0, DType.INT32, out, 0, UNITS));
        kernels.put("select", () -> k.select(a, 0, 1, b, null, 1f, out, 0, UNITS));
        return kernels;
    }

    private static MemorySegment random(Arena arena, Random random, int count) {
        MemorySegment segment = Memory.floats(arena, count);
        for (int i = 0; i < count; i++) {
            Memory.set(segment, i, (float) random.nextGaussian());
        }
        return segment;
    }

    /** Somebody else's code, which loads vectors from heap segments of several kinds. */
    private static final class Polluter {
        static void run() {
            MemorySegment[] segments = {MemorySegment.ofArray(new float[64]), MemorySegment.ofArray(new byte[256]),
                MemorySegment.ofArray(new double[32])};
            FloatVector sum = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
            for (int i = 0; i < 100_000; i++) {
                sum = sum.add(FloatVector.fromMemorySegment(FloatVector.SPECIES_PREFERRED, segments[i % 2], 0,
                        ByteOrder.nativeOrder()));
            }
            assertEquals(0f, sum.lane(0));
        }
    }
}
