package lanewise.bench;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.bench.kernels.Seeded;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The first answer of a JVM whose model is open: nothing is compiled yet. Every fork measures one call. Run in the
 * project's folder.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@Fork(value = 10, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FirstAnswerBenchmark {
    /** One step of an LSTM of 64 units, or the sentiment model from text. */
    @Param({"lstm64", "sentiment"})
    public String model;

    private Model opened;
    private float[] x;

    /** Opens the model, with the warm-up thread at work as in a program. */
    @Setup
    public void open() {
        if (model.equals("sentiment")) {
            opened = Importer.read(Path.of("models/sentiment")).toModel(ModelOptions.DEFAULT);
        } else {
            opened = Network.random(0, 64, new int[] {64}, false, 0, false).model(1, ModelOptions.DEFAULT);
            x = Seeded.floats(new Random(6), 64, 1);
        }
    }

    /** Makes a predictor and scores. */
    @Benchmark
    public float[] firstAnswer() {
        Predictor predictor = opened.predictor();
        return x == null ? predictor.predict("great phone, works perfectly") : predictor.predict(x);
    }
}
