package lanewise.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/** Reads a line that is a row: CSV, a JSON list, or a JSON object with an array or a text for each input. */
final class RowReader {
    /** Types of the inputs by name, in the order of the model. */
    private final Map<String, DType> inputs = new LinkedHashMap<>();

    RowReader(Predictor predictor) {
        for (InputTensor input : predictor.inputs()) {
            inputs.put(input.name(), input.dtype());
        }
    }

    /** The first line of a file without the byte order mark that spreadsheets write before it. */
    static String withoutMark(String first) {
        return first.startsWith("\ufeff") ? first.substring(1) : first;
    }

    /**
     * The text of a line for a model that takes one text a row: the line itself, or what a JSON object with it says, as
     * {@code --json} prints it.
     */
    String text(String line) {
        if (!line.stripLeading().startsWith("{\"")) {
            return line;
        }
        JsonNode object = Json.parse("the row", line);
        String input = inputs.keySet().iterator().next();
        JsonNode text = object.has("text") ? object.get("text") : object.path(input);
        if (!text.isString()) {
            throw new InvalidInputException("a JSON object must hold the text under \"text\" or \"" + input
                    + "\", found " + object.propertyNames());
        }
        return text.stringValue();
    }

    /** An array for each input, by name. */
    Map<String, TensorData> read(String line) {
        Map<String, TensorData> row = values(line);
        row.forEach((name, data) -> checkWhole(name, data, inputs.get(name)));
        return row;
    }

    /** Refuses numbers with a fraction where ids are expected: they would be cut. */
    static void checkWhole(String name, TensorData data, DType wants) {
        if (data.dtype() == DType.FLOAT32 && (wants == DType.INT32 || wants == DType.INT64)) {
            for (float value : data.toFloats()) {
                // also NaN; infinities have no rest
                if (value != Math.rint(value) || Float.isInfinite(value)) {
                    throw new InvalidInputException("input '" + name + "' takes integers, found " + value);
                }
            }
        }
    }

    private Map<String, TensorData> values(String line) {
        String start = line.stripLeading();
        if (start.startsWith("{")) {
            return object(Json.parse("the row", line));
        }
        if (inputs.size() != 1) {
            throw new InvalidInputException("the model has the inputs " + inputs.keySet()
                    + ": give JSON objects with a list or a text for each");
        }
        String name = inputs.keySet().iterator().next();
        if (start.startsWith("[") || start.startsWith("\"")) {
            return Map.of(name, array(name, Json.parse("the row", line)));
        }
        if (inputs.get(name) == DType.STRING) {
            throw new InvalidInputException("input '" + name + "' takes several texts a row: give a JSON list of them");
        }
        return Map.of(name, csv(line.split("[,;\t]"), inputs.get(name)));
    }

    private Map<String, TensorData> object(JsonNode object) {
        for (String name : object.propertyNames()) {
            if (!inputs.containsKey(name)) {
                throw new InvalidInputException("the model has no input '" + name + "', it has " + inputs.keySet());
            }
        }
        Map<String, TensorData> row = new LinkedHashMap<>();
        for (String name : inputs.keySet()) {
            if (!object.has(name)) {
                throw new InvalidInputException(
                        "there are no values for input '" + name + "', expected " + inputs.keySet());
            }
            row.put(name, array(name, object.get(name)));
        }
        return row;
    }

    private TensorData array(String name, JsonNode value) {
        return JsonArray.read("input '" + name + "'", value, inputs.get(name));
    }

    private static TensorData csv(String[] cells, DType wants) {
        float[] values = new float[cells.length];
        long[] integers = new long[cells.length];
        boolean exact = wants != DType.FLOAT32;
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i].strip();
            try {
                values[i] = Float.parseFloat(cell);
                // no float holds every id
                exact &= cell.matches("[+-]?\\d{1,18}");
                integers[i] = exact ? Long.parseLong(cell) : 0;
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "'" + cell + "' is no number; a row is numbers joined by commas, or JSON");
            }
        }
        Shape shape = Shape.of(cells.length);
        return exact ? TensorData.of(shape, integers) : TensorData.of(shape, values);
    }
}
