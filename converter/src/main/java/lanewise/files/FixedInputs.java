package lanewise.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lanewise.error.ModelFileException;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * What is fixed of a model's inputs when it is imported: the value of an input, which is no input of the model any
 * more, or the sizes that a file leaves open.
 *
 * @param values values by the name of the input
 * @param shapes shapes by the name of the input; {@link Shape#ANY} where a size stays open
 */
public record FixedInputs(Map<String, TensorData> values, Map<String, Shape> shapes) {
    /** Nothing is fixed. */
    public static final FixedInputs NONE = new FixedInputs(Map.of(), Map.of());

    /** Copies the maps; their order is kept. */
    public FixedInputs {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
    }

    /**
     * Reads the keys {@code set} and {@code shape} of a settings file.
     *
     * @param where the file, for messages
     * @param root  its object, for example
     *              <code>{"set": {"sr": 16000}, "shape": {"input": [null, 576]}}</code>; null is a size that stays open
     * @return what is fixed, perhaps nothing
     * @throws ModelFileException if a value or shape is none
     */
    public static FixedInputs read(String where, JsonNode root) {
        FixedInputs fixed = NONE;
        for (String key : List.of("set", "shape")) {
            JsonNode node = root.path(key);
            if (!node.isMissingNode() && !node.isObject()) {
                throw new ModelFileException(where + ": '" + key + "' is no object of names of inputs");
            }
            for (String name : node.propertyNames()) {
                String what = where + ": '" + key + "' of input '" + name + "'";
                fixed = key.equals("set") ? fixed.with(name, value(what, node.get(name)))
                        : fixed.with(name, shape(what, node.get(name)));
            }
        }
        return fixed;
    }

    /**
     * Reads a value.
     *
     * @param what what it is, for messages
     * @param node a number, true or false, or nested lists of one of these
     * @return BOOL for truth values; INT32, or INT64 where these are too small, if all numbers are integers; else
     *         FLOAT32
     * @throws ModelFileException if it is something else
     */
    public static TensorData value(String what, JsonNode node) {
        JsonLists lists = JsonLists.of(node);
        List<JsonNode> leaves = lists.leaves();
        Shape shape = new Shape(lists.shape());
        if (lists.ragged() >= 0 || leaves.isEmpty()) {
            throw noValue(what);
        } else if (leaves.stream().allMatch(JsonNode::isBoolean)) {
            return TensorData.of(DType.BOOL, shape,
                    leaves.stream().mapToInt(leaf -> leaf.booleanValue() ? 1 : 0).toArray());
        } else if (leaves.stream().allMatch(Json::isInt)) {
            return TensorData.of(DType.INT32, shape, leaves.stream().mapToInt(JsonNode::intValue).toArray());
        } else if (leaves.stream().allMatch(leaf -> leaf.isIntegralNumber() && leaf.canConvertToLong())) {
            return TensorData.of(shape, leaves.stream().mapToLong(JsonNode::longValue).toArray());
        } else if (leaves.stream().allMatch(JsonNode::isNumber)) {
            float[] floats = new float[leaves.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) Json.real(leaves.get(i));
            }
            return TensorData.of(shape, floats);
        }
        throw noValue(what);
    }

    private static ModelFileException noValue(String what) {
        return new ModelFileException(what + " is no value: expected a number, true or false, or lists of equal length"
                + " of one of these");
    }

    /**
     * Reads a shape.
     *
     * @param what what it is, for messages
     * @param node a list of positive integers, null for a size that stays open
     * @return the shape
     * @throws ModelFileException if it is something else
     */
    public static Shape shape(String what, JsonNode node) {
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : node) {
            if (!size.isNull() && (!Json.isInt(size) || size.intValue() < 1)) {
                throw noShape(what);
            }
            sizes.add(size.isNull() ? Shape.ANY : size.intValue());
        }
        if (!node.isArray()) {
            throw noShape(what);
        }
        return new Shape(sizes);
    }

    private static ModelFileException noShape(String what) {
        return new ModelFileException(
                what + " is no shape: expected a list of positive integers, with null where a size stays open");
    }

    /**
     * The same with a value more.
     *
     * @param input the name of the input
     * @param value its value
     * @return a new record
     */
    public FixedInputs with(String input, TensorData value) {
        Map<String, TensorData> more = new LinkedHashMap<>(values);
        more.put(input, value);
        return new FixedInputs(more, shapes);
    }

    /**
     * The same with a shape more.
     *
     * @param input the name of the input
     * @param shape its shape
     * @return a new record
     */
    public FixedInputs with(String input, Shape shape) {
        Map<String, Shape> more = new LinkedHashMap<>(shapes);
        more.put(input, shape);
        return new FixedInputs(values, more);
    }

    /**
     * The same with what another one fixes; where both fix something of an input, the other one wins.
     *
     * @param stronger what is fixed, too
     * @return a new record
     */
    public FixedInputs and(FixedInputs stronger) {
        Map<String, TensorData> allValues = new LinkedHashMap<>(values);
        allValues.putAll(stronger.values);
        Map<String, Shape> allShapes = new LinkedHashMap<>(shapes);
        allShapes.putAll(stronger.shapes);
        return new FixedInputs(allValues, allShapes);
    }

    /**
     * Whether nothing is fixed.
     *
     * @return true without any value or shape
     */
    public boolean isEmpty() {
        return values.isEmpty() && shapes.isEmpty();
    }

    /**
     * A shape as the command line takes it.
     *
     * @param shape the sizes
     * @return for example {@code ?x576}
     */
    public static String text(Shape shape) {
        return shape.dims().stream().map(dim -> dim == Shape.ANY ? "?" : dim.toString())
                .collect(Collectors.joining("x"));
    }
}
