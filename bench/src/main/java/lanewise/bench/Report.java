package lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jfree.data.category.DefaultCategoryDataset;

/** Writes the page that shows what a run has measured: losses as plainly as wins. */
final class Report extends Page {
    /** Marks kernels that were measured in a JVM where other code had used heap segments. */
    static final String POLLUTED = "polluted ";

    /** One chunk of a voice detector. */
    static final String CHUNK = "chunk";

    /** One call of a whole model. */
    static final String SCORE = "score";

    private final Results results;

    Report(Results results) {
        super(new StringBuilder());
        this.results = results;
    }

    void write(Path folder) throws IOException {
        html.setLength(0);
        html.append(
                """
                        <!doctype html>
                        <html lang="en"><head><meta charset="utf-8"><title>Lanewise: measured</title><style>
                        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 \
                        1rem; color: #222; }
                        table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .25rem .6rem; \
                        border-bottom: 1px solid #ddd; text-align: right; }
                        th:first-child, td:first-child { text-align: left; } th { border-bottom: 2px solid #888; }
                        .win { background: #e3f4e4; } .near { background: #fff4d6; } .loss { background: #fbe0e0; } \
                        .small { color: #666; font-size: 13px; }
                        svg { max-width: 100%; height: auto; }
                        </style></head><body><h1>Lanewise: measured</h1>
                        """);
        facts();
        new Ratios(results).write(this);
        if (results.samples().stream().anyMatch(s -> s.benchmark().equals(SCORE))) {
            models();
        }
        new FormatTables(results, html).write();
        new KernelTables(results, html).write();
        if (results.samples().stream().anyMatch(s -> s.benchmark().equals("weightsTimesVector"))) {
            streams();
        }
        new StepTables(results, html).write();
        if (results.samples().stream().anyMatch(Results.Sample::isVoice)) {
            voice();
        }
        if (!results.starts().isEmpty()) {
            starts();
        }
        html.append("</body></html>\n");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("index.html"), html);
        Files.writeString(folder.resolve("ratios.md"), new Ratios(results).text());
    }

    private void facts() {
        html.append("<p>").append(results.rounds())
                .append(" rounds; in each round every engine runs every workload in a JVM of its own, one after the "
                        + "other, on one thread. Every answer is checked against double precision before it is "
                        + "timed: within 2e-5, with the weights that the engine uses; those of ONNX Runtime's int8 "
                        + "within 0.1. Times are medians of all "
                        + "iterations, in microseconds a call, from the caller's arrays to the caller's "
                        + "arrays.</p><table>");
        results.machine().forEach((name, value) -> row("", escape(name), escape(value)));
        results.versions().forEach((name, value) -> row("", escape(name), escape(value)));
        html.append("</table>");
    }

    private void models() {
        List<String> rivals = results.rivals();
        html.append(
                "<h2>Models</h2><p>The ratio is the best rival's time over ours: above 1 we are faster. Behind it, "
                        + "from the least to the "
                        + "largest ratio of a single round. Green reaches what was promised (must), yellow is "
                        + "faster than every rival but less than promised, red is a loss.</p><table>");
        List<String> head = new ArrayList<>(List.of("workload", "lanewise"));
        head.addAll(rivals);
        head.addAll(List.of("ratio", "rounds", "must", "stretch", "bytes a call"));
        header(head);
        DefaultCategoryDataset bars = new DefaultCategoryDataset();
        for (Workload w : Workload.ALL) {
            double ours = results.median(SCORE, w.name(), Lanewise.NAME);
            if (Double.isNaN(ours)) {
                continue;
            }
            List<String> cells = new ArrayList<>(List.of(escape(w.title()), number(ours)));
            for (String rival : rivals) {
                double theirs = results.median(SCORE, w.name(), rival);
                cells.add(Double.isNaN(theirs) ? "" : number(theirs));
                if (!Double.isNaN(theirs)) {
                    bars.addValue(theirs / ours, rival, w.name());
                }
            }
            double ratio = results.ratio(w.name(), Lanewise.NAME, -1);
            DoubleSummaryStatistics spread = IntStream.range(0, results.rounds())
                    .mapToDouble(r -> results.ratio(w.name(), Lanewise.NAME, r)).filter(r -> !Double.isNaN(r))
                    .summaryStatistics();
            double bytes = results.of(SCORE, w.name(), Lanewise.NAME).stream().mapToDouble(Results.Sample::bytes).min()
                    .orElse(Double.NaN);
            cells.addAll(List.of(number(ratio), number(spread.getMin()) + " - " + number(spread.getMax()),
                    number(w.must()), number(w.stretch()),
                    String.format(Locale.ROOT, "%.0f", bytes)));
            row(Double.isNaN(ratio) ? "" : ratio >= w.must() ? "win" : ratio >= 1 ? "near" : "loss",
                    cells.toArray(new String[0]));
        }
        html.append("</table>");
        if (bars.getColumnCount() > 0) {
            html.append(Charts.bars("Time of each engine over ours", "times slower than Lanewise (left of 1: faster)",
                    bars));
        }
    }

    private void streams() {
        html.append(
                "<h2>Streams</h2><p>One step of LSTM layers as wide as their input. The bound is 1.15 times what a "
                        + "plain product with as many "
                        + "weights takes in the same run, and 0.04 us for 16 units. "
                        + "What is left of a step after prepare() is timed below, at a fixed rate.</p><table>");
        header(List.of("layers x units", "weights KB", "step us", "bound us", "product GB/s", "prepare and fire us",
                "FPGA us", "bytes a step"));
        for (StreamShape shape : StreamShape.ALL) {
            double step = results.median("step", shape.name(), "");
            double product = results.median("weightsTimesVector", shape.name(), "");
            double bound = 1.15 * product + 0.04 * shape.layers() * shape.units() / 16;
            double bytes = results.of("step", shape.name(), "").stream().mapToDouble(Results.Sample::bytes).min()
                    .orElse(Double.NaN);
            row(step <= bound ? "win" : "near", shape.name(), number(shape.bytes() / 1024.0), number(step),
                    number(bound),
                    number(shape.bytes() / 1000.0 / product),
                    number(results.median("prepareAndFire", shape.name(), "")), number(shape.fpga()),
                    String.format(Locale.ROOT, "%.0f", bytes));
        }
        html.append(
                "</table><p>10,000 ticks a second, with 100 MB a second of garbage made between them: microseconds "
                        + "from the tick to the answer, medians of the "
                        + "rounds. A pause of the machine or the collector counts for every tick that it "
                        + "delays.</p><table>");
        header(List.of("stream", "work alone p50", "p50", "p99", "p99.9", "most", "p99 / p50"));
        results.ticks().forEach((name, rounds) -> {
            double[] figures = IntStream.range(0, 5)
                    .mapToDouble(i -> Results.median(rounds.stream().mapToDouble(r -> r[i]).toArray())).toArray();
            row("", escape(name), number(figures[4]), number(figures[0]), number(figures[1]), number(figures[2]),
                    number(figures[3]),
                    number(figures[1] / figures[0]));
        });
        html.append("</table>");
    }

    private void voice() {
        html.append(
                "<h2>Voice detector</h2><p>One chunk of 512 samples behind 64 of the chunk before, at 16 kHz, with "
                        + "the state carried from call to call: microseconds a chunk. Before they are timed, the "
                        + "engines give the same probabilities within 1e-4 for two seconds of sound. Above a ratio "
                        + "of 1 we are faster.</p><table>");
        header(List.of("file", "engine", "us a chunk", "ratio", "bytes a chunk"));
        results.samples().stream().filter(Results.Sample::isVoice).map(s -> List.of(s.subject(), s.engine())).distinct()
                .forEach(key -> {
                    String file = key.get(0);
                    String engine = key.get(1);
                    boolean isOurs = engine.equals(Lanewise.NAME);
                    double micros = results.median(CHUNK, file, engine);
                    double ratio = isOurs ? Double.NaN : micros / results.median(CHUNK, file, Lanewise.NAME);
                    double bytes = results.of(CHUNK, file, engine).stream().mapToDouble(Results.Sample::bytes).min()
                            .orElse(Double.NaN);
                    row(isOurs ? "" : ratio >= 1 ? "win" : "loss", escape(Path.of(file).getFileName().toString()),
                            escape(engine), number(micros), number(ratio), String.format(Locale.ROOT, "%.0f", bytes));
                });
        html.append("</table>");
    }

    private void starts() {
        html.append(
                "<h2>Start</h2><p>Milliseconds from the start of a JVM to the first answer of the tutorial model, "
                        + "read from a file.</p><table>");
        header(List.of("program", "median", "least", "most"));
        results.starts().forEach((name, times) -> {
            DoubleSummaryStatistics spread = times.stream().mapToDouble(Double::doubleValue).summaryStatistics();
            row("", escape(name), number(Results.median(times.stream().mapToDouble(Double::doubleValue).toArray())),
                    number(spread.getMin()),
                    number(spread.getMax()));
        });
        html.append("</table>");
        if (!results.switches().isEmpty()) {
            switches();
        }
        html.append(Charts.lines("How calls get faster", "milliseconds since the start of the JVM",
                "microseconds a call",
                results.curves()));
    }

    private void switches() {
        html.append("<p>Milliseconds from opening the model to its switch from scalar to vector kernels.</p><table>");
        header(List.of("setting", "starts", "least", "median", "most", "each"));
        results.switches().forEach((setting, times) -> {
            double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            row("", escape(setting), Integer.toString(sorted.length), whole(sorted[0]), whole(Results.median(sorted)),
                    whole(sorted[sorted.length - 1]),
                    Arrays.stream(sorted).mapToObj(Report::whole).collect(Collectors.joining(" ")));
        });
        html.append("</table>");
    }

    private static String whole(double millis) {
        return Double.isInfinite(millis) ? "never" : String.format(Locale.ROOT, "%.0f", millis);
    }
}
