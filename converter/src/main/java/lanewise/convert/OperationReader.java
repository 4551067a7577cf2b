package lanewise.convert;

import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.files.Json;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import tools.jackson.databind.JsonNode;

/**
 * Reads operations that stand in a Functional graph beside its layers: those that compute, here, and those that move
 * values, in {@link ShapeOperationReader}.
 */
final class OperationReader {
    private static final Map<String, MapOp> MAPS = Map.ofEntries(Map.entry("Absolute", MapOp.ABSOLUTE),
            Map.entry("Abs", MapOp.ABSOLUTE),
            Map.entry("Negative", MapOp.NEGATIVE), Map.entry("Square", MapOp.SQUARE), Map.entry("Sqrt", MapOp.SQRT),
            Map.entry("Rsqrt", MapOp.RSQRT), Map.entry("Reciprocal", MapOp.RECIPROCAL), Map.entry("Log", MapOp.LOG),
            Map.entry("Log1p", MapOp.LOG1P), Map.entry("Expm1", MapOp.EXPM1), Map.entry("Log2", MapOp.LOG2),
            Map.entry("Log10", MapOp.LOG10), Map.entry("Sin", MapOp.SIN), Map.entry("Cos", MapOp.COS),
            Map.entry("Erf", MapOp.ERF),
            Map.entry("Floor", MapOp.FLOOR), Map.entry("Ceil", MapOp.CEIL), Map.entry("Sign", MapOp.SIGN),
            Map.entry("LogicalNot", MapOp.LOGICAL_NOT), Map.entry("Isnan", MapOp.ISNAN));
    private static final Map<String, PairOp> PAIRS = Map.ofEntries(Map.entry("Add", PairOp.ADD),
            Map.entry("Subtract", PairOp.SUBTRACT),
            Map.entry("Multiply", PairOp.MULTIPLY), Map.entry("TrueDivide", PairOp.DIVIDE),
            Map.entry("Divide", PairOp.DIVIDE),
            Map.entry("FloorDivide", PairOp.FLOOR_DIVIDE), Map.entry("Mod", PairOp.MOD),
            Map.entry("Power", PairOp.POWER),
            Map.entry("Maximum", PairOp.MAXIMUM), Map.entry("Minimum", PairOp.MINIMUM),
            Map.entry("Equal", PairOp.EQUAL),
            Map.entry("NotEqual", PairOp.NOT_EQUAL), Map.entry("Greater", PairOp.GREATER),
            Map.entry("GreaterEqual", PairOp.GREATER_EQUAL), Map.entry("Less", PairOp.LESS),
            Map.entry("LessEqual", PairOp.LESS_EQUAL),
            Map.entry("LogicalAnd", PairOp.LOGICAL_AND), Map.entry("LogicalOr", PairOp.LOGICAL_OR),
            Map.entry("LogicalXor", PairOp.LOGICAL_XOR));
    private static final Map<String, ReduceOp> REDUCTIONS = Map.ofEntries(Map.entry("Sum", ReduceOp.SUM),
            Map.entry("Mean", ReduceOp.MEAN),
            Map.entry("Prod", ReduceOp.PROD), Map.entry("Max", ReduceOp.MAX), Map.entry("Amax", ReduceOp.MAX),
            Map.entry("Min", ReduceOp.MIN),
            Map.entry("Amin", ReduceOp.MIN), Map.entry("Any", ReduceOp.ANY), Map.entry("All", ReduceOp.ALL),
            Map.entry("Argmax", ReduceOp.ARGMAX), Map.entry("Argmin", ReduceOp.ARGMIN), Map.entry("Var", ReduceOp.VAR),
            Map.entry("Std", ReduceOp.STD), Map.entry("Norm", ReduceOp.NORM),
            Map.entry("Logsumexp", ReduceOp.LOGSUMEXP));
    private static final Map<String, Activation> FUNCTIONS = Map.ofEntries(Map.entry("Sigmoid", Activation.SIGMOID),
            Map.entry("Tanh", Activation.TANH), Map.entry("Relu", Activation.RELU),
            Map.entry("Relu6", Activation.RELU6),
            Map.entry("Exp", Activation.EXPONENTIAL), Map.entry("Silu", Activation.SILU),
            Map.entry("Softplus", Activation.SOFTPLUS),
            Map.entry("Softsign", Activation.SOFTSIGN), Map.entry("Selu", Activation.SELU),
            Map.entry("HardSigmoid", Activation.HARD_SIGMOID),
            Map.entry("HardSilu", Activation.HARD_SILU), Map.entry("LogSigmoid", Activation.LOG_SIGMOID));
    /** Other classes that no layer shares, for HDF5 files, which do not say the module. */
    private static final Set<String> OTHERS = Set.of("GetItem", "ExpandDims", "Squeeze", "Transpose", "Swapaxes",
            "Stack", "Split", "Flip",
            "Repeat", "Matmul", "Einsum", "Where", "Clip", "Normalize", "ZerosLike", "OnesLike", "Cast", "Gelu", "Elu",
            "LogSoftmax",
            "LeakyRelu", "Moveaxis", "Tile", "Pad", "Take", "Roll", "ConvertToTensor");

