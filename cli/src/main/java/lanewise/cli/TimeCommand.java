package lanewise.cli;

import com.sun.management.ThreadMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Session;
import lanewise.Stepper;
import lanewise.cli.Main.BadInput;
import lanewise.cli.page.Quantity;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.spec.Shape;
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
    private static final int MAX_SAMPLES = 20_000_000;
    private static final int ALLOCATION_ROUNDS = 5;
    private static final int ALLOCATION_CALLS = 1000;
    private static final double WARM_UP_SECONDS = 15;
    private static final int CLOCK_ROUNDS = 20;
    private static final int CLOCK_READS = 50_000;
    /** Keys of quantiles, least first. */
    private static final Map<String, Double> QUANTILES = quantiles();

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

    private static Map<String, Double> quantiles() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("min", 0.0);
        quantiles.put("p50", 0.5);
        quantiles.put("p90", 0.9);
        quantiles.put("p99", 0.99);
        quantiles.put("p999", 0.999);
        quantiles.put("max", 1.0);
        return quantiles;
    }

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
                RandomInputs.fill(imported.spec(), session, batch, stream ? 1 : steps);
                Runnable call = session instanceof Stepper stepper ? stepper::step : ((Predictor) session)::run;
                Runnable before = prepare ? ((Stepper) session)::prepare : () -> {};
                before.run();
                call.run();
                double firstMillis = (System.nanoTime() - opened) / 1e6;
                double fullMillis = warmUp(model, before, call, opened);
                print(imported, session, measure(before, call, firstMillis, fullMillis));
            }
        }
        return Main.GOOD;
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

    private Measured measure(Runnable before, Runnable call, double firstMillis,
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
        for (Map.Entry<String, Double> quantile : QUANTILES.entrySet()) {
            result.put(quantile.getKey() + "_us", without(timer, percentile(samples, n, quantile.getValue())));
        }
        result.put("mean_us", without(timer, timed / 1e3 / n));
        result.put("timer_us", timer);
        double callsPerSecond = n / ((now - start) / 1e9);
        result.put("calls_per_second", callsPerSecond);
        result.put("rows_per_second", batch * callsPerSecond);
        result.put("bytes_per_call", bytes / (double) ALLOCATION_CALLS);
        result.put("first_answer_ms", firstMillis);
        result.put("full_speed_ms", Double.isNaN(fullMillis) ? null : fullMillis);
        return new Measured(result, new LatencyHistogram(samples, n, timer));
    }

    /**
     * What was measured.
     *
     * @param figures by the keys of {@code --json}
     * @param calls   how often each latency was seen
     */
    private record Measured(Map<String, Object> figures, LatencyHistogram calls) {}

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

    private void print(Imported imported, Session session, Measured measured) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Object> figures = measured.figures();
        if (json) {
            out.println(Json.write(figures));
            return;
        }
        String call = stream ? prepare ? "what is left of a step after prepare()" : "a step" : "a call";
        out.println(imported.spec().name() + " (" + imported.source() + "), " + call + " of "
                + Quantity.count(batch, stream ? "stream" : "row") + ", inputs " + session.inputs().stream()
                        .map(input -> input.name() + " " + Shape.of(RandomInputs.shape(input, batch,
                                stream ? 1 : steps)))
                        .collect(Collectors.joining(", ")));
        out.println();
        TextTable table = new TextTable("rrrrrrr", "least", "median", "90 %", "99 %", "99.9 %", "most", "mean");
        table.row(Stream.concat(QUANTILES.keySet().stream(), Stream.of("mean"))
                .map(key -> Quantity.time(number(figures, key + "_us"))).toArray(String[]::new));
        table.print(out);
        out.println();
        measured.calls().lines().forEach(line -> out.println("  " + line));
        out.println();
        String calls = Quantity.count((long) number(figures, "calls_per_second"));
        out.println("  " + calls + (stream ? " steps" : " calls") + " a second, "
                + Quantity.count((long) number(figures, "rows_per_second"))
                + (stream ? " steps of a stream a second" : " rows a second") + "; "
                + Quantity.number(number(figures, "bytes_per_call")) + " bytes allocated by each");
        out.println("  first answer after " + Quantity.time(1e3 * number(figures, "first_answer_ms")) + ", "
                + (figures.get("full_speed_ms") == null
                        ? "not at full speed within " + Quantity.time(1e6 * WARM_UP_SECONDS)
                        : "full speed after " + Quantity.time(1e3 * number(figures, "full_speed_ms")))
                + "; reading the clock takes " + Quantity.time(number(figures, "timer_us"))
                + ", which is not part of the times above");
        out.flush();
    }

    private static double number(Map<String, Object> figures, String key) {
        return ((Number) figures.get(key)).doubleValue();
    }
}
