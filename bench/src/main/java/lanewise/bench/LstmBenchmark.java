package lanewise.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lanewise.Model;
import lanewise.ModelOptions;
import lanewise.Predictor;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
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
        Random random = new Random(5);
        float[] kernel = floats(random, features * 4 * units, 1 / Math.sqrt(features));
        float[] recurrent = floats(random, units * 4 * units, 1 / Math.sqrt(units));
        float[] bias = floats(random, 4 * units, 0.1);
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put("lstm/cell/kernel", TensorData.of(Shape.of(features, 4 * units), kernel));
        arrays.put("lstm/cell/recurrent_kernel", TensorData.of(Shape.of(units, 4 * units), recurrent));
        arrays.put("lstm/cell/bias", TensorData.of(Shape.of(4 * units), bias));
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID, true);
        LayerSpec lstm = new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false);
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, steps, features), DType.FLOAT32);
        Graph graph = new Graph(List.of(new Graph.Node(input, List.of(), null),
                new Graph.Node(lstm, List.of(new Graph.Ref(0, 0)), null)), List.of(0),
                List.of(new Graph.Output("h", new Graph.Ref(1, 0))));
        model = Model.of(new ModelSpec("lstm", graph), new Weights(arrays), Examples.NONE,
                ModelOptions.DEFAULT.withBackground(false));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        predictor = model.predictor();
        plain = new PlainLstm(features, units, kernel, recurrent, bias);
        x = floats(random, steps * features, 1);
        rows = new float[steps][features];
        for (int t = 0; t < steps; t++) {
            System.arraycopy(x, t * features, rows[t], 0, features);
        }
        y = new float[units];
        Check.close(plainLoop().clone(), lanewise(), 1e-4);
    }

    private static float[] floats(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
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
