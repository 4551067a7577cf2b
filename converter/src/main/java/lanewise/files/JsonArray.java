package lanewise.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * Arrays in JSON, in three forms: one value, nested lists, or {@code {"shape": [2, 3], "data": [...]}} with the values
 * in row-major order.
 *
 * <p>JSON has no numbers for NaN and infinities. They are written as the strings {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"}, and read in that form and in Python's, which has no quotes.
 */
public final class JsonArray {
    private final String where;
    private final List<JsonNode> values = new ArrayList<>();
    private final List<Integer> dims = new ArrayList<>();

    private JsonArray(String where) {
        this.where = where;
    }

    /**
     * Reads an array.
     *
     * @param where what it is, for messages
     * @param node  its value
     * @param wants the type of what takes the array; it decides only whether strings are texts
     * @return texts; truth values if all are; 64-bit integers if all values are integers; else floats
     * @throws ModelFileException if lists differ in length, or values of different kinds are mixed
     */
    public static TensorData read(String where, JsonNode node, DType wants) {
        JsonArray array = new JsonArray(where);
        if (node.isObject()) {
            array.collectObject(node);
        } else {
            JsonLists lists = JsonLists.of(node);
            if (lists.ragged() >= 0) {
                throw new ModelFileException(where + ": its lists differ in length at depth " + lists.ragged());
            }
            array.dims.addAll(lists.shape());
            array.values.addAll(lists.leaves());
        }
        return array.typed(wants);
    }

    private void collectObject(JsonNode node) {
        JsonNode shape = node.path("shape");
        JsonNode data = node.path("data");
        if (!shape.isArray() || !data.isArray() || node.size() != 2) {
            throw new ModelFileException(
                    where + " is an object, expected nested lists, or an object with shape and data");
        }
        double count = 1;
        for (JsonNode dim : shape) {
            if (!Json.isInt(dim) || dim.intValue() < 0) {
                throw new ModelFileException(where + ": its shape is " + shape + ", expected sizes");
            }
            dims.add(dim.intValue());
            count *= dim.intValue();
        }
        if (count != data.size()) {
            throw new ModelFileException(where + " has " + data.size() + " values, expected " + (long) count
                    + " for the shape " + shape);
        }
        data.forEach(values::add);
    }

    private TensorData typed(DType wants) {
        try {
            return TensorData.ofValues(where, new Shape(dims), values.stream().map(JsonArray::plain).toList(), wants);
        } catch (InvalidSpecException e) {
            throw new ModelFileException(e.getMessage(), e);
        }
    }

    /** A value as one of Java's: a string, a number, a truth value; anything else as it is. */
    private static Object plain(JsonNode value) {
        return value.isString() ? value.stringValue()
                : value.isBoolean() ? value.booleanValue() : value.isNumber() ? value.numberValue() : value;
    }

    /**
     * An array as {@code {"shape": [...], "data": [...]}}, for {@link Json#write}.
     *
     * @param data the array
     * @return its sizes, and its values in row-major order
     */
    public static Map<String, Object> object(TensorData data) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("shape", data.shape().dims());
        object.put("data", new TensorData(data.dtype(), Shape.of(Math.toIntExact(data.shape().size())), data.values(),
                data.strings()).toLists());
        return object;
    }
}
