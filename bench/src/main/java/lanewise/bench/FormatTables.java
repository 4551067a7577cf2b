package lanewise.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Shows what weights of fewer bits bring and cost: speed beside the largest error. */
final class FormatTables extends Page {
    private static final String INT8 = "onnxruntime-int8";

    private final Results results;

    FormatTables(Results results, StringBuilder html) {
        super(html);
        this.results = results;
    }

    void write() {
        List<String> rounded = results.engines().stream().filter(e -> !Engine.isFloat32(e)).toList();
        if (rounded.isEmpty()) {
            return;
        }
        html.append(
                "<h2 id=\"formats\">Formats of weights</h2><p>Weights of 16 bits beside the best rival with float32 "
                        + "weights, "
                        + "and "
                        + "beside ONNX Runtime's LSTM with weights of 8 bits, as its quantize_dynamic makes it. The "
                        + "error is "
                        + "the largest difference from double precision with the float32 weights. Ratios are of "
                        + "medians; above "
                        + "1 the engine of the line is faster. Green and red are about the float32 rivals.</p><div "
                        + "class=\"wide\"><table class=\"text2\">");
        header(List.of("workload", "engine", "us a call", "over the best float32 rival", "over our float32",
                "over ONNX Runtime's int8", "largest error"));
        for (Workload workload : Workload.ALL) {
            String name = workload.name();
            if (rounded.stream().noneMatch(engine -> measured(name, engine))) {
                continue;
            }
            Stream<String> best = results.rivals().stream().filter(rival -> measured(name, rival))
                    .min(Comparator.comparingDouble(rival -> results.model(name, rival, -1))).stream();
            String first = Page.escape(workload.title());
            for (String engine : Stream.concat(best, Stream.concat(Stream.of(Lanewise.NAME), rounded.stream()))
                    .filter(engine -> measured(name, engine)).toList()) {
                line(first, name, engine);
                first = "";
            }
        }
        html.append("</table></div>\n");
    }

    private boolean measured(String workload, String engine) {
        return !Double.isNaN(results.model(workload, engine, -1));
    }

    private void line(String title, String workload, String engine) {
        double micros = results.model(workload, engine, -1);
        double ratio = results.ratio(workload, engine, -1);
        boolean isOurs = engine.startsWith(Lanewise.NAME);
        row(!isOurs || Double.isNaN(ratio) ? "" : ratio >= 1 ? "win" : "loss", title, escape(engine), number(micros),
                results.rivals().contains(engine) ? "" : number(ratio),
                number(results.model(workload, Lanewise.NAME, -1) / micros),
                number(results.model(workload, INT8, -1) / micros),
                Double.isNaN(results.error(workload, engine)) ? ""
                        : String.format(Locale.ROOT, "%.1e", results.error(workload, engine)));
    }
}
