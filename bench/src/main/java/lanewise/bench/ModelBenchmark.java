package lanewise.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** Whole models, from the caller's arrays to the caller's arrays, by every engine. Run in the project's folder. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(value = 2, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class ModelBenchmark {
    /** A row of {@link Workload#ALL}. */
    @Param({"1x32x32", "1x128x128", "1x256x256", "100x16x16", "100x32x32", "100x64x64", "100x128x128", "100x256x256",
        "50x512x512"})
    public String workload;

    /** An {@link Engine}. */
    @Param({"lanewise", "plain-loop"})
    public String engine;

    /** Double-precision products of all calls that are checked, about: a second's work. */
    private static final double CHECKED_PRODUCTS = 1e9;

    /** What is known of the answers, carried to the report by JMH. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Accuracy {
        private double largest;

        /**
         * The largest error of the answers that were checked: against double precision and the float32 weights,
         * whatever the engine makes of them.
         *
         * @return an absolute difference
         */
        public double error() {
            return largest;
        }
    }

    private Scorer scorer;
    private List<Workload.Call> calls;
    private int next;

    /** Opens the engine and checks its answers. */
    @Setup
    public void prepare(Accuracy accuracy) throws Exception {
        Workload row = Workload.named(workload);
        Network network = row.maker().get();
        calls = row.calls(network);
        Engine asked = Engine.named(engine);
        scorer = asked.open(row, network);
        Reference reference = new Reference(row, network);
        Reference ofUsed = new Reference(row, asked.used(network));
        int every = (int) Math.ceil(calls.size() * row.products(network) / CHECKED_PRODUCTS);
        for (int i = 0; i < calls.size(); i += every) {
            float[] got = scorer.score(calls.get(i));
            for (int b = 0; b < row.batch(); b++) {
                int from = b * network.outputs();
                Check.close(ofUsed.score(calls.get(i), b), got, from, asked.tolerance());
                accuracy.largest = Math.max(accuracy.largest,
                        Check.largest(reference.score(calls.get(i), b), got, from));
            }
        }
    }

    /** Frees the engine's memory. */
    @TearDown
    public void close() {
        scorer.close();
    }

    /** One call. */
    @Benchmark
    public float[] score() throws Exception {
        next = next + 1 < calls.size() ? next + 1 : 0;
        return scorer.score(calls.get(next));
    }
}
