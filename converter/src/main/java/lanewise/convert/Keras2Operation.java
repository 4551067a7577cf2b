package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.files.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation on tensors as tf.keras 2.4 and later wrote it (keras/src/layers/core/tf_op_layer.py,
 * keras/src/engine/node.py): a layer of the class TFOpLambda or SlicingOpLambda that names a function of TensorFlow;
 * its call is {@code [layer, node, tensor, arguments]}, or a list of these, or
 * {@code ["_CONSTANT_VALUE", -1, number or lists, arguments]}. Before 2.4, TensorFlow wrote a layer of the class
 * TensorFlowOpLayer with an operation of a graph and those of its inputs that are constants. Both are translated to the
 * names of Keras 3.
 *
 * @param className the class in Keras 3
 * @param config    its options there
 * @param arguments what it is called with, tensors in the form of Keras 3
 */
record Keras2Operation(String className, ObjectNode config, List<JsonNode> arguments) {
    private static final String NODE = "TensorFlowOpLayer";
    private static final Set<String> CLASSES = Set.of("TFOpLambda", "SlicingOpLambda", NODE);
    private static final String CONSTANT = "_CONSTANT_VALUE";
    /** Functions of one or two values without options. */
    private static final Map<String, String> PLAIN = Map.ofEntries(Map.entry("__operators__.add", "Add"),
            Map.entry("math.add", "Add"),
            Map.entry("math.subtract", "Subtract"), Map.entry("math.multiply", "Multiply"),
            Map.entry("math.divide", "TrueDivide"),
            Map.entry("math.truediv", "TrueDivide"), Map.entry("math.pow", "Power"),
            Map.entry("math.maximum", "Maximum"),
            Map.entry("math.minimum", "Minimum"), Map.entry("math.greater", "Greater"),
            Map.entry("math.greater_equal", "GreaterEqual"),
            Map.entry("math.less", "Less"), Map.entry("math.less_equal", "LessEqual"), Map.entry("math.equal", "Equal"),
            Map.entry("math.not_equal", "NotEqual"), Map.entry("math.logical_and", "LogicalAnd"),
            Map.entry("math.logical_or", "LogicalOr"),
            Map.entry("math.logical_not", "LogicalNot"), Map.entry("math.abs", "Absolute"),
            Map.entry("math.negative", "Negative"),
            Map.entry("math.square", "Square"), Map.entry("math.sqrt", "Sqrt"), Map.entry("math.rsqrt", "Rsqrt"),
            Map.entry("math.exp", "Exp"),
            Map.entry("math.log", "Log"), Map.entry("math.sigmoid", "Sigmoid"), Map.entry("math.tanh", "Tanh"),
            Map.entry("nn.tanh", "Tanh"),
            Map.entry("nn.relu", "Relu"), Map.entry("nn.sigmoid", "Sigmoid"), Map.entry("math.sign", "Sign"),
            Map.entry("math.sin", "Sin"), Map.entry("math.cos", "Cos"), Map.entry("math.tan", "Tan"),
            Map.entry("math.asin", "Arcsin"), Map.entry("math.acos", "Arccos"), Map.entry("math.atan", "Arctan"),
            Map.entry("math.sinh", "Sinh"), Map.entry("math.cosh", "Cosh"), Map.entry("math.asinh", "Arcsinh"),
            Map.entry("math.acosh", "Arccosh"), Map.entry("math.atanh", "Arctanh"),
            Map.entry("math.atan2", "Arctan2"), Map.entry("math.floor", "Floor"), Map.entry("math.ceil", "Ceil"),
            Map.entry("math.round", "Round"), Map.entry("math.log1p", "Log1p"), Map.entry("math.expm1", "Expm1"),
            Map.entry("math.erf", "Erf"), Map.entry("math.erfc", "Erfc"), Map.entry("math.reciprocal", "Reciprocal"),
            Map.entry("math.is_nan", "Isnan"), Map.entry("math.is_inf", "Isinf"),
            Map.entry("math.is_finite", "Isfinite"), Map.entry("math.floordiv", "FloorDivide"),
            Map.entry("math.floormod", "Mod"), Map.entry("math.divide_no_nan", "DivideNoNan"),
            Map.entry("math.logical_xor", "LogicalXor"), Map.entry("math.softplus", "Softplus"),
            Map.entry("linalg.matmul", "Matmul"), Map.entry("where", "Where"));
    /** Reductions. */
    private static final Map<String, String> REDUCTIONS = Map.of("math.reduce_sum", "Sum", "math.reduce_mean", "Mean",
            "math.reduce_max", "Max",
            "math.reduce_min", "Min", "math.reduce_prod", "Prod", "math.reduce_any", "Any", "math.reduce_all", "All");
    /** Operations of TensorFlow's graphs that are called otherwise in Keras, of one or two values. */
    private static final Map<String, String> NODES = Map.ofEntries(Map.entry("AddV2", "Add"), Map.entry("Add", "Add"),
            Map.entry("Sub", "Subtract"), Map.entry("Mul", "Multiply"), Map.entry("RealDiv", "TrueDivide"),
            Map.entry("Pow", "Power"), Map.entry("Maximum", "Maximum"), Map.entry("Minimum", "Minimum"),
            Map.entry("FloorDiv", "FloorDivide"), Map.entry("FloorMod", "Mod"), Map.entry("DivNoNan", "DivideNoNan"),
            Map.entry("Greater", "Greater"), Map.entry("GreaterEqual", "GreaterEqual"), Map.entry("Less", "Less"),
            Map.entry("LessEqual", "LessEqual"), Map.entry("Equal", "Equal"), Map.entry("NotEqual", "NotEqual"),
            Map.entry("LogicalAnd", "LogicalAnd"), Map.entry("LogicalOr", "LogicalOr"),
            Map.entry("LogicalNot", "LogicalNot"), Map.entry("SelectV2", "Where"), Map.entry("Abs", "Absolute"),
            Map.entry("Neg", "Negative"), Map.entry("Square", "Square"), Map.entry("Sqrt", "Sqrt"),
            Map.entry("Rsqrt", "Rsqrt"), Map.entry("Exp", "Exp"), Map.entry("Log", "Log"),
            Map.entry("Log1p", "Log1p"), Map.entry("Expm1", "Expm1"), Map.entry("Sigmoid", "Sigmoid"),
            Map.entry("Tanh", "Tanh"), Map.entry("Relu", "Relu"), Map.entry("Softplus", "Softplus"),
            Map.entry("Sin", "Sin"), Map.entry("Cos", "Cos"), Map.entry("Floor", "Floor"), Map.entry("Ceil", "Ceil"),
            Map.entry("Sign", "Sign"), Map.entry("Erf", "Erf"));
    /** Reductions of TensorFlow's graphs; their second input is the axis. */
    private static final Map<String, String> NODE_REDUCTIONS = Map.of("Sum", "Sum", "Mean", "Mean", "Max", "Max", "Min",
            "Min", "Prod", "Prod", "Any", "Any", "All", "All");
    /** Names of arguments that are values, in the order of the function's arguments. */
    private static final List<String> VALUES = List.of("condition", "x", "a", "y", "b");

