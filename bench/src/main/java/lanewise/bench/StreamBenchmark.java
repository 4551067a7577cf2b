package lanewise.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.bench.kernels.CoreBenchmark;
import lanewise.bench.kernels.RoofBenchmark;
import lanewise.options.ModelOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Steps of a stream, beside a plain product with as many weights. */
@Warmup(iterations = 5, time = 1)
public class StreamBenchmark extends CoreBenchmark {
    private static final int CHECKED = 4;

    /** A {@link StreamShape}. */
    @Param({"1x32", "2x128", "3x256", "3x480", "6x320", "3x960"})
    public String shape;

    private Arena arena;
    private Model model;
    private Stepper stepper;
    private float[] x;
    private float[] y;
    private MemorySegment weights;
    private float[] vector;

    /** Opens the model and checks some steps. */
    @Setup
    public void prepare() {
        StreamShape asked = StreamShape.named(shape);
        Network network = asked.network();
        model = network.model(-1, ModelOptions.DEFAULT.withWarmUpThread(false));
        model.warmUp(Duration.ofSeconds(20));
        stepper = model.stepper();
        y = new float[network.outputs()];
        x = check(asked, network, stepper, y);
        arena = Arena.ofConfined();
        weights = arena.allocate(asked.bytes(), 64);
        vector = new float[asked.units()];
        Arrays.fill(vector, 0.5f);
    }

    /** Compares the last of some steps with the reference over the numbers in use; returns the input of one. */
    static float[] check(StreamShape shape, Network network, Stepper stepper, float[] y) {
        Workload sequence = shape.workload(CHECKED);
        Workload.Call call = sequence.calls(network).getFirst();
        float[] x = new float[network.features()];
        for (int t = 0; t < CHECKED; t++) {
            System.arraycopy(call.x(), t * x.length, x, 0, x.length);
            stepper.prepare();
            stepper.fire(x, y);
        }
        Check.close(new Reference(sequence, network).score(call, 0), y, 0, 2e-5);
        return x;
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        stepper.close();
        model.close();
        arena.close();
    }

    /** One step. */
    @Benchmark
    public boolean step() {
        return stepper.step(x, y);
    }

    /** One step in two parts. */
    @Benchmark
    public boolean prepareAndFire() {
        stepper.prepare();
        return stepper.fire(x, y);
    }

    /** As many weights, read once. */
    @Benchmark
    public float weightsTimesVector() {
        return RoofBenchmark.multiply(weights, vector);
    }
}
