package lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final String CONTENTS = "<!-- contents -->";
    /** Tables whose first columns are texts say how many: text2, text3. */
    private static final String STYLE = """
            :root { color-scheme: light dark; --back: #fff; --text: #1d2127; --soft: #5d6673; --line: #d9dee5;
              --won: #2e7d4f; --lost: #c4512d; --win: #e3f4e4; --near: #fff4d6; --loss: #fbe0e0; }
            @media (prefers-color-scheme: dark) { :root { --back: #15181c; --text: #e4e7eb; --soft: #9aa4b1;
              --line: #343b45; --won: #6cc493; --lost: #ef8a62; --win: #173524; --near: #3d3413; --loss: #47201a; } }
            body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; max-width: 76rem; margin: 0 auto;
              padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text); }
            h2 { margin-top: 2.4rem; } p { max-width: 56rem; } .big { font-size: 1.15rem; } b.lost { color:
              var(--lost); }
            a { color: inherit; } nav a { margin-right: .8rem; } .wide { overflow-x: auto; }
            table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
            th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space:
              nowrap; }
            th { border-bottom: 2px solid var(--soft); white-space: normal; vertical-align: bottom; }
            th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 12rem; }
            .text2 :is(th, td):nth-child(-n+2), .text3 :is(th, td):nth-child(-n+3) { text-align: left; white-space:
              normal; }
            .win { background: var(--win); } .near { background: var(--near); } .loss { background: var(--loss); }
            .scale { position: relative; width: 20rem; height: .8rem; border-left: 1px solid var(--line);
              border-right: 1px solid var(--line); background: linear-gradient(var(--soft), var(--soft)) center / 1px
                100% no-repeat; }
            .scale div { position: absolute; top: 0; bottom: 0; } .scale .won { background: var(--won); }
            .scale .lost { background: var(--lost); } .chart { background: #fff; border-radius: 6px; margin: 1rem 0;
              max-width: 900px; } svg { max-width: 100%; height: auto; display: block; }
            """;

    private final Results results;

    Report(Results results) {
        super(new StringBuilder());
        this.results = results;
    }

    void write(Path folder) throws IOException {
        html.setLength(0);
        html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                + "content=\"width=device-width, initial-scale=1\"><title>Lanewise: measured</title><style>\n")
                .append(STYLE).append("</style></head><body><h1>Lanewise: measured</h1>\n");
        contents();
        new Summary(results, html).write();
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
        facts();
        html.append("</body></html>\n");
        contentsOf(html);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("index.html"), html);
        Files.writeString(folder.resolve("ratios.md"), new Ratios(results).text());
    }

    /** Leaves a place for {@link #contentsOf}: what follows decides what there is. */
    private void contents() {
        html.append(CONTENTS);
    }

    /** Puts links to all sections where they belong. */
    private static void contentsOf(StringBuilder html) {
        StringBuilder links = new StringBuilder("<nav>");
        Matcher section = Pattern.compile("<h2 id=\"(\\w+)\">([^<]*)</h2>").matcher(html);
        while (section.find()) {
            links.append("<a href=\"#").append(section.group(1)).append("\">").append(section.group(2)).append("</a> ");
        }
        int place = html.indexOf(CONTENTS);
        html.replace(place, place + CONTENTS.length(), links.append("</nav>\n").toString());
    }

    private void facts() {
        int rounds = results.rounds();
        html.append("<h2 id=\"how\">How it was measured</h2><p>").append(rounds)
                .append(rounds == 1 ? " round" : " rounds")
                .append("; in each round every engine runs every workload in a JVM of its own, one after the "
                        + "other, on one thread. Every answer is checked against double precision before it is "
                        + "timed: within 2e-5, with the weights that the engine uses; those of ONNX Runtime's int8 "
                        + "within 0.1. Times are medians of all "
                        + "iterations, in microseconds a call, from the caller's arrays to the caller's "
                        + "arrays.</p><div class=\"wide\"><table class=\"text2\">");
        results.machine().forEach((name, value) -> row("", escape(name), escape(words(value))));
        results.versions().forEach((name, value) -> row("", escape(name), escape(value)));
        html.append("</table></div>\n");
    }

    /** Results of earlier versions have caches as {@code {L1=32K, L2=1024K}}. */
    private static String words(String value) {
        return !value.startsWith("{") ? value
                : Arrays.stream(value.replaceAll("[{}]", "").split(", ")).map(cache -> {
                    String[] sides = cache.split("=", 2);
                    return sides[0] + (sides.length == 1 ? "" : " " + Machine.size(sides[1]));
                }).collect(Collectors.joining(", "));
    }

    private void models() {
        List<String> rivals = results.rivals();
        html.append(
                "<h2 id=\"models\">Models</h2><p>The ratio is the best rival's time over ours: above 1 we are "
                        + "faster. Behind it, "
                        + "from the least to the "
                        + "largest ratio of a single round. Green reaches what was promised (must), yellow is "
                        + "faster than every rival but less than promised, red is a loss.</p><div "
                        + "class=\"wide\"><table>");
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
        html.append("</table></div>\n");
        if (bars.getColumnCount() > 0) {
            html.append(Charts.dots("Time of each engine over ours", "times slower than Lanewise (left of 1: faster)",
                    bars));
        }
    }

    private void streams() {
        html.append(
                "<h2 id=\"streams\">Streams</h2><p>One step of LSTM layers as wide as their input. The bound is "
                        + "1.15 times what a "
                        + "plain product with as many "
                        + "weights takes in the same run, and 0.04 us for 16 units. "
                        + "Green keeps within it, red does not. What is left of a step after prepare() is timed below, "
                        + "at a fixed rate.</p><div class=\"wide\"><table>");
        header(List.of("layers x units", "weights KB", "step us", "bound us", "product GB/s", "prepare and fire us",
                "FPGA us", "bytes a step"));
        for (StreamShape shape : StreamShape.ALL) {
            double step = results.median("step", shape.name(), "");
            double product = results.median("weightsTimesVector", shape.name(), "");
            double bound = 1.15 * product + 0.04 * shape.layers() * shape.units() / 16;
            double bytes = results.of("step", shape.name(), "").stream().mapToDouble(Results.Sample::bytes).min()
                    .orElse(Double.NaN);
            row(step <= bound ? "win" : "loss", shape.name(), number(shape.bytes() / 1024.0), number(step),
                    number(bound),
                    number(shape.bytes() / 1000.0 / product),
                    number(results.median("prepareAndFire", shape.name(), "")), number(shape.fpga()),
                    String.format(Locale.ROOT, "%.0f", bytes));
        }
        html.append(
                "</table></div><p>10,000 ticks a second, with 100 MB a second of garbage made between them: "
                        + "microseconds "
                        + "from the tick to the answer, medians of the "
                        + "rounds. A pause of the machine or the collector counts for every tick that it "
                        + "delays.</p><div class=\"wide\"><table>");
        header(List.of("stream", "work alone p50", "p50", "p99", "p99.9", "most", "p99 / p50"));
        results.ticks().forEach((name, rounds) -> {
            double[] figures = IntStream.range(0, 5)
                    .mapToDouble(i -> Results.median(rounds.stream().mapToDouble(r -> r[i]).toArray())).toArray();
            row("", escape(name), number(figures[4]), number(figures[0]), number(figures[1]), number(figures[2]),
                    number(figures[3]),
                    number(figures[1] / figures[0]));
        });
        html.append("</table></div>\n");
    }

    private void voice() {
        html.append(
                "<h2 id=\"voice\">Voice detector</h2><p>One chunk of 512 samples behind 64 of the chunk before, at "
                        + "16 kHz, with "
                        + "the state carried from call to call: microseconds a chunk. Before they are timed, the "
                        + "engines give the same probabilities within 1e-4 for two seconds of sound. Above a ratio "
                        + "of 1 we are faster.</p><div class=\"wide\"><table class=\"text2\">");
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
        html.append("</table></div>\n");
    }

    private void starts() {
        html.append(
                "<h2 id=\"starts\">Start</h2><p>Milliseconds from the start of a JVM to the first answer of the "
                        + "tutorial model, "
                        + "read from a file.</p><div class=\"wide\"><table>");
        header(List.of("program", "median", "least", "most"));
        results.starts().forEach((name, times) -> {
            DoubleSummaryStatistics spread = times.stream().mapToDouble(Double::doubleValue).summaryStatistics();
            row("", escape(name), number(Results.median(times.stream().mapToDouble(Double::doubleValue).toArray())),
                    number(spread.getMin()),
                    number(spread.getMax()));
        });
        html.append("</table></div>\n");
        if (!results.switches().isEmpty()) {
            switches();
        }
        html.append(Charts.lines("How calls get faster", "milliseconds since the start of the JVM",
                "microseconds a call",
                results.curves()));
    }

    private void switches() {
        html.append(
                "<p>Milliseconds from opening the model to its switch from scalar to vector kernels.</p><div "
                        + "class=\"wide\"><table>");
        header(List.of("setting", "starts", "least", "median", "most", "each"));
        results.switches().forEach((setting, times) -> {
            double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            row("", escape(setting), Integer.toString(sorted.length), whole(sorted[0]), whole(Results.median(sorted)),
                    whole(sorted[sorted.length - 1]),
                    Arrays.stream(sorted).mapToObj(Report::whole).collect(Collectors.joining(" ")));
        });
        html.append("</table></div>\n");
    }

    private static String whole(double millis) {
        return Double.isInfinite(millis) ? "never" : String.format(Locale.ROOT, "%.0f", millis);
    }
}
