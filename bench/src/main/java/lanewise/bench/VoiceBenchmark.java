package lanewise.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/**
 * One chunk of a voice detector with the inputs and outputs of Silero VAD 5 and 6 at 16 kHz, the state carried from
 * call to call, by every engine that reads ONNX files. Run in the project's folder.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(value = 2, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 7, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class VoiceBenchmark {
    /** Our own stand-in for a file of Silero. */
    static final String STAND_IN = "models/voice/model.onnx";

    /** Samples a second. */
    public static final int RATE = 16000;

    /** Samples of a call: the last 64 of the chunk before, and 512 new ones. */
    public static final int SAMPLES = 576;

    private static final int CONTEXT = 64;
    private static final int CHUNKS = 64;

    /** An ONNX file. */
    @Param(STAND_IN)
    public String file;

    /** An {@link Engine}. */
    @Param("lanewise")
    public String engine;

    private Scorer scorer;
    private List<Workload.Call> calls;
    private int next;

    /** Opens the engine and compares its answers to two seconds of sound with those of every other engine. */
    @Setup
    public void prepare() throws Exception {
        Path path = Path.of(file);
        calls = sound();
        scorer = Engine.named(engine).openVoice(path);
        float[] got = answers(scorer);
        for (Engine other : Engine.all()) {
            if (other.takesVoice() && !other.name().equals(engine)) {
                try (Scorer second = other.openVoice(path)) {
                    Check.close(answers(second), got, 1e-4);
                }
            }
        }
    }

    private float[] answers(Scorer asked) throws Exception {
        float[] all = new float[CHUNKS];
        for (int i = 0; i < CHUNKS; i++) {
            all[i] = asked.score(calls.get(i))[0];
        }
        return all;
    }

    /** Harmonics of 120 Hz that come and go four times a second, and some noise. */
    private static List<Workload.Call> sound() {
        Random random = new Random(1);
        int step = SAMPLES - CONTEXT;
        // zeros are before the first chunk
        float[] samples = new float[CONTEXT + CHUNKS * step];
        for (int i = CONTEXT; i < samples.length; i++) {
            double t = (i - CONTEXT) / (double) RATE;
            double voice = 0;
            for (int k = 1; k <= 20; k++) {
                voice += Math.sin(2 * Math.PI * 120 * k * t) / k;
            }
            double loud = Math.max(0, Math.sin(2 * Math.PI * 4 * t));
            samples[i] = (float) (0.2 * loud * voice + 0.003 * random.nextGaussian());
        }
        List<Workload.Call> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            float[] x = new float[SAMPLES];
            System.arraycopy(samples, i * step, x, 0, SAMPLES);
            chunks.add(new Workload.Call(x, null, null, null));
        }
        return chunks;
    }

    /** Frees the engine's memory. */
    @TearDown
    public void close() {
        scorer.close();
    }

    /** One chunk. */
    @Benchmark
    public float[] chunk() throws Exception {
        next = next + 1 < CHUNKS ? next + 1 : 0;
        return scorer.score(calls.get(next));
    }
}
