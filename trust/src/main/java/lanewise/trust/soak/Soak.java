package lanewise.trust.soak;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.LanewiseException;
import lanewise.kernel.OffHeap;
import lanewise.options.ModelOptions;
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
import lanewise.trust.Memory;
import lanewise.trust.Result;
import lanewise.trust.random.RandomModel;
import org.HdrHistogram.Histogram;

/** Measures the calls of one LSTM for a long time. Another thread opens and closes other models meanwhile. */
public final class Soak {
    private static final int UNITS = 64;
    private static final int FEATURES = 16;
    private static final int STEPS = 16;
    private static final int BURST = 50;
    private static final long PAUSE_NANOS = 5_000_000;
    private static final int INTERVALS = 60;
    private static final int OTHER_MODELS = 60;
    /** How often each of the others has come when all code that they share is compiled for all of them. */
    private static final int SETTLED = 3;
    private static final long MOST_GROWTH = 64L << 20;
    /** How much slower the second half may be than the first: at the median, and in 1 of 1000 calls. */
    private static final double MOST_SLOWER = 1.25;
    private static final double MOST_SLOWER_TAIL = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Histogram histogram = new Histogram(10_000_000_000L, 3);
    private final List<Sample> samples = new ArrayList<>();
    private final AtomicLong others = new AtomicLong();
    private final long otherModels;
    private volatile boolean over;

    private Soak(long seconds) {
        otherModels = Math.min(OTHER_MODELS, seconds);
    }