    private final Problems problems;
    private final String prefix;
    private final int kerasMajor;

    OperationReader(Problems problems, String prefix, int kerasMajor) {
        this.problems = problems;
        this.prefix = prefix;
        this.kerasMajor = kerasMajor;
    }

    static boolean isOperation(JsonNode entry) {
        String module = entry.path("module").asString("");
        return module.startsWith("keras.src.ops") || module.startsWith("keras.ops")
                || module.isEmpty() && isOnlyOperation(entry)
                || Keras2Operation.is(entry);
    }

    private static boolean isOnlyOperation(JsonNode entry) {
        String name = entry.path("class_name").asString("");
        boolean shared = Set.of("Add", "Subtract", "Multiply", "Maximum", "Minimum").contains(name);
        // operations take their arguments one by one, layers in one list
        return shared ? entry.path("inbound_nodes").path(0).path("args").size() > 1
                : MAPS.containsKey(name) || PAIRS.containsKey(name) || REDUCTIONS.containsKey(name)
                        || FUNCTIONS.containsKey(name)
                        || OTHERS.contains(name);
    }

    /**
     * Reads an operation.
     *
     * @param name      its name
     * @param className its class
     * @param config    its options
     * @param arguments what it is called with, tensors included; lists as they stand
     * @return the operation, or null with the reason among the problems
     */
    LayerSpec read(String name, String className, JsonNode config, List<JsonNode> arguments) {
        Options o = new Options(problems, prefix + name, className, config, kerasMajor);
        int known = problems.size();
        LayerSpec spec = read(name, className, o, arguments);
        if (spec == null) {
            // an option that was refused is the reason
            if (problems.size() == known) {
                problems.add(prefix + name, className,
                        "the operation is not supported with the arguments " + describe(arguments)
                                + " and the options " + config + "; use layers or other operations instead, or compute"
                                + " it outside of the model");
            }
            o.ignore(o.keys());
        }
        o.finish();
        return spec;
    }

    private static List<String> describe(List<JsonNode> arguments) {
        return arguments.stream().map(ConstantArguments::text).toList();
    }

    /** Whether the operation broadcasts its arguments, arrays among them. */
    static boolean broadcasts(String className) {
        return PAIRS.containsKey(className) || className.equals("Where");
    }

    /** The arguments that are no tensors. */
    static List<JsonNode> constants(List<JsonNode> arguments) {
        return arguments.stream().filter(a -> !CallReader.isTensor(a)).toList();
    }