    static boolean is(JsonNode entry) {
        return CLASSES.contains(entry.path("class_name").asString(""));
    }

    /** Translates a call, or gives null for what has no counterpart here. */
    static Keras2Operation of(JsonNode entry, JsonNode node) {
        if (entry.path("class_name").asString("").equals(NODE)) {
            return ofNode(entry.path("config"), node);
        }
        String function = entry.path("config").path("function").asString("");
        List<JsonNode> calls = node.path(0).isString() ? List.of(node) : List.copyOf(node.values());
        List<JsonNode> arguments = new ArrayList<>();
        JsonNode kwargs = null;
        for (JsonNode call : calls) {
            JsonNode value = value(call);
            if (value == null) {
                return null;
            }
            arguments.add(value);
            kwargs = call.path(3);
        }
        if (kwargs == null) {
            return null;
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set("name", entry.path("config").path("name"));
        String className = options(function, kwargs, arguments, config);
        return className == null ? null : new Keras2Operation(className, config, arguments);
    }

    /** An operation of a graph: its inputs are the tensors of the call, and between them the constants. */
    private static Keras2Operation ofNode(JsonNode config, JsonNode node) {
        JsonNode definition = config.path("node_def");
        JsonNode constants = config.path("constants");
        List<JsonNode> tensors = new ArrayList<>();
        for (JsonNode call : node.path(0).isString() ? List.of(node) : node.values()) {
            tensors.add(value(call));
        }
        int count = tensors.size() + constants.size();
        List<JsonNode> arguments = new ArrayList<>();
        for (int i = 0, next = 0; i < count; i++) {
            JsonNode constant = constants.get(String.valueOf(i));
            boolean given = constant == null && next < tensors.size();
            arguments.add(given ? tensors.get(next++) : constant != null && isNumbers(constant) ? constant : null);
        }
        String op = definition.path("op").asString("");
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.set("name", config.path("name"));
        if (arguments.contains(null) || definition.path("input").size() != count) {
            return null;
        } else if (NODES.containsKey(op)) {
            return new Keras2Operation(NODES.get(op), options, arguments);
        } else if (NODE_REDUCTIONS.containsKey(op) && count == 2 && constants.has("1")) {
            options.set("axis", arguments.removeLast());
            options.put("keepdims", definition.path("attr").path("keep_dims").path("b").asBoolean(false));
            return new Keras2Operation(NODE_REDUCTIONS.get(op), options, arguments);
        }
        return null;
    }

    /** A number or a truth value, or lists of these. */
    private static boolean isNumbers(JsonNode value) {
        if (!value.isArray()) {
            return value.isNumber() || value.isBoolean();
        }
        for (JsonNode item : value) {
            if (!isNumbers(item)) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** A tensor in the form of Keras 3, or numbers; null for neither. */
    private static JsonNode value(JsonNode call) {
        if (isNumbers(call)) {
            return call;
        }
        if (!call.isArray() || !call.path(0).isString() || call.size() < 3) {
            return null;
        }
        if (call.get(0).stringValue().equals(CONSTANT)) {
            return isNumbers(call.get(2)) ? call.get(2) : null;
        }
        ObjectNode tensor = JsonNodeFactory.instance.objectNode();
        tensor.put("class_name", "__keras_tensor__");
        ArrayNode history = tensor.putObject("config").putArray("keras_history");
        history.add(call.get(0)).add(call.get(1)).add(call.get(2));
        return tensor;
    }

    /** Sorts the named arguments into values and options; gives the class, or null for what is not known. */
    private static String options(String function, JsonNode kwargs, List<JsonNode> arguments, ObjectNode config) {
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        for (String key : kwargs.propertyNames()) {
            JsonNode value = kwargs.get(key);
            boolean nothing = value.isNull() || value.isBoolean() && !value.booleanValue();
            if (!nothing && !key.equals("name")) {
                rest.set(key, value);
            }
        }
        if (PLAIN.containsKey(function)) {
            for (String key : VALUES) {
                JsonNode value = rest.has(key) ? value(rest.get(key)) : null;
                if (value != null) {
                    rest.remove(key);
                    arguments.add(value);
                }
            }
            boolean vector = function.equals("linalg.matmul") && arguments.stream()
                    .anyMatch(value -> value.isArray() && !value.path(0).isArray());
            return rest.isEmpty() && !vector ? PLAIN.get(function) : null;
        } else if (REDUCTIONS.containsKey(function)) {
            move(rest, "axis", config, "axis");
            move(rest, "keepdims", config, "keepdims");
            return rest.isEmpty() ? REDUCTIONS.get(function) : null;
        }
        String className = switch (function) {
            case "__operators__.getitem" -> slice(rest, arguments) ? "GetItem" : null;
            case "expand_dims" -> move(rest, "axis", config, "axis") ? "ExpandDims" : null;
            case "squeeze" -> move(rest, "axis", config, "axis") ? "Squeeze" : null;
            case "concat" -> move(rest, "axis", config, "axis") ? "Concatenate" : null;
            case "stack" -> {
                if (!move(rest, "axis", config, "axis")) {
                    config.put("axis", 0);
                }
                yield "Stack";
            }
            case "reshape" -> move(rest, "shape", config, "newshape") ? "Reshape" : null;
            case "transpose", "compat.v1.transpose" -> move(rest, "perm", config, "axes") ? "Transpose" : null;
            case "gather", "compat.v1.gather" -> gather(rest, arguments, config) ? "Take" : null;
            case "tensordot" -> product(rest, arguments, config) ? "Tensordot" : null;
            case "tile" -> move(rest, "multiples", config, "repeats") ? "Tile" : null;
            case "nn.softmax" -> {
                move(rest, "axis", config, "axis");
                yield "Softmax";
            }
            case "math.cumsum", "math.cumprod" -> {
                move(rest, "exclusive", config, "exclusive");
                move(rest, "reverse", config, "reverse");
                yield move(rest, "axis", config, "axis")
                        ? function.equals("math.cumsum") ? "Cumsum" : "Cumprod" : null;
            }
            case "one_hot" -> {
                move(rest, "axis", config, "axis");
                yield move(rest, "depth", config, "num_classes") ? "OneHot" : null;
            }
            case "math.argmax", "math.argmin" ->
                move(rest, "axis", config, "axis") ? function.equals("math.argmax") ? "Argmax" : "Argmin" : null;
            case "cast" -> move(rest, "dtype", config, "dtype") ? "Cast" : null;
            case "clip_by_value" ->
                move(rest, "clip_value_min", config, "x_min") && move(rest, "clip_value_max", config, "x_max")
                        ? "Clip" : null;
            case "math.l2_normalize", "nn.l2_normalize" -> {
                // there the least is of the squared length
                double least = rest.has("epsilon") ? rest.remove("epsilon").asDouble(1e-12) : 1e-12;
                config.put("epsilon", Math.sqrt(least));
                yield move(rest, "axis", config, "axis") ? "Normalize" : null;
            }
            default -> null;
        };
        return rest.isEmpty() ? className : null;
    }

    /** Rows of a table, or positions along an axis, none of which may count from the end. */
    private static boolean gather(ObjectNode rest, List<JsonNode> arguments, ObjectNode config) {
        JsonNode indices = rest.has("indices") ? value(rest.remove("indices")) : null;
        JsonNode batch = rest.remove("batch_dims");
        rest.remove("validate_indices");
        if (!move(rest, "axis", config, "axis")) {
            config.put("axis", 0);
        }
        if (indices == null || batch != null && batch.asInt(-1) != 0 || ConstantArguments.hasNegative(indices)) {
            return false;
        }
        arguments.add(indices);
        return true;
    }

    /** The product with a fixed matrix. */
    private static boolean product(ObjectNode rest, List<JsonNode> arguments, ObjectNode config) {
        JsonNode other = rest.has("b") ? value(rest.remove("b")) : null;
        if (other == null || !move(rest, "axes", config, "axes")) {
            return false;
        }
        arguments.add(other);
        return true;
    }

    private static boolean move(ObjectNode from, String key, ObjectNode to, String as) {
        if (!from.has(key)) {
            return false;
        }
        to.set(as, from.remove(key));
        return true;
    }

    /** The slice of a SlicingOpLambda: numbers, and objects with start, stop and step. */
    private static boolean slice(ObjectNode rest, List<JsonNode> arguments) {
        JsonNode spec = rest.remove("slice_spec");
        if (spec == null || !spec.isArray()) {
            return false;
        }
        ArrayNode key = JsonNodeFactory.instance.arrayNode();
        for (JsonNode part : spec) {
            if (part.isObject() && part.has("start") && part.has("stop") && part.has("step")) {
                ObjectNode slice = key.addObject();
                slice.put("class_name", "__slice__");
                slice.set("config", part);
            } else if (Json.isInt(part)) {
                key.add(part);
            } else {
                return false;
            }
        }
        arguments.add(key);
        return true;
    }
}
