package lanewise.bench;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lanewise.Model;
import lanewise.ModelOptions;
import lanewise.Predictor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One LSTM layer over a sequence, its last output: Lanewise beside the plain loop. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(value = 3, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LstmBenchmark {
    /** Steps, features, units. */
    @Param({"1x32x32", "1x128x128", "1x256x256", "100x16x16", "100x32x32", "100x64x64", "100x128x128", "100x256x256", "50x512x512"})
    public String shape;

    private Model model;
    private Predictor predictor;
    private PlainLstm plain;
    private float[] x;
    private float[][] rows;
    private float[] y;

    /** Makes a seeded layer and checks that both give the same. */
    @Setup
    public void prepare() {
        String[] sizes = shape.split("x");
        int steps = Integer.parseInt(sizes[0]);
        int features = Integer.parseInt(sizes[1]);
        int units = Integer.parseInt(sizes[2]);
        RandomLstm layer = new RandomLstm(steps, features, units);
        model = layer.model(ModelOptions.DEFAULT.withBackground(false));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        predictor = model.predictor();
        plain = new PlainLstm(features, units, layer.kernel(), layer.recurrentKernel(), layer.bias());
        x = RandomLstm.floats(new Random(6), steps * features, 1);
        rows = new float[steps][features];
        for (int t = 0; t < steps; t++) {
            System.arraycopy(x, t * features, rows[t], 0, features);
        }
        y = new float[units];
        Check.close(plainLoop().clone(), lanewise(), 1e-4);
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        predictor.close();
        model.close();
    }

    /** Lanewise. */
    @Benchmark
    public float[] lanewise() {
        predictor.predict(x, y);
        return y;
    }

    /** The loop that a user would write. */
    @Benchmark
    public float[] plainLoop() {
        plain.reset();
        float[] h = y;
        for (float[] row : rows) {
            h = plain.step(row);
        }
        return h;
    }
}
