package lanewise.cli;

import com.sun.management.ThreadMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Session;
import lanewise.Stepper;

import lanewise.cli.Main.BadInput;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures single calls of a model on this machine. */
@Command(name = "time", description = {"Measures calls on random input, after warm-up.",
    "Each call is timed by itself. What reading the clock takes (timer_us) is not part of the times from min_us to "
            + "mean_us; calls_per_second counts everything."})
final class TimeCommand implements Callable<Integer> {
    private static final long SEED = 1;
    private static final int MAX_SAMPLES = 20_000_000;
    private static final int ALLOCATION_ROUNDS = 5;
    private static final int ALLOCATION_CALLS = 1000;
    private static final double WARM_UP_SECONDS = 15;
    private static final int CLOCK_ROUNDS = 20;
    private static final int CLOCK_READS = 50_000;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file or folder")
    private Path path;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1",
            description = "rows a call (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--steps", paramLabel = "T", defaultValue = "100",
            description = "steps where the model leaves the number open (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--stream", description = "measure steps of a stream")
    private boolean stream;

    @Option(names = "--prepare", description = "with --stream: what is left of a step after prepare()")
    private boolean prepare;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "cores for one call: 1")
    private int threads;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "3",
            description = "how long to measure (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        if (prepare && !stream) {
            throw new BadInput("--prepare goes with --stream");
        }
        if (prepare && batch != 1) {
            throw new BadInput("--prepare takes one stream, found --batch " + batch);
        }
        if (threads != 1) {
            throw new BadInput("--threads " + threads + ": several cores for one call are not there yet, expected 1");
        }
        if (batch < 1 || steps < 1 || !(seconds > 0 && seconds < 1e6)) {
            throw new BadInput("--batch, --steps and --seconds must be positive");
        }
        Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
        try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT))) {
            long opened = System.nanoTime();
            try (Session session = stream ? model.stepper(batch) : model.predictor(batch, steps)) {
                fill(imported, session);
                Runnable call = session instanceof Stepper stepper ? stepper::step : ((Predictor) session)::run;
                Runnable before = prepare ? ((Stepper) session)::prepare : () -> {};
                before.run();
                call.run();
                double firstMillis = (System.nanoTime() - opened) / 1e6;
                double fullMillis = warmUp(model, before, call, opened);
                print(measure(model, before, call, firstMillis, fullMillis));
            }
        }
        return Main.GOOD;
    }

    private void fill(Imported imported, Session session) {
        Random random = new Random(SEED);
        for (int i = 0; i < session.inputs().size(); i++) {
            InputTensor input = session.inputs().get(i);
            int[] shape = RandomInputs.shape(input, batch, stream ? 1 : steps);
            int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (input.dtype() == DType.STRING) {
                input.set(RandomInputs.texts(random, count), shape);
            } else if (input.dtype() == DType.FLOAT32) {
                input.set(RandomInputs.floats(random, count), shape);
            } else {
                input.set(RandomInputs.ids(random, count, RandomInputs.limit(imported.spec(), i)), shape);
            }
        }
    }

    /** Calls until the model computes with vectors; returns when that was, in milliseconds since it was opened. */
    private static double warmUp(Model model, Runnable before, Runnable call, long opened) {
        long end = opened + (long) (WARM_UP_SECONDS * 1e9);
        while (!model.usesVectors() && System.nanoTime() < end) {
            before.run();
            call.run();
        }
        double full = model.usesVectors() ? (System.nanoTime() - opened) / 1e6 : Double.NaN;
        // the calls themselves are compiled anew around the other kernels
        long settle = System.nanoTime() + 500_000_000L;
        while (System.nanoTime() < settle) {
            before.run();
            call.run();
        }
        return full;
    }

    private Map<String, Object> measure(Model model, Runnable before, Runnable call, double firstMillis,
            double fullMillis) {
        ThreadMXBean threadsBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // code that is compiled anew may allocate once; what every call allocates shows in every round
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < ALLOCATION_ROUNDS; round++) {
            long allocated = threadsBean.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ALLOCATION_CALLS; i++) {
                before.run();
                call.run();
            }
            bytes = Math.min(bytes, threadsBean.getCurrentThreadAllocatedBytes() - allocated);
        }
        double timer = timerMicros();
        long[] samples = new long[MAX_SAMPLES];
        int n = 0;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long now = start;
        long timed = 0;
        while (now < end && n < MAX_SAMPLES) {
            before.run();
            // without something before it a call begins when the last one ended
            long begin = prepare ? System.nanoTime() : now;
            call.run();
            now = System.nanoTime();
            samples[n++] = now - begin;
            timed += now - begin;
        }
        Arrays.sort(samples, 0, n);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("min_us", without(timer, samples[0] / 1e3));
        result.put("p50_us", without(timer, percentile(samples, n, 0.5)));
        result.put("p90_us", without(timer, percentile(samples, n, 0.9)));
        result.put("p99_us", without(timer, percentile(samples, n, 0.99)));
        result.put("p999_us", without(timer, percentile(samples, n, 0.999)));
        result.put("max_us", without(timer, samples[n - 1] / 1e3));
        result.put("mean_us", without(timer, timed / 1e3 / n));
        result.put("timer_us", timer);
        result.put("calls_per_second", n / ((now - start) / 1e9));
        result.put("bytes_per_call", bytes / (double) ALLOCATION_CALLS);
        result.put("first_answer_ms", firstMillis);
        result.put("full_speed_ms", model.usesVectors() ? fullMillis : null);
        return result;
    }

    /**
     * What reading the clock once takes: each sample of a call holds that much. The least mean of some rounds, since
     * the first are not compiled yet, and clocks tick in coarse steps.
     */
    private static double timerMicros() {
        long[] reads = new long[CLOCK_READS];
        double least = Double.MAX_VALUE;
        for (int round = 0; round < CLOCK_ROUNDS; round++) {
            long start = System.nanoTime();
            long now = start;
            for (int i = 0; i < reads.length; i++) {
                long begin = now;
                now = System.nanoTime();
                reads[i] = now - begin;
            }
            least = Math.min(least, (now - start) / 1e3 / reads.length);
        }
        return least;
    }

    private static double without(double timer, double micros) {
        return Math.max(0, micros - timer);
    }

    private static double percentile(long[] sorted, int n, double share) {
        return sorted[(int) Math.min(n - 1, Math.floor(share * n))] / 1e3;
    }

    private void print(Map<String, Object> result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(result));
            return;
        }
        result.forEach((key, value) -> out.println(String.format(Locale.ROOT, "%-18s %s", key,
                value == null ? "never: the vector kernels were not faster"
                        : String.format(Locale.ROOT, "%.3f", ((Number) value).doubleValue()))));
    }
}
