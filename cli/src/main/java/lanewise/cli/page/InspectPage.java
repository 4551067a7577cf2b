package lanewise.cli.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lanewise.spec.Graph;
import lanewise.spec.LayerInfo;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * A page about one model: its facts, its graph, what each layer costs, its weights, and what rounding them does.
 *
 * @param facts  names and values, in order
 * @param spec   the model
 * @param kept   its weights as they are kept
 * @param costs  of its layers
 * @param timing says what was measured, or why nothing was
 * @param moved  what rounding does to the answers, by format, if that was measured
 */
public record InspectPage(Map<String, String> facts, ModelSpec spec, Weights kept, List<LayerCost> costs, String timing,
        Map<WeightFormat, MovedAnswers> moved) {
    /** Rows of a table and cards: more nobody reads, and the page has to stay below 500 KB. */
    private static final int MAX_ROWS = 250;
    private static final int MAX_CARDS = 120;
    /** The same where the page is long already. */
    private static final int FEW = 50;
    /** Letters of a path. */
    private static final int PATH = 80;
    /** Letters of a fact or a reason. */
    private static final int FACT = 800;
    /** Pictures of nested models. */
    private static final int MAX_GRAPHS = 12;
    /** What the page may take before pictures of nested models are left out. */
    private static final int MANY_CHARACTERS = 150_000;
    private static final int CARD_WIDTH = 240;
    private static final int CARD_HEIGHT = 56;

    /**
     * A page that says why a model can't be run.
     *
     * @param file     the model
     * @param problems all reasons
     * @return the whole file
     */
    public static String refused(String file, List<String> problems) {
        Html html = new Html().element("h1", file).element("p", "This model can't be run:", "class", "bad").open("ul");
        problems.stream().limit(MAX_ROWS).forEach(problem -> html.element("li", Html.cut(problem, FACT)));
        html.end("ul");
        left(html, problems.size(), MAX_ROWS, "reasons");
        return Document.of(file, "", html);
    }

    /**
     * Writes the page.
     *
     * @return the whole file
     */
    public String html() {
        Html html = new Html().element("h1", Html.cut(spec.name(), PATH)).open("dl");
        facts.forEach((name, value) -> html.element("dt", name).element("dd", Html.cut(value, FACT)).markup("\n"));
        html.end("dl");
        graphs(html);
        layers(html);
        rounding(html);
        weights(html);
        return Document.of(Html.cut(spec.name(), PATH), "", html);
    }

    private void graphs(Html html) {
        Map<String, LayerInfo> layers = new HashMap<>();
        costs.forEach(cost -> layers.putIfAbsent(cost.layer().path(), cost.layer()));
        html.element("h2", "Graph")
                .element("p", "Blue boxes are inputs, green ones outputs; red ones have a state that "
                        + "they carry from step to step. Below a layer's class is the shape of its output, where "
                        + "None stays open; beside "
                        + "its name is the number of its parameters.",
                        "class", "soft")
                .markup("\n");
        new GraphPicture(html).draw(GraphBoxes.of(spec.graph(), "", layers));
        List<String> drawn = new ArrayList<>();
        spec.graph().walk((path, layer) -> {
            Optional<Graph> inside = layer instanceof LayerSpec.Nested nested ? Optional.of(nested.graph())
                    : layer instanceof RecurrentLayer.Scan scan ? Optional.of(scan.body()) : Optional.empty();
            if (inside.isPresent() && drawn.size() < MAX_GRAPHS && html.length() < MANY_CHARACTERS) {
                drawn.add(path);
                html.element("h3", "Inside " + Html.cut(path, PATH)).markup("\n");
                new GraphPicture(html).draw(GraphBoxes.of(inside.get(), path + "/", layers));
            }
        });
    }

    private void layers(Html html) {
        html.element("h2", "Layers").element("p", timing, "class", "soft");
        List<LayerCost> shown = largest(html, costs,
                Comparator.comparingDouble((LayerCost cost) -> cost.layer().parameters()
                        + (Double.isNaN(cost.micros()) ? 0 : 1e6 * cost.micros())));
        double most = costs.stream().mapToDouble(cost -> cost.layer().parameters()).max().orElse(0);
        double whole = costs.stream().mapToDouble(LayerCost::micros).sum();
        html.open("div", "class", "wide").open("table").open("tr");
        List.of("layer", "class", "output").forEach(head -> html.element("th", head));
        html.element("th", "parameters", "colspan", "2").element("th", "weights", "class", "n");
        if (!Double.isNaN(whole)) {
            html.element("th", "time", "colspan", "3");
        }
        html.element("th", "mask").end("tr");
        for (LayerCost cost : shown) {
            LayerInfo layer = cost.layer();
            html.open("tr").element("td", Html.cut(layer.path(), PATH)).element("td", layer.kerasClass()).element("td",
                    Html.cut(String.join(", ", layer.outputs().stream().map(Shape::toString).toList()), PATH), "class",
                    "shape");
            html.element("td", layer.parameters() == 0 ? "" : Quantity.count(layer.parameters()), "class", "n");
            bar(html, layer.parameters(), most, "bar");
            html.element("td", cost.weightBytes() == 0 ? "" : Quantity.bytes(cost.weightBytes()), "class", "n");
            if (!Double.isNaN(whole)) {
                html.element("td", cost.micros() == 0 ? "" : Quantity.time(cost.micros()), "class", "n");
                html.element("td", cost.micros() == 0 ? "" : Quantity.share(cost.micros(), whole), "class", "n");
                bar(html, cost.micros(), whole, "bar two");
            }
            html.element("td", layer.masked() ? "yes" : "").end("tr");
        }
        html.end("table").end("div");
        left(html, costs.size(), shown.size(), "layers: the largest and slowest are shown");
    }

    private void rounding(Html html) {
        html.element("h2", "What rounding to 16 bits does");
        List<Rounded> all = Rounded.of(spec, kept);
        if (all.isEmpty()) {
            html.element("p", kept.narrow().isEmpty() ? "No array of this model can be kept in 16 bits."
                    : "Its weights are rounded already; inspect the model that they were made from.");
            return;
        }
        html.element("p", "The error of a matrix is the root of the mean square of what rounding changes, over that of "
                + "its numbers. Bars are logarithmic, from 1e-6 to 1e-2."
                + (moved.isEmpty() ? "" : " The last column of a format says by how much an answer moves at most if "
                        + "only the matrix's layer is rounded.")
                + (moved.isEmpty() ? " Without examples nothing is known of the answers: inspect a model folder with "
                        + "examples, or convert with --examples first." : ""),
                "class", "soft");
        moved.forEach((format, answers) -> html.element("p", "All of it in " + name(format) + " moves "
                + answers.together() + ", over " + Quantity.count(answers.calls(), "example") + "."));
        List<Rounded> shown = largest(html, all, Comparator.comparingDouble(r -> r.bfloat16().relative()));
        html.open("div", "class", "wide").open("table").open("tr").element("th", "matrix");
        for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT16)) {
            html.element("th", name(format) + ": error", "colspan", "2").element("th", "largest", "class", "n");
            if (moved.containsKey(format)) {
                html.element("th", "alone moves", "class", "n");
            }
        }
        html.end("tr");
        for (Rounded matrix : shown) {
            html.open("tr").element("td", Html.cut(matrix.key(), PATH));
            errors(html, matrix, WeightFormat.BFLOAT16, matrix.bfloat16(), "bar two");
            errors(html, matrix, WeightFormat.INT16, matrix.int16(), "bar");
            html.end("tr");
        }
        html.end("table").end("div");
        left(html, all.size(), shown.size(), "matrices: those with the largest errors are shown");
    }

    private void errors(Html html, Rounded matrix, WeightFormat format, Rounded.Errors errors, String style) {
        if (Double.isNaN(errors.relative())) {
            html.element("td", "can't be rounded: it holds numbers that are not finite, or too large", "colspan", "3");
        } else {
            html.element("td", Quantity.number(errors.relative()), "class", "n");
            bar(html, errors.relative() == 0 ? 0 : Math.clamp(Math.log10(errors.relative()) + 6, 0.02, 4), 4, style);
            html.element("td", Quantity.number(errors.largest()), "class", "n");
        }
        if (moved.containsKey(format)) {
            html.element("td", moved.get(format).alone(matrix.key()).map(Quantity::number).orElse(""), "class", "n");
        }
    }

    private void weights(Html html) {
        List<WeightSummary> all = WeightSummary.of(kept);
        int most = html.length() < MANY_CHARACTERS ? MAX_CARDS : FEW;
        List<WeightSummary> shown = all.size() <= most ? all
                : all.stream().sorted(Comparator.comparingLong(WeightSummary::count).reversed()).limit(most).toList();
        html.element("h2", "Weights").element("p", "How the numbers of each array are spread, from the least to the "
                + "largest; the dashed line is 0.", "class", "soft").open("div", "class", "cards");
        shown.forEach(summary -> card(html, summary));
        html.end("div");
        left(html, all.size(), shown.size(), "arrays: the largest are shown");
    }

    private static void card(Html html, WeightSummary summary) {
        html.open("div", "class", "card").element("strong", Html.cut(summary.key(), PATH))
                .element("div", summary.shape() + ", " + Quantity.count(summary.count(), "number"), "class",
                        "soft small");
        if (summary.tallest() > 0) {
            html.open("svg", "viewBox", "0 0 " + CARD_WIDTH + " " + CARD_HEIGHT, "preserveAspectRatio", "none", "role",
                    "img").element("title", "histogram");
            StringBuilder path = new StringBuilder("M0 " + CARD_HEIGHT);
            double step = (double) CARD_WIDTH / summary.bins().length;
            for (long count : summary.bins()) {
                path.append(String.format(Locale.ROOT, "V%.1fh%.0f",
                        CARD_HEIGHT - (double) (CARD_HEIGHT - 2) * count / summary.tallest(), step));
            }
            html.empty("path", "class", "fill", "d", path.append("V" + CARD_HEIGHT + "z").toString());
            if (summary.least() < 0 && summary.most() > 0) {
                String zero = String.format(Locale.ROOT, "%.1f",
                        CARD_WIDTH * -summary.least() / (summary.most() - summary.least()));
                html.empty("path", "class", "zero", "d", "M" + zero + " 0V" + CARD_HEIGHT);
            }
            html.end("svg").element("span", Quantity.number(summary.least()) + " to " + Quantity.number(summary.most())
                    + ", mean " + Quantity.number(summary.mean()) + ", deviation "
                    + Quantity.number(summary.deviation()) + (summary.zeros() == 0 ? ""
                            : ", " + Quantity.share(summary.zeros(), summary.count()) + " zeros"),
                    "class", "small");
        }
        if (summary.wrong() > 0) {
            html.element("div", Quantity.count(summary.wrong()) + " are not finite", "class", "bad small");
        }
        html.end("div");
    }

    /** All of a list, or the largest in the order of the list. */
    private static <T> List<T> largest(Html html, List<T> all, Comparator<T> order) {
        int most = html.length() < MANY_CHARACTERS ? MAX_ROWS : FEW;
        if (all.size() <= most) {
            return all;
        }
        return IntStream.range(0, all.size()).boxed()
                .sorted(Comparator.comparing((Integer i) -> all.get(i), order).reversed()).limit(most).sorted()
                .map(all::get).toList();
    }

    private static void left(Html html, int all, int shown, String what) {
        if (all > shown) {
            html.element("p", Quantity.count(shown) + " of " + Quantity.count(all) + " " + what + ".", "class", "soft");
        }
    }

    private static void bar(Html html, double part, double whole, String style) {
        html.open("td", "class", "track");
        if (part > 0 && whole > 0) {
            html.element("span", "", "class", style, "style", String.format(Locale.ROOT, "width:%.1f%%",
                    100 * part / whole));
        }
        html.close("td");
    }

    private static String name(WeightFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
