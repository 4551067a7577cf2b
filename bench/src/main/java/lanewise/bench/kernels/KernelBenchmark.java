package lanewise.bench.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lanewise.kernel.Kernels;
import lanewise.kernel.Matrix;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.StepRun;
import lanewise.kernel.VectorKernels;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The kernels of an LSTM of as many features as units, one by one. */
public class KernelBenchmark extends CoreBenchmark {
    /** Time steps of an input product. */
    public static final int STEPS = 48;

    /** Features and units. */
    @Param({"32", "64", "128", "256", "512"})
    public int units;

    /** How the weights are kept. */
    @Param
    public WeightFormat weights;

    private final Kernels kernels = new VectorKernels();
    private Arena arena;
    private Panels panels;
    private MemorySegment x;
    private MemorySegment a;
    private MemorySegment b;
    private MemorySegment c;
    private MemorySegment h;
    private StepRun run;

    /** Makes weights and inputs. */
    @Setup
    public void prepare() {
        arena = Arena.ofConfined();
        Random random = new Random(5);
        float[] values = Seeded.floats(random, units * 4 * units, 1 / Math.sqrt(units));
        Matrix matrix = weights.isNarrow()
                ? Matrix.of(NarrowArray.of(weights, TensorData.of(Shape.of(units, 4 * units), values)))
                : Matrix.of(values, units);
        panels = Panels.pack(arena, matrix, units, new int[] {0, 1, 3, 2}, new float[4 * units]);
        x = floats(random, STEPS * units, 1);
        a = floats(random, STEPS * 4 * units, 1);
        b = floats(random, STEPS * 4 * units, 1);
        c = floats(random, units, 1);
        h = floats(random, units, 1);
        run = new StepRun();
        run.rows = 1;
        run.steps = STEPS;
        run.a = a;
        run.aStep = 4L * units;
        run.h = h;
        run.c = c;
        run.scratch = b;
    }

    private MemorySegment floats(Random random, int count, double scale) {
        MemorySegment numbers = Memory.floats(arena, count);
        float[] values = Seeded.floats(random, count, scale);
        for (int i = 0; i < count; i++) {
            Memory.set(numbers, i, values[i]);
        }
        return numbers;
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** Recurrent part of one step: all weights are read. */
    @Benchmark
    public void recurrentProduct() {
        kernels.matMul(panels, h, 0, units, 1, b, 0, 4L * units);
    }

    /** Input parts of {@link #STEPS} steps: weights are shared by several. */
    @Benchmark
    public void inputProduct() {
        kernels.matMul(panels, x, 0, units, STEPS, a, 0, 4L * units);
    }

    /** {@link #STEPS} steps, input parts excepted. */
    @Benchmark
    public void lstmSteps() {
        kernels.lstmSteps(panels, run);
    }
}
