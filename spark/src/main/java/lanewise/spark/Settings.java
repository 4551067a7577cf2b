package lanewise.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.spec.DType;

/**
 * What tasks are told; see {@link RowScorer}.
 *
 * @param fingerprint of the model
 * @param takesText   whether its only input takes texts
 * @param columns     by input, in the order of the model
 * @param outputs     whether an output gives texts, by its name, in the order of the model
 * @param hasLabels   whether the model has labels
 * @param output      the column for scores, or the beginning of its name
 * @param label       the column for the label, or null
 * @param rowName     the column that names rows, or null
 * @param badRows     what to do with bad rows
 * @param reason      the column for reasons, or null
 */
record Settings(String fingerprint, boolean takesText, LinkedHashMap<String, String> columns,
        LinkedHashMap<String, Boolean> outputs, boolean hasLabels, String output, String label, String rowName,
        BadRows badRows, String reason) implements Serializable {
    enum BadRows {
        STOP, SKIP, MARK
    }

    static Settings of(Model model) {
        LinkedHashMap<String, String> columns = new LinkedHashMap<>();
        model.spec().graph().inputLayers().forEach(input -> columns.put(input.name(), input.name()));
        LinkedHashMap<String, Boolean> outputs = new LinkedHashMap<>();
        try (Scorer scorer = model.scorer(); Predictor predictor = model.predictor(1, 1)) {
            for (OutputTensor output : predictor.outputs()) {
                outputs.put(output.name(), output.dtype() == DType.STRING);
            }
            return new Settings(model.fingerprint(), scorer.takesText(), columns, outputs,
                    !model.spec().labels().isEmpty(), "scores", null, null, BadRows.STOP, null);
        }
    }

    /** The columns for scores, in the order of the outputs. */
    List<String> scoreColumns() {
        return outputs.size() == 1 ? List.of(output)
                : outputs.keySet().stream().map(name -> output + "_" + name).toList();
    }

    Settings withColumns(Map<String, String> given) {
        return new Settings(fingerprint, takesText, new LinkedHashMap<>(given), outputs, hasLabels, output, label,
                rowName, badRows, reason);
    }

    Settings withOutput(String given) {
        return new Settings(fingerprint, takesText, columns, outputs, hasLabels, given, label, rowName, badRows,
                reason);
    }

    Settings withLabel(String given) {
        return new Settings(fingerprint, takesText, columns, outputs, hasLabels, output, given, rowName, badRows,
                reason);
    }

    Settings withRowName(String given) {
        return new Settings(fingerprint, takesText, columns, outputs, hasLabels, output, label, given, badRows,
                reason);
    }

    Settings withBadRows(BadRows given, String column) {
        return new Settings(fingerprint, takesText, columns, outputs, hasLabels, output, label, rowName, given,
                column);
    }
}
