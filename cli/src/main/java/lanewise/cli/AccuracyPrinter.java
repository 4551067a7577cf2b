package lanewise.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lanewise.spec.Accuracy;
import lanewise.spec.NarrowArray;
import lanewise.spec.Weights;

/** Prints what rounding weights to 16 bits did to the answers. */
final class AccuracyPrinter {
    private AccuracyPrinter() {}

    /**
     * How many matrices have which format.
     *
     * @param weights with narrow ones among them
     * @return for example {@code 4 matrices of int16}
     */
    static String formats(Weights weights) {
        Map<String, Integer> counts = new TreeMap<>();
        for (NarrowArray array : weights.narrow().values()) {
            counts.merge(array.format().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        return counts.entrySet().stream().map(count -> count.getValue()
                + (count.getValue() == 1 ? " matrix of " : " matrices of ") + count.getKey())
                .collect(Collectors.joining(", "));
    }

    /**
     * The figures, a line for each output.
     *
     * @param weights with narrow ones among them
     * @return lines
     */
    static List<String> lines(Weights weights) {
        if (weights.accuracy().isEmpty()) {
            return List.of(formats(weights) + ": accuracy was not measured");
        }
        Accuracy accuracy = weights.accuracy().get();
        List<String> lines = new ArrayList<>();
        lines.add(formats(weights) + ", measured on " + accuracy.calls()
                + (accuracy.calls() == 1 ? " call" : " calls") + " against float32, limit "
                + (float) accuracy.limit());
        for (Accuracy.Output output : accuracy.outputs()) {
            lines.add("  output '" + output.name() + "': largest difference " + (float) output.largest() + ", mean "
                    + (float) output.mean() + " (values up to " + (float) output.size() + ")"
                    + (output.labels() == 0 ? ""
                            : ", " + output.changed() + " of " + output.labels() + " labels changed")
                    + (output.layer().isEmpty() ? ""
                            : ", most by layer '" + output.layer() + "' (" + (float) output.layerLargest()
                                    + " alone)"));
        }
        return lines;
    }

    /** The figures as a JSON object. */
    static Map<String, Object> json(Accuracy accuracy) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("calls", accuracy.calls());
        all.put("limit", accuracy.limit());
        all.put("outputs", accuracy.outputs().stream().map(output -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", output.name());
            one.put("largest", output.largest());
            one.put("mean", output.mean());
            one.put("size", output.size());
            one.put("labels", output.labels());
            one.put("changed", output.changed());
            one.put("layer", output.layer().isEmpty() ? null : output.layer());
            one.put("layer_largest", output.layer().isEmpty() ? null : output.layerLargest());
            return one;
        }).toList());
        return all;
    }
}
