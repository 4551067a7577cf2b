package lanewise.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lanewise.spec.Accuracy;
import lanewise.spec.Graph;

/** What rounding did to the answers, as keys below {@code lanewise.accuracy}. */
final class AccuracyKeys {
    private static final String PREFIX = "lanewise.accuracy.";
    private static final String CALLS = PREFIX + "calls";
    private static final String LIMIT = PREFIX + "limit";

    private AccuracyKeys() {}

    static void write(GgufWriter out, Accuracy accuracy) {
        out.put(CALLS, accuracy.calls());
        out.put(LIMIT, accuracy.limit());
        for (int o = 0; o < accuracy.outputs().size(); o++) {
            Accuracy.Output output = accuracy.outputs().get(o);
            out.put(PREFIX + o + ".largest", output.largest());
            out.put(PREFIX + o + ".mean", output.mean());
            out.put(PREFIX + o + ".size", output.size());
            out.put(PREFIX + o + ".labels", output.labels());
            out.put(PREFIX + o + ".changed", output.changed());
            if (!output.layer().isEmpty()) {
                out.put(PREFIX + o + ".layer", output.layer());
                out.put(PREFIX + o + ".layer_largest", output.layerLargest());
            }
        }
    }

    /** The figures, if the file has some. */
    static Optional<Accuracy> read(Keys keys, List<Graph.Output> outputs) {
        if (!keys.has(CALLS)) {
            return Optional.empty();
        }
        List<Accuracy.Output> all = new ArrayList<>();
        for (int o = 0; o < outputs.size(); o++) {
            String output = PREFIX + o;
            boolean layer = keys.has(output + ".layer");
            all.add(new Accuracy.Output(outputs.get(o).name(), keys.number(output + ".largest"),
                    keys.number(output + ".mean"), keys.number(output + ".size"),
                    keys.longInteger(output + ".labels"), keys.longInteger(output + ".changed"),
                    layer ? keys.string(output + ".layer") : "",
                    layer ? keys.number(output + ".layer_largest") : 0));
        }
        return Optional.of(new Accuracy(keys.integer(CALLS), keys.number(LIMIT), all));
    }
}
