package lanewise.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import lanewise.spec.WeightFormat;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures everything in turns, so that noise hits all alike: round after round every workload by every engine, each in
 * a JVM of its own. Writes {@code bench/report/results.json} and {@code bench/report/index.html}. Run in the project's
 * folder.
 */
@Command(name = "lanewise bench", mixinStandardHelpOptions = true,
        description = "Measures and writes bench/report/index.html. Keep everything else off the machine meanwhile.")
public final class Main implements Callable<Integer> {
    private enum Suite {
        MODELS, KERNELS, STREAMS, STEPS, THROUGHPUT, VOICE, STARTS, RATIOS, ALL, REPORT
    }

    /** What JMH calls {@link ModelBenchmark.Accuracy#error}. */
    private static final String ERROR = "error";

    private static final Path REPORT = Path.of("bench", "report");

    @Parameters(arity = "0..1", defaultValue = "ALL",
            description = "one of ${COMPLETION-CANDIDATES}; RATIOS measures what the table of ratios needs, REPORT "
                    + "writes the page anew")
    private Suite suite;

    @Option(names = "--rounds", defaultValue = "3",
            description = "how often everything is measured (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--workloads", split = ",", description = "only these")
    private List<String> workloads;

    @Option(names = "--engines", split = ",", description = "only these beside lanewise, for example "
            + "lanewise-int16,onnxruntime")
    private List<String> engines;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "6",
            description = "before engines in Java are timed (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "--voice", paramLabel = "FILE",
            description = "the voice detector of VOICE: an ONNX file with the inputs of Silero VAD 5 or 6 "
                    + "(default: ${DEFAULT-VALUE}, our stand-in)",
            defaultValue = VoiceBenchmark.STAND_IN)
    private Path voice;

    private Results results = Results.empty();

    private Main() {}

    /**
     * Runs.
     *
     * @param args see {@code --help}
     */
    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if ((suite == Suite.VOICE || suite == Suite.ALL) && !Files.isRegularFile(detector())) {
            System.err.println("--voice: there is no file " + detector());
            return CommandLine.ExitCode.USAGE;
        }
        Path file = REPORT.resolve("results.json");
        if (suite != Suite.ALL && Files.exists(file)) {
            results = Results.read(file);
        }
        if (suite != Suite.REPORT) {
            Machine.describe(results);
        }
        List<Engine> taking = Engine.all().stream()
                .filter(e -> engines == null || e.name().equals(Lanewise.NAME) || engines.contains(e.name())).toList();
        String all = Machine.processors();
        String one = all == null ? null : all.split("[-,]")[0];
        Machine.pin(one);
        if (suite == Suite.RATIOS) {
            workloads = workloads == null ? Ratios.WORKLOADS : workloads;
            taking = taking.stream().filter(e -> e.name().startsWith(Lanewise.NAME) || engines != null
                    || Ratios.ENGINES.contains(e.name())).toList();
        }
        if (suite == Suite.MODELS || suite == Suite.RATIOS || suite == Suite.ALL) {
            // others' samples stay, but those of one workload are of one run
            results.samples().removeIf(s -> !s.engine().isEmpty() && !s.isVoice()
                    && (workloads == null || workloads.contains(s.subject())));
            for (int round = 0; round < rounds; round++) {
                models(taking, round);
            }
        }
        if (suite == Suite.KERNELS || suite == Suite.ALL) {
            results.samples().removeIf(s -> s.engine().isEmpty() && !isStream(s.subject()));
            for (int round = 0; round < rounds; round++) {
                run(new OptionsBuilder().include("\\.(KernelBenchmark|RoofBenchmark|PeakBenchmark)\\."), round);
                run(new OptionsBuilder().include("\\.PollutedBenchmark\\.").param("units", "128"), round);
            }
        }
        if (suite == Suite.STREAMS || suite == Suite.ALL) {
            results.samples().removeIf(s -> isStream(s.subject()));
            for (int round = 0; round < rounds; round++) {
                run(new OptionsBuilder().include("\\.StreamBenchmark\\."), round);
            }
            Machine.pin(all);
            Streams.measure(results, rounds);
        }
        if (suite == Suite.STEPS || suite == Suite.RATIOS || suite == Suite.ALL) {
            Machine.pin(one);
            Steps.measure(results, suite == Suite.RATIOS ? Ratios.STREAMS : null, rounds);
        }
        if (suite == Suite.THROUGHPUT || suite == Suite.ALL) {
            Machine.pin(all);
            Throughput.measure(results, taking, suite == Suite.ALL ? null : workloads, rounds);
        }
        if (suite == Suite.VOICE || suite == Suite.ALL) {
            Path detector = detector();
            Machine.pin(one);
            results.samples().removeIf(Results.Sample::isVoice);
            for (int round = 0; round < rounds; round++) {
                for (Engine engine : taking.stream().filter(Engine::takesVoice).toList()) {
                    run(new OptionsBuilder().include("\\.VoiceBenchmark\\.").param("file", detector.toString())
                            .param("engine", engine.name()), round);
                }
            }
        }
        if (suite == Suite.STARTS || suite == Suite.ALL) {
            Machine.pin(all);
            results.starts().clear();
            results.curves().clear();
            results.switches().clear();
            new Starts(Path.of("bench", "target", "starts"), results).measure(rounds);
        }
        results.write(file);
        new Report(results).write(REPORT);
        System.out.print(new Ratios(results).text());
        System.out.println("See " + REPORT.resolve("index.html"));
        return 0;
    }

    /** The file of {@code --voice}; one that the user named stands in the folder where the launcher was called. */
    private Path detector() {
        return voice.equals(Path.of(VoiceBenchmark.STAND_IN)) ? voice
                : Path.of(System.getProperty("lanewise.caller", "")).resolve(voice);
    }

    private static boolean isStream(String subject) {
        return StreamShape.ALL.stream().anyMatch(shape -> shape.name().equals(subject));
    }

    private void models(List<Engine> taking, int round) throws RunnerException {
        for (Workload workload : Workload.ALL) {
            if (workloads != null && !workloads.contains(workload.name())) {
                continue;
            }
            StringBuilder line = new StringBuilder(String.format("%d %-26s", round + 1, workload.name()));
            for (Engine engine : taking) {
                if (!engine.takes(workload)) {
                    continue;
                }
                // the plain loop is slow and never the best: once is enough
                if (engine instanceof PlainLoop && round > 0) {
                    continue;
                }
                ChainedOptionsBuilder options = new OptionsBuilder().include("ModelBenchmark\\.")
                        .param("workload", workload.name())
                        .param("engine", engine.name());
                // code that the JVM compiles needs longer until it is fast, with the compiler on the same core
                run(engine.isJava() ? options.warmupIterations(warmUp).warmupTime(TimeValue.seconds(1)) : options,
                        round);
                line.append(String.format(Locale.ROOT, "  %s %.2f", engine.name(),
                        results.median("score", workload.name(), engine.name(), round)));
            }
            System.out.println(line);
        }
    }

    /** One fork of each benchmark that the options name. */
    private void run(ChainedOptionsBuilder options, int round) throws RunnerException {
        Collection<RunResult> runs = new Runner(
                options.forks(1).addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true).build())
                .run();
        for (RunResult run : runs) {
            String name = run.getParams().getBenchmark();
            Collection<String> keys = run.getParams().getParamsKeys();
            String engine = keys.contains("engine") ? run.getParams().getParam("engine") : "";
            String subject = keys.contains("workload") ? run.getParams().getParam("workload")
                    : keys.contains("shape") ? run.getParams().getParam("shape")
                            : keys.contains("file") ? run.getParams().getParam("file")
                                    : keys.contains("weights")
                                            ? KernelTables.subject(run.getParams().getParam("units"),
                                                    WeightFormat.valueOf(run.getParams().getParam("weights")))
                                            : keys.contains("units") ? run.getParams().getParam("units") : "";
            List<Double> micros = new ArrayList<>();
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                fork.getIterationResults().forEach(i -> micros.add(i.getPrimaryResult().getScore()));
            }
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                // of each iteration; JMH's own result is their sum
                fork.getIterationResults().stream().filter(i -> i.getSecondaryResults().containsKey(ERROR))
                        .mapToDouble(i -> i.getSecondaryResults().get(ERROR).getScore()).max()
                        .ifPresent(error -> results.errors().put(subject + " " + engine, error));
            }
            double bytes = run.getSecondaryResults().keySet().stream().filter(key -> key.endsWith("gc.alloc.rate.norm"))
                    .mapToDouble(key -> run.getSecondaryResults().get(key).getScore()).findFirst().orElse(Double.NaN);
            String method = (name.contains(".Polluted") ? Report.POLLUTED : "")
                    + name.substring(name.lastIndexOf('.') + 1);
            results.samples().add(new Results.Sample(method, subject, engine, round,
                    micros.stream().mapToDouble(Double::doubleValue).toArray(), bytes));
        }
    }
}
