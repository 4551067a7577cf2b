package lanewise.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The sentiment model, from text and from 40 ids: Lanewise beside the plain loop. Run in the project's folder. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(value = 3, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SentimentBenchmark {
    private static final String TEXT = "The battery is great and the sound is clear, "
            + "but the screen scratches far too easily for my taste.";
    private static final int STEPS = 40;
    private static final int FEATURES = 48;
    private static final int UNITS = 64;

    private final int[] ids = new int[STEPS];
    private final float[] y = new float[2];
    private Model model;
    private Predictor predictor;
    private PlainLstm lstm;
    private float[][] embedding;
    private Network.Head head;
    private Arena arena;
    private MemorySegment nativeIds;
    private MemorySegment nativeAnswer;
    private MemorySegment heapIds;
    private MemorySegment heapAnswer;

    /** Reads the model and checks that both give the same. */
    @Setup
    public void prepare() {
        Imported imported = Importer.read(Path.of("models/sentiment"));
        model = imported.toModel(ModelOptions.DEFAULT.withWarmUpThread(false));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        predictor = model.predictor();
        Weights weights = imported.weights();
        lstm = new PlainLstm(FEATURES, UNITS,
                new Network.Cell(weights.find("lstm/cell", "kernel").orElseThrow().toFloats(),
                        weights.find("lstm/cell", "recurrent_kernel").orElseThrow().toFloats(),
                        weights.find("lstm/cell", "bias").orElseThrow().toFloats()));
        float[] table = weights.find("embedding", "embeddings").orElseThrow().toFloats();
        embedding = new float[table.length / FEATURES][FEATURES];
        for (int i = 0; i < embedding.length; i++) {
            System.arraycopy(table, i * FEATURES, embedding[i], 0, FEATURES);
        }
        head = new Network.Head(2, weights.find("dense", "kernel").orElseThrow().toFloats(),
                weights.find("dense", "bias").orElseThrow().toFloats(), Activation.SOFTMAX);
        for (int i = 0; i < STEPS; i++) {
            ids[i] = 1 + i * 37 % 1999;
        }
        arena = Arena.ofConfined();
        nativeIds = arena.allocateFrom(ValueLayout.JAVA_INT, ids);
        nativeAnswer = arena.allocate(2L * Float.BYTES);
        heapIds = MemorySegment.ofArray(ids);
        heapAnswer = MemorySegment.ofArray(new float[2]);
        Check.close(plainLoop().clone(), lanewiseFromIds(), 1e-5);
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        predictor.close();
        model.close();
        arena.close();
    }

    /** Lanewise from raw text. */
    @Benchmark
    public float[] lanewiseFromText() {
        predictor.predict(TEXT, y);
        return y;
    }

    /** Lanewise from 40 ids. */
    @Benchmark
    public float[] lanewiseFromIds() {
        predictor.predict(ids, y);
        return y;
    }

    /** Lanewise with the caller's segments of several kinds in one JVM: the kernels never see them. */
    @Benchmark
    public float lanewiseFromSegments() {
        predictor.predict(nativeIds, 1, heapAnswer);
        predictor.predict(heapIds, 1, nativeAnswer);
        return nativeAnswer.get(ValueLayout.JAVA_FLOAT, 0);
    }

    /** The loop that a user would write, from 40 ids. */
    @Benchmark
    public float[] plainLoop() {
        lstm.start(null, null, 0);
        float[] h = null;
        for (int id : ids) {
            h = lstm.step(embedding[id]);
        }
        head.apply(h, y, 0);
        return y;
    }
}
