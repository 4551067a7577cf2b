package lanewise.cli.rows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.spec.RowAxis;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/** Makes rows of lines. Any number of threads may use it. */
final class RowReader {
    private final RowModel model;
    private final RowFormat format;
    /** How CSV is divided; null for other formats. */
    private final Csv csv;
    /** Cells of CSV, or values under chosen keys; null where JSON names the inputs. */
    private final Cells cells;
    /** Whether lines of CSV that begin as JSON are JSON. */
    private final boolean mixed;
    /** Keys of JSON objects whose values are the cells. */
    private final List<String> keys;

    /**
     * A reader of CSV.
     *
     * @param csv     how records are divided
     * @param columns which columns are whose
     * @param mixed   whether lines that begin as JSON are JSON, since nobody said that it is CSV
     * @param model   what takes the rows
     */
    RowReader(Csv csv, Columns columns, boolean mixed, RowModel model) {
        this.mixed = mixed;
        this.csv = csv;
        this.model = model;
        format = RowFormat.CSV;
        cells = new Cells(columns, model);
        keys = List.of();
    }

    /**
     * A reader of texts or of JSON.
     *
     * @param format JSONL or TEXT
     * @param keys   of objects whose values are the row; empty where they name the inputs
     * @param model  what takes the rows
     */
    RowReader(RowFormat format, List<String> keys, RowModel model) {
        this.format = format;
        this.keys = keys.stream().map(String::strip).toList();
        this.model = model;
        csv = null;
        mixed = false;
        cells = keys.isEmpty() ? null : new Cells(new Columns(this.keys, keys.size(), List.of(), model), model);
    }

    /** Whether blank lines are rows, too: empty texts. */
    boolean takesBlank() {
        return format == RowFormat.TEXT;
    }

    /** How records go on in the next line; null where each line is a row. */
    Csv csv() {
        return csv;
    }

    /**
     * Makes a row.
     *
     * @param line UTF-8
     * @throws InvalidInputException if it is none
     */
    Row read(byte[] line) {
        String text = decode(line);
        return switch (format) {
            case CSV -> mixed && (text.startsWith("{") || text.startsWith("[")) ? json(text) : ofCells(csv.cells(text));
            case JSONL -> json(text);
            case TEXT -> text.stripLeading().startsWith("{\"") ? json(text) : Row.of(text);
        };
    }

    /**
     * A text from UTF-8.
     *
     * @throws InvalidInputException if it is something else
     */
    static String decode(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(String.format("byte %d: found %02x, expected UTF-8; convert it first, such"
                    + " as with iconv -f WINDOWS-1252 -t UTF-8", bytes.position() + 1, line[bytes.position()]));
        }
    }

    private Row ofCells(List<String> values) {
        Map<String, TensorData> row = cells.arrays(values);
        return model.takesOneText() ? Row.of(row.values().iterator().next().strings().getFirst()) : new Row(null, row);
    }

    private Row json(String line) {
        JsonNode node = Json.parse("the row", line);
        if (!keys.isEmpty()) {
            return ofCells(values(node));
        }
        if (node.isObject()) {
            return model.takesOneText() ? text(node) : new Row(null, object(node));
        }
        if (model.inputs().size() != 1) {
            throw new InvalidInputException("the model has the inputs " + model.names()
                    + ": give JSON objects with a list or a text for each");
        }
        return of(node);
    }

    /** What stands under the chosen keys. */
    private List<String> values(JsonNode node) {
        List<String> values = new ArrayList<>();
        for (String key : keys) {
            JsonNode value = node.path(key);
            if (!value.isValueNode()) {
                throw new InvalidInputException("there is no value under '" + key + "', found "
                        + (node.isObject() ? node.propertyNames() : node.getNodeType()));
            }
            values.add(value.isNull() ? "" : value.asString());
        }
        return values;
    }

    /** The text in an object as {@code --json} prints it, or the ids of an input that a tokenizer makes of texts. */
    private Row text(JsonNode object) {
        String input = model.names().getFirst();
        JsonNode text = object.has("text") ? object.get("text") : object.path(input);
        if (text.isMissingNode() || object.has("text") && !text.isString()) {
            throw new InvalidInputException("a JSON object must hold the text under \"text\" or \"" + input
                    + "\", found " + object.propertyNames());
        }
        return of(text);
    }

    private Row of(JsonNode value) {
        return model.takesOneText() && value.isString() ? Row.of(value.stringValue())
                : new Row(null, Map.of(model.names().getFirst(), array(model.inputs().getFirst(), value)));
    }

    private Map<String, TensorData> object(JsonNode object) {
        for (String name : object.propertyNames()) {
            if (!model.names().contains(name)) {
                throw new InvalidInputException("the model has no input '" + name + "', it has " + model.names());
            }
        }
        Map<String, TensorData> row = new LinkedHashMap<>();
        for (RowModel.Input input : model.inputs()) {
            if (!object.has(input.name())) {
                throw new InvalidInputException(
                        "there are no values for input '" + input.name() + "', expected " + model.names());
            }
            row.put(input.name(), array(input, object.get(input.name())));
        }
        return row;
    }

    private static TensorData array(RowModel.Input input, JsonNode value) {
        TensorData data = JsonArray.read("input '" + input.name() + "'", value, input.dtype());
        WholeNumbers.check(input, data, RowAxis.NONE, 0);
        return Cells.asFloats(data, input.dtype());
    }
}
