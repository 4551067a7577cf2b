package lanewise.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.cli.page.InspectPage;
import lanewise.cli.page.LayerCost;
import lanewise.cli.page.MovedAnswers;
import lanewise.cli.page.Quantity;
import lanewise.convert.Imported;
import lanewise.error.LanewiseException;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;
import lanewise.verify.AccuracyMeasurement;

/** Measures what the page of {@code inspect} shows. */
final class ModelPage {
    /** Examples whose answers are compared: enough to see which layer matters. */
    private static final int MAX_CALLS = 50;
    /** Each of these is opened and scored by itself, in two formats. */
    private static final int MAX_LAYERS = 40;

    private ModelPage() {}

    /**
     * Measures a model and writes its page.
     *
     * @param imported the model
     * @param kept     its weights in the formats that they are kept in
     * @param model    the same, open
     * @param facts    names and values for the head of the page
     * @param steps    of the measured call, where the model leaves the number open
     * @return the page
     */
    static String of(Imported imported, Weights kept, Model model, Map<String, String> facts, int steps) {
        MeasuredCall call = MeasuredCall.of(model, steps);
        String timing = call.times().isEmpty() ? "Times: " + call.note()
                : "Times are of " + call.what() + " of random numbers on this machine, "
                        + Quantity.time(call.micros()) + " in all, with "
                        + (model.usesVectors() ? "vector" : "scalar") + " kernels after warm-up.";
        return new InspectPage(facts, imported.spec(), kept, LayerCost.of(model.layers(), kept, call.times()), timing,
                moved(imported, kept)).html();
    }

    private static Map<WeightFormat, MovedAnswers> moved(Imported imported, Weights kept) {
        Map<WeightFormat, MovedAnswers> moved = new LinkedHashMap<>();
        List<Example> calls = imported.examples().calls().stream().limit(MAX_CALLS).toList();
        if (calls.isEmpty() || !kept.narrow().isEmpty()) {
            return moved;
        }
        for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT16)) {
            try {
                AccuracyMeasurement measurement = new AccuracyMeasurement(imported, new WeightFormats(format, Map.of()),
                        calls);
                if (measurement.layers().isEmpty()) {
                    return moved;
                }
                boolean few = measurement.layers().size() <= MAX_LAYERS;
                moved.put(format, new MovedAnswers(together(measurement.together(measurement.usualLimit())),
                        calls.size(), few ? measurement.alone() : Map.of()));
            } catch (LanewiseException e) {
                // weights that can't be rounded are marked in the table, each by itself
                continue;
            }
        }
        return moved;
    }

    private static String together(Accuracy accuracy) {
        StringBuilder text = new StringBuilder();
        for (Accuracy.Output output : accuracy.outputs()) {
            text.append(text.isEmpty() ? "" : "; ").append("output '").append(output.name()).append("' by at most ")
                    .append(Quantity.number(output.largest())).append(" (its values are up to ")
                    .append(Quantity.number(output.size())).append(")").append(output.labels() == 0 ? ""
                            : " and changes " + output.changed() + " of "
                                    + Quantity.count(output.labels(), "label"));
        }
        return text.toString();
    }
}
