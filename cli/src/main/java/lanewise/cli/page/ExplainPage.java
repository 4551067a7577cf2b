package lanewise.cli.page;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A page about one call: the answer after each step, and what the recurrent layers keep and forget on the way.
 *
 * @param name    of the model
 * @param what    was scored, for example a text
 * @param answer  in words
 * @param steps   what each step of the input is called; null for padding
 * @param series  the input by step and feature, empty if it is no series of numbers
 * @param answers after each step, by label; NaN where there is none, an empty map if none can be given
 * @param note    why there are none, else what they are
 * @param traces  of the cells of all recurrent layers
 * @param left    recurrent layers that are not shown, by path, with the reason
 */
public record ExplainPage(String name, String what, String answer, List<String> steps, double[][] series,
        Map<String, double[]> answers, String note, List<GateTrace> traces, Map<String, String> left) {
    /** Cells of all heat maps; some 5 bytes each, and the page has to stay below 500 KB. */
    private static final int MAX_CELLS = 60_000;
    private static final int MAX_COLUMNS = 160;
    private static final int MAX_TRACES = 24;
    private static final int MAX_FEATURES = 6;
    private static final int PATH = 80;
    private static final int QUOTED = 400;
    /** What single precision explains of a difference from the engine. */
    private static final double AGREES = 1e-3;

    /**
     * Writes the page.
     *
     * @return the whole file
     */
    public String html() {
        Html html = new Html().element("h1", Html.cut(name, PATH)).element("p", Html.cut(what, QUOTED), "class", "what")
                .element("p", answer).markup("\n");
        Columns columns = Columns.of(steps, MAX_COLUMNS);
        if (series.length > 0) {
            html.element("h2", "Input");
            lines(html, features());
        }
        html.element("h2", "Answer after each step").element("p", note, "class", "soft");
        if (!answers.isEmpty()) {
            if (series.length > 0) {
                lines(html, most(answers));
            } else {
                table(html, columns);
            }
        }
        if (!traces.isEmpty()) {
            html.element("h2", "What the recurrent layers keep").element("p", "A column is a step, a row is a unit; "
                    + "units are ordered by the state that they end with. Gates are blue where they are open, above "
                    + "0.5, and red where they are closed; other numbers are blue above 0 and red below. At the "
                    + "left is "
                    + "the range of each map, below it, where there is room, the mean of each column: of sizes where "
                    + "numbers have a sign. Change says how far a step moves the hidden state, on average. Grey steps "
                    + "are masked: nothing happens in them.", "class", "soft");
        }
        int drawn = Math.min(traces.size(), MAX_TRACES);
        for (GateTrace trace : traces.subList(0, drawn)) {
            draw(html, trace, MAX_CELLS / drawn);
        }
        if (drawn < traces.size()) {
            html.element("p", "Only the first " + drawn + " of " + traces.size() + " recurrent cells are shown.",
                    "class", "soft");
        }
        if (traces.isEmpty()) {
            html.element("p", "No layer of this model has gates that could be shown.");
        }
        left.forEach((path, reason) -> html.element("p", "Not shown: " + Html.cut(path, PATH) + ", " + reason + ".",
                "class", "soft"));
        return Document.of(Html.cut(name, PATH),
                HeatMap.STYLE
                        + """
                                .what { font-size: 1.1rem; } svg.line { display: block; } svg.line path { fill: none;
                                  stroke-width: 1.5; }
                                td.heat { text-align: center; min-width: 4.2rem; padding-right: 0; }
                                table.steps th { padding: .22rem .5rem; text-align: center; } table.steps
                                  td:first-child { padding-right: 1rem; }
                                """,
                html);
    }

    private void draw(Html html, GateTrace trace, int cells) {
        List<String> own = trace.steps() == steps.size() ? steps
                : IntStream.rangeClosed(1, trace.steps()).mapToObj(Integer::toString).toList();
        Columns columns = Columns.of(own, MAX_COLUMNS);
        html.element("h3", Html.cut(trace.path(), PATH) + ": " + trace.kerasClass() + " of "
                + Quantity.count(trace.units(), "unit")
                + (trace.backwards() ? ", from the last step to the first" : ""));
        boolean agrees = trace.difference() < AGREES;
        html.element("p", agrees ? "Sums in double precision; the engine's states differ by at most "
                + Quantity.number(trace.difference()) + "."
                : "The engine's states differ from these by " + Quantity.number(trace.difference())
                        + ": please report it.",
                "class", agrees ? "soft" : "bad");
        int shown = new GatePicture(html, columns).draw(trace, cells);
        if (shown < trace.units()) {
            html.element("p", "The " + shown + " units that move most are shown.", "class", "soft");
        }
    }

    /** The labels that matter at the end. */
    private static Map<String, double[]> most(Map<String, double[]> all) {
        Map<String, double[]> most = new LinkedHashMap<>();
        all.entrySet().stream().sorted(Comparator.comparingDouble(
                (Map.Entry<String, double[]> label) -> -last(label.getValue()))).limit(MAX_FEATURES)
                .forEach(label -> most.put(label.getKey(), label.getValue()));
        return most;
    }

    private static double last(double[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[values.length - 1 - i])
                .filter(Double::isFinite).findFirst().orElse(Double.NEGATIVE_INFINITY);
    }

    private void table(Html html, Columns columns) {
        List<Integer> shown = IntStream.range(0, columns.count()).filter(i -> steps.get(columns.to()[i]) != null)
                .boxed().toList();
        html.open("div", "class", "wide").open("table", "class", "steps").open("tr").element("th", "");
        shown.forEach(i -> html.element("th", Html.cut(columns.heads().get(i), 24)));
        html.end("tr");
        most(answers).forEach((label, values) -> {
            html.open("tr").element("td", Html.cut(label, PATH));
            for (int i : shown) {
                double value = values[columns.to()[i]];
                double share = Math.max(0, Math.min(1, Math.abs(value)));
                html.element("td", Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value), "class",
                        "heat",
                        "style",
                        String.format(Locale.ROOT, "background:color-mix(in srgb,var(--%s) %.0f%%,transparent)",
                                value < 0 ? "red" : "blue", Double.isNaN(value) ? 0 : 45 * share));
            }
            html.end("tr");
        });
        html.end("table").end("div");
    }

    private Map<String, double[]> features() {
        Map<String, double[]> lines = new LinkedHashMap<>();
        for (int f = 0; f < Math.min(MAX_FEATURES, series[0].length); f++) {
            int feature = f;
            lines.put(series[0].length == 1 ? "value" : "feature " + (f + 1),
                    IntStream.range(0, series.length).mapToDouble(t -> series[t][feature]).toArray());
        }
        return lines;
    }

    /** Curves over the same columns as the heat maps below them. */
    private void lines(Html html, Map<String, double[]> curves) {
        int count = Columns.of(steps, MAX_COLUMNS).count();
        new CurvePicture(html, GatePicture.LEFT, GatePicture.width(count)).draw(curves);
    }
}
