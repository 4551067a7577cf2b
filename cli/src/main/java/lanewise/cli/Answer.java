package lanewise.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.Predictor;
import lanewise.Tensor;
import lanewise.files.Json;
import lanewise.spec.DType;

/** Prints the outputs of a call: the label with its probability where there are labels, else the numbers. */
final class Answer {
    private final List<String> labels;
    private final boolean json;

    Answer(List<String> labels, boolean json) {
        this.labels = labels;
        this.json = json;
    }

    /**
     * A line for each row of the call.
     *
     * @param predictor whose outputs hold the answers
     * @param text      the text that was scored, or null
     */
    List<String> lines(Predictor predictor, String text) {
        List<String> lines = new ArrayList<>();
        int rows = predictor.outputs().getFirst().dim(0);
        for (int row = 0; row < rows; row++) {
            Map<String, float[]> outputs = new LinkedHashMap<>();
            Map<String, List<String>> texts = new LinkedHashMap<>();
            for (Tensor output : predictor.outputs()) {
                if (output.dtype() == DType.STRING) {
                    List<String> all = List.of(output.toStrings());
                    int width = all.size() / rows;
                    texts.put(output.name(), all.subList(row * width, (row + 1) * width));
                    continue;
                }
                float[] all = output.toFloats();
                int width = all.length / rows;
                outputs.put(output.name(), Arrays.copyOfRange(all, row * width, (row + 1) * width));
            }
            lines.add(json ? json(outputs, texts, text) : plain(outputs, texts));
        }
        return lines;
    }

    private String plain(Map<String, float[]> outputs, Map<String, List<String>> texts) {
        float[] first = outputs.isEmpty() ? new float[0] : outputs.values().iterator().next();
        int best = outputs.isEmpty() ? -1 : best(first);
        if (best >= 0) {
            return String.format(Locale.ROOT, "%s %.4f", labels.get(best), probability(first, best));
        }
        List<String> parts = new ArrayList<>();
        outputs.forEach((name, values) -> {
            StringBuilder line = new StringBuilder(outputs.size() + texts.size() > 1 ? name + ":" : "");
            for (float value : values) {
                line.append(line.isEmpty() ? "" : " ").append(value);
            }
            parts.add(line.toString());
        });
        texts.forEach((name, values) -> parts
                .add((outputs.size() + texts.size() > 1 ? name + ": " : "") + String.join(" ", values)));
        return String.join("  ", parts);
    }

    private String json(Map<String, float[]> outputs, Map<String, List<String>> texts, String text) {
        Map<String, Object> line = new LinkedHashMap<>();
        if (text != null) {
            line.put("text", text);
        }
        float[] first = outputs.isEmpty() ? new float[0] : outputs.values().iterator().next();
        int best = outputs.isEmpty() ? -1 : best(first);
        if (best >= 0) {
            line.put("label", labels.get(best));
            line.put("probability", probability(first, best));
        }
        Map<String, Object> all = new LinkedHashMap<>(outputs);
        all.putAll(texts);
        line.put("outputs", all);
        return Json.write(line);
    }

    /** The label that the values speak for: the largest, or one side of a single probability; -1 without labels. */
    private int best(float[] values) {
        if (labels.size() == 2 && values.length == 1) {
            return values[0] >= 0.5f ? 1 : 0;
        }
        if (labels.isEmpty()) {
            return -1;
        }
        if (labels.size() != values.length) {
            throw new Main.BadInput("there are " + labels.size() + " labels " + labels + ", but the first output has "
                    + values.length + " values a row");
        }
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static float probability(float[] values, int best) {
        return values.length > 1 ? values[best] : best == 1 ? values[0] : 1 - values[0];
    }
}
