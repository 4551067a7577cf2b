package lanewise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.cli.Main.BadInput;
import lanewise.cli.rows.InputArrays;
import lanewise.cli.rows.LineRows;
import lanewise.cli.rows.RowBlock;
import lanewise.cli.rows.RowModel;
import lanewise.cli.rows.RowSettings;
import lanewise.cli.rows.Rows;
import lanewise.cli.rows.WholeNumbers;
import lanewise.convert.Imported;
import lanewise.error.LanewiseException;
import lanewise.format.PlainFile;
import lanewise.spec.Example;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.verify.CaseFolder;

/**
 * Reads inputs to measure with, in the forms that {@code predict} takes: an array, lines, or the calls of a case
 * folder.
 */
final class SampleReader {
    private final Imported imported;
    private final Model model;

    SampleReader(Imported imported, Model model) {
        this.imported = imported;
        this.model = model;
    }

    /**
     * Reads a file or folder.
     *
     * @param path a case folder; {@code .npy}, {@code .npz} or {@code .json} for arrays; else lines
     * @return calls, at least one, without outputs if the file has none
     */
    List<Example> read(Path path) {
        if (!Files.exists(path)) {
            throw new BadInput("there is no file or folder " + path + " with samples");
        }
        Map<String, Example> calls = new LinkedHashMap<>();
        try (Scorer scorer = model.scorer(); Predictor predictor = model.predictor(1, 1)) {
            if (Files.isDirectory(path)) {
                folder(path, calls);
            } else if (InputArrays.isArray(path)) {
                calls.put(path.toString(), arrays(path, predictor));
            } else {
                lines(path, scorer, predictor, calls);
            }
        }
        if (calls.isEmpty()) {
            throw new BadInput(path + " has no samples: it is empty");
        }
        check(calls);
        return List.copyOf(calls.values());
    }

    /** Refuses calls that do not fit the model, by the place that they come from. */
    private void check(Map<String, Example> calls) {
        try (Predictor predictor = model.predictor(List.copyOf(calls.values()))) {
            for (Map.Entry<String, Example> call : calls.entrySet()) {
                int given = call.getValue().inputs().size();
                if (given != predictor.inputs().size()) {
                    throw new BadInput(call.getKey() + ": it has " + given + " inputs, the model takes "
                            + predictor.inputs().stream().map(InputTensor::name).toList());
                }
                try {
                    for (int i = 0; i < predictor.inputs().size(); i++) {
                        predictor.inputs().get(i).set(call.getValue().inputs().get(i));
                    }
                } catch (LanewiseException e) {
                    throw new BadInput(call.getKey() + ": " + e.getMessage());
                }
            }
        }
    }

    /** Adds the calls of a case. */
    private void folder(Path path, Map<String, Example> calls) {
        if (!CaseFolder.is(path)) {
            throw new BadInput(path + " is no case folder: it has no " + CaseFolder.DESCRIPTION
                    + "; give that, or a file of lines or arrays as predict takes them");
        }
        for (Example call : imported.with(CaseFolder.read(path).examples()).examples().calls()) {
            calls.put(path + ", call " + calls.size(), call);
        }
    }

    /** An array for each input, as one call. */
    private static Example arrays(Path path, Predictor predictor) {
        try (InputArrays arrays = new InputArrays(predictor)) {
            arrays.openAll(path);
            List<TensorData> call = new ArrayList<>();
            for (InputTensor input : predictor.inputs()) {
                TensorData data = arrays.get(input.name()).all();
                WholeNumbers.check(RowModel.Input.of(input), data, input.rowAxis(), 0);
                call.add(data);
            }
            return new Example(true, call, List.of());
        }
    }

    /** Adds a call for each line. */
    private static void lines(Path path, Scorer scorer, Predictor predictor, Map<String, Example> calls) {
        try (Rows rows = LineRows.open(path, RowSettings.NONE, RowModel.of(predictor))) {
            for (RowBlock block = rows.next(); block != null; block = rows.next()) {
                for (int row = 0; row < block.size(); row++) {
                    Map<String, TensorData> call = call(block, row, scorer, predictor);
                    if (call != null) {
                        calls.put(block.place(row), new Example(true,
                                predictor.inputs().stream().map(input -> call.get(input.name())).toList(), List.of()));
                    }
                }
            }
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
    }

    /** A line as a call; null for a blank one. */
    private static Map<String, TensorData> call(RowBlock block, int row, Scorer scorer, Predictor predictor) {
        try {
            String text = block.text(row);
            if (text == null) {
                return block.call(scorer, row, row + 1);
            }
            return text.isBlank() ? null : scorer.asCall(
                    Map.of(predictor.inputs().getFirst().name(), TensorData.of(Shape.of(1), List.of(text))));
        } catch (LanewiseException e) {
            throw new BadInput(block.place(row) + ": " + e.getMessage());
        }
    }
}
