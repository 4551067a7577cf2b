package lanewise.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.cli.Main.BadInput;
import lanewise.convert.Imported;
import lanewise.error.LanewiseException;
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
     * @param path a case folder; {@code .npy} or {@code .json} for an array; else lines
     * @return calls, at least one, without outputs if the file has none
     */
    List<Example> read(Path path) {
        if (!Files.exists(path)) {
            throw new BadInput("there is no file or folder " + path + " with samples");
        }
        String name = path.toString().toLowerCase(Locale.ROOT);
        Map<String, Example> calls = new LinkedHashMap<>();
        try (Scorer scorer = model.scorer(); Predictor predictor = model.predictor(1, 1)) {
            if (Files.isDirectory(path)) {
                folder(path, calls);
            } else if (name.endsWith(".npy") || name.endsWith(".json")) {
                calls.put(path.toString(), array(path, predictor));
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
                    + "; give that, an array in F.npy or F.json, or a file of lines as predict takes them");
        }
        for (Example call : imported.with(CaseFolder.read(path).examples()).examples().calls()) {
            calls.put(path + ", call " + calls.size(), call);
        }
    }

    private static Example array(Path path, Predictor predictor) {
        List<InputTensor> inputs = predictor.inputs();
        if (inputs.size() != 1) {
            throw new BadInput(path + " is one array, but the model has the inputs "
                    + inputs.stream().map(InputTensor::name).toList()
                    + "; give a file of lines, a JSON object with a list for each in each line");
        }
        return new Example(true, List.of(ArrayFile.read(path, inputs.getFirst().dtype())), List.of());
    }

    /** Adds a call for each line. */
    private static void lines(Path path, Scorer scorer, Predictor predictor, Map<String, Example> calls) {
        boolean text = PredictCommand.takesOneText(predictor);
        RowReader rows = new RowReader(predictor);
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                line = number == 1 ? RowReader.withoutMark(line) : line;
                if (line.isBlank()) {
                    continue;
                }
                Map<String, TensorData> row = text
                        ? Map.of(predictor.inputs().getFirst().name(),
                                TensorData.of(Shape.of(1), List.of(rows.text(line))))
                        : rows.read(line);
                Map<String, TensorData> call = scorer.asCall(row);
                calls.put(path + ", line " + number, new Example(true,
                        predictor.inputs().stream().map(input -> call.get(input.name())).toList(), List.of()));
            }
        } catch (LanewiseException | BadInput e) {
            throw new BadInput(path + ", line " + number + ": " + e.getMessage());
        } catch (MalformedInputException e) {
            throw new BadInput(
                    path + " is no text in UTF-8; give lines, an array in F.npy or F.json, or a case folder");
        } catch (IOException e) {
            throw new BadInput(path + " can't be read: " + e.getMessage());
        }
    }
}
