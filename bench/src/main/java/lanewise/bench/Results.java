package lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run has measured, as it is kept in {@code bench/report/results.json}.
 *
 * @param machine  processor, memory, system
 * @param versions of engines and of the JVM
 * @param samples  measurements of JMH
 * @param starts   milliseconds from the start of a JVM to its first answer, by variant
 * @param ticks    for each stream at a fixed rate, one array a round: p50, p99, p99.9 and most microseconds from tick
 *                 to answer, median of the work
 * @param curves   for each variant pairs of milliseconds since the JVM's start and microseconds of a call then
 * @param errors   largest error of an answer, by workload and engine, see {@link #error}
 * @param steps    for each stream that is timed step by step, one array a round: see {@link StepTimes}
 * @param crowds   rows a second of many threads, one number a round, by workload, engine and how
 * @param switches milliseconds from opening the tutorial model to its switch to vector kernels, one number a start, by
 *                 setting; infinity if it did not switch
 */
public record Results(Map<String, String> machine, Map<String, String> versions, List<Sample> samples,
        Map<String, List<Double>> starts,
        Map<String, List<double[]>> ticks, Map<String, List<double[]>> curves, Map<String, Double> errors,
        Map<String, List<double[]>> steps, Map<String, List<Double>> crowds, Map<String, List<Double>> switches) {
    /** A file of an older version has no ticks, errors, steps, crowds or switches. */
    public Results {
        ticks = ticks == null ? new LinkedHashMap<>() : ticks;
        errors = errors == null ? new LinkedHashMap<>() : errors;
        steps = steps == null ? new LinkedHashMap<>() : steps;
        crowds = crowds == null ? new LinkedHashMap<>() : crowds;
        switches = switches == null ? new LinkedHashMap<>() : switches;
    }

    /**
     * One fork of one benchmark.
     *
     * @param benchmark name of the method
     * @param subject   workload, or number of units
     * @param engine    who runs, or ""
     * @param round     which turn it was
     * @param micros    microseconds a call, one number for each iteration
     * @param bytes     allocated by a call
     */
    public record Sample(String benchmark, String subject, String engine, int round, double[] micros, double bytes) {
        /** Whether it is a chunk of a voice detector. */
        boolean isVoice() {
            return benchmark.equals(Report.CHUNK);
        }

        double median() {
            return Results.median(micros);
        }
    }

    static Results empty() {
        return new Results(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>(),
                new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
                new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    /** Of all iterations of all rounds; NaN if there are none. */
    double median(String benchmark, String subject, String engine) {
        return median(of(benchmark, subject, engine).stream().flatMapToDouble(s -> Arrays.stream(s.micros)).toArray());
    }

    List<Sample> of(String benchmark, String subject, String engine) {
        return samples.stream()
                .filter(s -> s.benchmark.equals(benchmark) && s.subject.equals(subject) && s.engine.equals(engine))
                .toList();
    }

    /** Of one round; NaN if it was not measured. */
    double median(String benchmark, String subject, String engine, int round) {
        return median(of(benchmark, subject, engine).stream().filter(s -> s.round == round)
                .flatMapToDouble(s -> Arrays.stream(s.micros))
                .toArray());
    }

    int rounds() {
        return samples.stream().mapToInt(Sample::round).max().orElse(0) + 1;
    }

    /** Engines of whole models, in the order in which they were measured. */
    List<String> engines() {
        return samples.stream().filter(s -> !s.isVoice()).map(Sample::engine).filter(e -> !e.isEmpty()).distinct()
                .toList();
    }

    /** Engines but ours that keep weights as float32. */
    List<String> rivals() {
        return engines().stream().filter(e -> !e.equals(Lanewise.NAME) && Engine.isFloat32(e)).toList();
    }

    /** The best rival's median over an engine's; of all rounds if {@code round} is negative; NaN if there is none. */
    double ratio(String workload, String engine, int round) {
        double best = rivals().stream().mapToDouble(r -> model(workload, r, round)).filter(t -> !Double.isNaN(t)).min()
                .orElse(Double.NaN);
        return best / model(workload, engine, round);
    }

    /** The median of a whole model's calls; of all rounds if {@code round} is negative. */
    double model(String workload, String engine, int round) {
        return round < 0 ? median(Report.SCORE, workload, engine) : median(Report.SCORE, workload, engine, round);
    }

    /** The largest error of an engine's answers against double precision with float32 weights; NaN if not known. */
    double error(String workload, String engine) {
        return errors.getOrDefault(workload + " " + engine, Double.NaN);
    }

    /** The median of the rounds of one figure of a stream; NaN if it was not measured. */
    double step(String stream, int figure) {
        return median(steps.getOrDefault(stream, List.of()).stream().mapToDouble(round -> round[figure]).toArray());
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    static Results read(Path file) throws IOException {
        return JsonMapper.builder().build().readValue(Files.readAllBytes(file), Results.class);
    }
}