    private LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
        if (arguments.stream().anyMatch(ConstantArguments::is)) {
            return null;
        }
        boolean plain = constants(arguments).isEmpty();
        if (MAPS.containsKey(className)) {
            return plain ? new Operation.Map(name, MAPS.get(className)) : null;
        } else if (PAIRS.containsKey(className)) {
            return pair(name, PAIRS.get(className), arguments);
        } else if (REDUCTIONS.containsKey(className)) {
            return plain ? reduction(name, REDUCTIONS.get(className), o) : null;
        } else if (FUNCTIONS.containsKey(className)) {
            return plain ? function(name, FUNCTIONS.get(className)) : null;
        }
        return switch (className) {
            case "Matmul" -> plain ? new Operation.Matmul(name) : null;
            case "Einsum" -> new Operation.Einsum(name, o.string("subscripts", ""));
            case "Where" -> where(name, arguments);
            case "Clip" -> plain && o.has("x_min") && o.has("x_max")
                    ? new Operation.Clip(name, o.number("x_min", 0), o.number("x_max", 0)) : null;
            case "Normalize" -> o.number("order", 2f) == 2f && plain
                    ? new Operation.Normalize(name, o.has("axis") ? o.integer("axis") : -1, o.number("epsilon", 1e-12f))
                    : null;
            case "ZerosLike", "OnesLike" -> {
                String dtype = o.string("dtype", "float32");
                boolean known = dtype.equals("bool") || dtype.equals("float32");
                yield known
                        ? new Operation.FilledLike(name, className.equals("OnesLike") ? 1f : 0f, dtype.equals("bool"))
                        : null;
            }
            case "Cast" -> cast(name, o.string("dtype", ""));
            case "ConvertToTensor" -> {
                // masks of attention pass through one
                o.require("sparse", "false", "");
                o.require("ragged", "false", "");
                String dtype = o.string("dtype", "");
                yield !dtype.isEmpty() ? cast(name, dtype)
                        : new Operation.AsLayer(name, new LayerSpec.Identity(name, "Identity"));
            }
            case "Softmax" -> plain ? new Operation.AsLayer(name,
                    new CoreLayer.Softmax(name, o.has("axis") ? o.integers("axis") : List.of(-1))) : null;
            case "LogSoftmax" ->
                plain && (!o.has("axis") || o.integer("axis") == -1) ? function(name, Activation.LOG_SOFTMAX) : null;
            case "Gelu" -> !plain ? null
                    : o.bool("approximate", true) ? new Operation.TanhGelu(name) : function(name, Activation.GELU);
            case "Elu" -> plain ? new Operation.AsLayer(name, new CoreLayer.ELU(name, o.number("alpha", 1f))) : null;
            case "LeakyRelu" -> plain ? new Operation.AsLayer(name,
                    new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY, o.number("negative_slope", 0.2f), 0f)) : null;
            default -> ShapeOperationReader.read(name, className, o, arguments);
        };
    }

    /** Operations forget masks, layers do not. */
    private static LayerSpec function(String name, Activation f) {
        return new Operation.AsLayer(name, new CoreLayer.Activate(name, f));
    }

    private static LayerSpec pair(String name, PairOp op, List<JsonNode> arguments) {
        if (arguments.size() != 2) {
            return null;
        }
        boolean first = CallReader.isTensor(arguments.get(0));
        boolean second = CallReader.isTensor(arguments.get(1));
        JsonNode constant = first ? arguments.get(1) : arguments.get(0);
        if (!first && !second || first != second && !constant.isNumber() && !constant.isBoolean()) {
            return null;
        }
        float value = first && second ? 0f
                : constant.isBoolean() ? constant.booleanValue() ? 1f : 0f : (float) Json.real(constant);
        return new Operation.Pair(name, op, value, !first);
    }

    private static LayerSpec reduction(String name, ReduceOp op, Options o) {
        o.require("initial", "null", "");
        o.require("dtype", "null", "");
        if (op == ReduceOp.NORM && o.has("ord") && o.number("ord", 2f) != 2f) {
            return null;
        }
        o.ignore("ord");
        boolean keepDims = o.bool("keepdims", false);
        return o.has("axis") ? new Operation.Reduce(name, op, o.integers("axis"), keepDims) : null;
    }

    private static LayerSpec where(String name, List<JsonNode> arguments) {
        if (arguments.size() != 3 || !CallReader.isTensor(arguments.getFirst())
                || constants(arguments).stream().anyMatch(c -> !c.isNumber())) {
            return null;
        }
        boolean second = CallReader.isTensor(arguments.get(1));
        boolean third = CallReader.isTensor(arguments.get(2));
        return new Operation.Where(name, second, second ? 0f : (float) Json.real(arguments.get(1)), third,
                third ? 0f : (float) Json.real(arguments.get(2)));
    }

    private static LayerSpec cast(String name, String dtype) {
        return switch (dtype) {
            case "float32" -> new Operation.Map(name, MapOp.TO_FLOAT);
            case "int32", "int64" -> new Operation.Map(name, MapOp.TO_INT);
            case "bool" -> new Operation.Map(name, MapOp.TO_BOOL);
            default -> null;
        };
    }
}