    /**
     * Runs.
     *
     * @param seconds how long
     * @param timed   whether times must be level and no call may allocate once all has settled: on a machine that does
     *                nothing else
     * @param page    takes the report
     * @return what was counted and found
     * @throws IOException          if the report can't be written
     * @throws InterruptedException if it is interrupted
     */
    public static Result run(long seconds, boolean timed, Path page) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Soak soak = new Soak(seconds);
        soak.measure(seconds);
        List<String> findings = soak.findings(timed);
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, SoakPage.of(soak.samples, findings));
        List<Sample> samples = soak.samples;
        return new Result("soak", begin, findings)
                .count("calls", samples.stream().mapToLong(Sample::calls).sum())
                .count("other models opened and closed", soak.others.get())
                .count("bytes allocated by calls before all of these had come " + SETTLED + " times", soak.bytes(false))
                .count("bytes allocated by calls later", soak.bytes(true))
                .count("bytes allocated by calls while the memory of others was closed",
                        samples.stream().mapToLong(Sample::disturbed).sum())
                .count("ns p50", soak.median(Sample::p50, 0, samples.size()))
                .count("ns p99", soak.median(Sample::p99, 0, samples.size()))
                .count("ns p99.9", soak.median(Sample::p999, 0, samples.size()))
                .count("% p50 of the second half of the first",
                        Math.round(100.0 * soak.late(Sample::p50) / Math.max(1, soak.early(Sample::p50))))
                .count("MB resident at the end", samples.getLast().resident() >> 20)
                .count("KB grown beyond the heap", soak.growth() >> 10);
    }

    private static Model lstm() {
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", UNITS, Activation.TANH, Activation.SIGMOID,
                true);
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(-1, STEPS, FEATURES), DType.FLOAT32), List.of(),
                        null),
                new Graph.Node(new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false),
                        List.of(new Graph.Ref(0, 0)), null));
        ModelSpec spec = new ModelSpec("soak", new Graph(nodes, List.of(0), List.of(new Graph.Output("out",
                new Graph.Ref(1, 0)))));
        Random random = new Random(5);
        return Model.of(spec, new Weights(Map.of(
                "lstm/cell/kernel", array(random, FEATURES, 4 * UNITS),
                "lstm/cell/recurrent_kernel", array(random, UNITS, 4 * UNITS),
                "lstm/cell/bias", TensorData.of(Shape.of(4 * UNITS), new float[4 * UNITS]))), Examples.NONE,
                ModelOptions.DEFAULT);
    }

    private static TensorData array(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return TensorData.of(Shape.of(rows, columns), values);
    }

    private void measure(long seconds) throws InterruptedException {
        float[] x = new float[STEPS * FEATURES];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i % 13 - 6) / 10f;
        }
        float[] y = new float[UNITS];
        try (Model model = lstm(); Predictor predictor = model.predictor()) {
            model.warmUp(Duration.ofSeconds(20));
            // half a second more, or a twentieth of the time: the caller's code is compiled too
            warm(predictor, x, y, Math.max(500_000_000L, seconds * 50_000_000L));
            Thread other = new Thread(this::openOthers, "others");
            other.start();
            long begin = System.nanoTime();
            int intervals = (int) Math.max(5, Math.min(INTERVALS, seconds));
            for (int i = 1; i <= intervals; i++) {
                interval(predictor, x, y, begin, begin + seconds * 1_000_000_000L / intervals * i);
            }
            over = true;
            other.join();
        }
    }

    private static void warm(Predictor predictor, float[] x, float[] y, long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            predictor.predict(x, y);
        }
    }

    private void interval(Predictor predictor, float[] x, float[] y, long begin, long until) {
        histogram.reset();
        long bytes = 0;
        long disturbed = 0;
        long calls = 0;
        while (System.nanoTime() < until) {
            long closed = OffHeap.closed();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BURST; i++) {
                long start = System.nanoTime();
                predictor.predict(x, y);
                histogram.recordValue(System.nanoTime() - start);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            // closing memory takes compiled code away for a moment, see OffHeap: that is told apart
            if (OffHeap.closing() == closed) {
                bytes += allocated;
            } else {
                disturbed += allocated;
            }
            calls += BURST;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        System.gc();
        samples.add(new Sample((System.nanoTime() - begin) / 1e9, calls, histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99), histogram.getValueAtPercentile(99.9), bytes, disturbed,
                Memory.resident(),
                Memory.heap(), Memory.offHeap(), others.get()));
    }

    /** Opens other models, asks each once, and closes them; each comes again and again. */
    private void openOthers() {
        for (long seed = 0; !over; seed++) {
            RandomModel random = RandomModel.of(seed % otherModels);
            try (Model model = Model.of(random.spec(), random.weights());
                    Predictor predictor = model.predictor(2, random.steps())) {
                if (random.ids() == 0) {
                    predictor.predict(random.floats(1, new Random(seed)));
                } else {
                    predictor.predict(random.ids(1, new Random(seed)));
                }
                others.incrementAndGet();
                LockSupport.parkNanos(50_000_000);
            } catch (LanewiseException e) {
                // refused by the planner, like the next time it comes
                continue;
            }
        }
    }

    /**
     * Bytes that calls have allocated before or after the code settled. A model with other layers brings new classes to
     * code that all models share; the JVM then compiles that code again, and vectors are objects meanwhile.
     */
    private long bytes(boolean settled) {
        long bytes = 0;
        long others = 0;
        for (Sample sample : samples) {
            // an interval counts as settled if it began so
            bytes += others > SETTLED * otherModels == settled ? sample.bytes() : 0;
            others = sample.others();
        }
        return bytes;
    }

    private List<String> findings(boolean timed) {
        List<String> findings = new ArrayList<>();
        // on a busy machine the compiler is late: then there must be intervals without a byte
        long bytes = timed ? bytes(true) : samples.stream().mapToLong(Sample::bytes).min().orElse(0);
        if (bytes > 0) {
            findings.add("calls allocated " + bytes + " bytes");
        }
        if (growth() > MOST_GROWTH) {
            findings.add("memory beyond the heap grew by " + (growth() >> 20) + " MB");
        }
        if (timed) {
            slower(findings, "p50", Sample::p50, MOST_SLOWER);
            slower(findings, "p99.9", Sample::p999, MOST_SLOWER_TAIL);
        }
        return findings;
    }

    private void slower(List<String> findings, String what, ToLongFunction<Sample> of, double most) {
        if (late(of) > most * early(of)) {
            findings.add(what + " was " + early(of) + " ns in the first half, " + late(of) + " ns in the second");
        }
    }

    private long early(ToLongFunction<Sample> of) {
        return median(of, 0, samples.size() / 2);
    }

    private long late(ToLongFunction<Sample> of) {
        return median(of, samples.size() / 2, samples.size());
    }

    private long median(ToLongFunction<Sample> of, int from, int to) {
        long[] sorted = samples.subList(from, to).stream().mapToLong(of).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** From the end of the first tenth to the end. */
    private long growth() {
        return samples.getLast().offHeap() - samples.get(samples.size() / 10).offHeap();
    }
}
