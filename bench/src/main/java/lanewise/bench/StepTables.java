package lanewise.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows steps that were timed one by one, and what the threads of a whole machine do together. */
final class StepTables extends Page {
    private final Results results;

    StepTables(Results results, StringBuilder html) {
        super(html);
        this.results = results;
    }

    void write() {
        if (!results.steps().isEmpty()) {
            steps();
        }
        if (!results.crowds().isEmpty()) {
            crowds();
        }
    }

    private void steps() {
        html.append(
                "<h2 id=\"steps\">Small streams</h2><p>One value in, a recurrent layer, Dense(1) out; and "
                        + "<i>fire</i>, what is "
                        + "left of a step of 2 x 128 units after prepare(). Each step is timed by itself, as "
                        + "<code>lanewise "
                        + "time --stream</code> does, and what reading the clock takes is taken off. <i>call</i> "
                        + "leaves inputs "
                        + "and outputs where they are, <i>step</i> goes from and to the caller's arrays. In blocks: "
                        + "100 steps "
                        + "between two looks at the clock. Nanoseconds, medians of the rounds.</p><div "
                        + "class=\"wide\"><table>");
        header(List.of("stream", "p50", "p99", "in blocks", "clock"));
        for (String name : results.steps().keySet()) {
            row("", escape(name), number(results.step(name, StepTimes.P50)), number(results.step(name, StepTimes.P99)),
                    number(results.step(name, StepTimes.BLOCKS)), number(results.step(name, StepTimes.CLOCK)));
        }
        html.append("</table></div>\n");
    }

    /** Rows a second, each workload in a line, the best rival beside us. */
    private void crowds() {
        html.append(
                "<h2 id=\"throughput\">Throughput</h2><p>Rows a second of all cores, medians of the rounds. "
                        + "<i>threads</i>: as many "
                        + "threads as cores share one model, each with calls of its own on one thread. <i>one "
                        + "call</i>: one "
                        + "call at a time, which uses all cores itself. The ratio is ours over the best of ONNX "
                        + "Runtime; above "
                        + "1 we are faster.</p><div class=\"wide\"><table class=\"text3\">");
        header(List.of("workload", "engine", "how", "rows a second", "ratio"));
        Map<String, Double> rows = new LinkedHashMap<>();
        results.crowds().forEach((name, rounds) -> rows.put(name,
                Results.median(rounds.stream().mapToDouble(Double::doubleValue).toArray())));
        rows.forEach((name, value) -> {
            List<String> words = new ArrayList<>(List.of(name.split(" ", 3)));
            double best = rows.entrySet().stream()
                    .filter(e -> e.getKey().startsWith(words.getFirst() + " ") && !e.getKey().contains(Lanewise.NAME))
                    .mapToDouble(Map.Entry::getValue).max().orElse(Double.NaN);
            boolean isOurs = name.contains(Lanewise.NAME);
            double ratio = isOurs ? value / best : Double.NaN;
            row(Double.isNaN(ratio) ? "" : ratio >= 1 ? "win" : "loss",
                    escape(Workload.named(words.get(0)).title()), escape(words.get(1)), escape(words.get(2)),
                    number(value), number(ratio));
        });
        html.append("</table></div>\n");
    }
}
