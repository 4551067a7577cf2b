package lanewise.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.files.Json;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.Operation;
import lanewise.spec.Operation.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import tools.jackson.databind.JsonNode;

/** Reads operations that stand in a Functional graph beside its layers. */
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
            "LeakyRelu", "Moveaxis", "Tile", "Pad", "Take", "Roll");

    private static final int MOST_REPEATS = 1 << 12;

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
        LayerSpec spec = read(name, className, o, arguments);
        if (spec == null) {
            problems.add(prefix + name, className,
                    "the operation is not supported with the arguments " + describe(arguments)
                            + " and the options " + config + "; use layers or other operations instead");
            o.ignore(o.keys());
        }
        o.finish();
        return spec;
    }

    private static List<String> describe(List<JsonNode> arguments) {
        return arguments.stream().map(a -> CallReader.isTensor(a) ? "tensor" : a.toString()).toList();
    }

    private static List<JsonNode> constants(List<JsonNode> arguments) {
        return arguments.stream().filter(a -> !CallReader.isTensor(a)).toList();
    }

    private LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
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
            case "GetItem" -> arguments.size() == 2 ? slice(name, rank(arguments), arguments.get(1)) : null;
            case "ExpandDims" ->
                plain && o.integers("axis").size() == 1 ? new ShapeOperation.ExpandDims(name, o.integer("axis")) : null;
            case "Squeeze" -> plain ? new ShapeOperation.Squeeze(name, o.integers("axis")) : null;
            case "Transpose" -> plain ? new ShapeOperation.Transpose(name, o.integers("axes")) : null;
            case "Swapaxes" -> plain ? swapped(name, rank(arguments), o.integer("axis1"), o.integer("axis2")) : null;
            case "Moveaxis" -> plain && o.integers("source").size() == 1 && o.integers("destination").size() == 1
                    ? moved(name, rank(arguments), o.integer("source"), o.integer("destination")) : null;
            case "Tile" -> tile(name, rank(arguments), o.integers("repeats"));
            case "Pad" -> pad(name, o);
            case "Roll" -> plain && o.has("axis") && o.integers("shift").size() == 1 && o.integers("axis").size() == 1
                    ? new ShapeOperation.Roll(name, o.integer("shift"), o.integer("axis")) : null;
            case "Take" -> take(name, o, arguments);
            case "Stack" -> new ShapeOperation.Stack(name, o.has("axis") ? o.integer("axis") : 0);
            case "Concatenate" -> new Operation.AsLayer(name,
                    new MergingLayer.Concatenate(name, o.has("axis") ? o.integer("axis") : -1));
            case "Split" -> split(name, o);
            case "Flip" -> plain && o.has("axis") ? new ShapeOperation.Flip(name, o.integers("axis")) : null;
            case "Repeat" -> plain && o.has("axis") && o.integers("repeats").size() == 1
                    ? new ShapeOperation.Repeat(name, o.count("repeats"), o.integer("axis")) : null;
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
            case "Reshape" -> reshape(name, o);
            case "Softmax" -> plain ? new Operation.AsLayer(name,
                    new CoreLayer.Softmax(name, o.has("axis") ? o.integers("axis") : List.of(-1))) : null;
            case "LogSoftmax" ->
                plain && (!o.has("axis") || o.integer("axis") == -1) ? function(name, Activation.LOG_SOFTMAX) : null;
            case "Gelu" -> !plain ? null
                    : o.bool("approximate", true) ? new Operation.TanhGelu(name) : function(name, Activation.GELU);
            case "Elu" -> plain ? new Operation.AsLayer(name, new CoreLayer.ELU(name, o.number("alpha", 1f))) : null;
            case "LeakyRelu" -> plain ? new Operation.AsLayer(name,
                    new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY, o.number("negative_slope", 0.2f), 0f)) : null;
            default -> null;
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

    /** How many axes the first tensor has. */
    private static int rank(List<JsonNode> arguments) {
        return arguments.isEmpty() ? 0 : arguments.getFirst().path("config").path("shape").size();
    }

    private static LayerSpec swapped(String name, int rank, int first, int second) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(i);
        }
        int a = first < 0 ? first + rank : first;
        int b = second < 0 ? second + rank : second;
        if (a < 0 || b < 0 || a >= rank || b >= rank) {
            return null;
        }
        Collections.swap(axes, a, b);
        return new ShapeOperation.Transpose(name, axes);
    }

    private static LayerSpec moved(String name, int rank, int source, int destination) {
        int from = source < 0 ? source + rank : source;
        int to = destination < 0 ? destination + rank : destination;
        if (from < 0 || to < 0 || from >= rank || to >= rank) {
            return null;
        }
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            if (i != from) {
                axes.add(i);
            }
        }
        axes.add(to, from);
        return new ShapeOperation.Transpose(name, axes);
    }

    private static LayerSpec tile(String name, int rank, List<Integer> repeats) {
        boolean fits = repeats.size() == rank && rank > 0 && repeats.getFirst() == 1
                && repeats.stream().allMatch(n -> n > 0 && n <= MOST_REPEATS);
        return fits ? new ShapeOperation.Tile(name, repeats.subList(1, rank)) : null;
    }

    private static LayerSpec pad(String name, Options o) {
        List<Integer> pairs = new ArrayList<>();
        JsonNode widths = o.get("pad_width");
        if (widths == null || !widths.isArray() || !o.string("mode", "constant").equals("constant")) {
            return null;
        }
        o.require("constant_values", "0", "");
        for (JsonNode pair : widths) {
            if (pair.size() != 2) {
                return null;
            }
            pairs.add(pair.get(0).asInt(-1));
            pairs.add(pair.get(1).asInt(-1));
        }
        boolean fits = pairs.size() > 2 && pairs.stream().allMatch(n -> n >= 0) && pairs.get(0) == 0
                && pairs.get(1) == 0;
        return fits ? new ShapeOperation.Pad(name, pairs.subList(2, pairs.size())) : null;
    }

    private static LayerSpec take(String name, Options o, List<JsonNode> arguments) {
        List<Integer> indices = new ArrayList<>();
        JsonNode given = arguments.size() == 2 ? arguments.get(1) : null;
        if (given == null || !given.isArray() || !o.has("axis")) {
            return null;
        }
        for (JsonNode index : given) {
            if (!Json.isInt(index)) {
                return null;
            }
            indices.add(index.intValue());
        }
        return indices.isEmpty() ? null : new ShapeOperation.Take(name, indices, o.integer("axis"));
    }

    private static LayerSpec slice(String name, int rank, JsonNode key) {
        List<JsonNode> parts = key.isArray() ? List.copyOf(key.values()) : List.of(key);
        long named = parts.stream().filter(part -> !part.isNull() && !isEllipsis(part)).count();
        List<Integer> begin = new ArrayList<>();
        List<Integer> end = new ArrayList<>();
        List<Integer> step = new ArrayList<>();
        List<Integer> dropped = new ArrayList<>();
        List<Integer> added = new ArrayList<>();
        for (JsonNode part : parts) {
            if (part.isNull()) {
                added.add(begin.size() - dropped.size() + added.size());
            } else if (isEllipsis(part)) {
                if (rank == 0) {
                    return null;
                }
                for (long i = named; i < rank; i++) {
                    whole(begin, end, step);
                }
            } else if (Json.isInt(part)) {
                int at = part.intValue();
                dropped.add(begin.size());
                begin.add(at);
                end.add(at == -1 ? ShapeOperation.Slice.OPEN : at + 1);
                step.add(1);
            } else if (part.path("class_name").asString("").equals("__slice__")) {
                JsonNode config = part.path("config");
                begin.add(bound(config.path("start")));
                end.add(bound(config.path("stop")));
                step.add(config.hasNonNull("step") ? config.get("step").asInt(0) : 1);
            } else {
                return null;
            }
        }
        boolean wholeBatch = !begin.isEmpty() && begin.getFirst() == ShapeOperation.Slice.OPEN
                && end.getFirst() == ShapeOperation.Slice.OPEN
                && step.getFirst() == 1 && !dropped.contains(0) && !added.contains(0);
        if (!wholeBatch || step.contains(0)) {
            return null;
        }
        return new ShapeOperation.Slice(name, begin.subList(1, begin.size()), end.subList(1, end.size()),
                step.subList(1, step.size()), dropped,
                added);
    }

    private static boolean isEllipsis(JsonNode part) {
        return part.path("class_name").asString("").equals("__ellipsis__");
    }

    private static void whole(List<Integer> begin, List<Integer> end, List<Integer> step) {
        begin.add(ShapeOperation.Slice.OPEN);
        end.add(ShapeOperation.Slice.OPEN);
        step.add(1);
    }

    private static int bound(JsonNode value) {
        return Json.isInt(value) ? value.intValue() : ShapeOperation.Slice.OPEN;
    }

    private static LayerSpec split(String name, Options o) {
        JsonNode sections = o.get("indices_or_sections");
        int axis = o.has("axis") ? o.integer("axis") : 0;
        if (sections != null && Json.isInt(sections)) {
            return new ShapeOperation.Split(name, axis, o.count("indices_or_sections"), List.of());
        }
        return sections != null && sections.isArray()
                ? new ShapeOperation.Split(name, axis, 0, o.integers("indices_or_sections")) : null;
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

    private static LayerSpec reshape(String name, Options o) {
        JsonNode shape = o.get("newshape");
        if (shape == null || !shape.isArray() || shape.isEmpty()) {
            return null;
        }
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : shape) {
            if (!size.isNull() && (!Json.isInt(size) || size.intValue() < Shape.ANY)) {
                return null;
            }
            sizes.add(size.isNull() ? Shape.ANY : size.intValue());
        }
        // the first is batch, which stays
        return sizes.getFirst() == Shape.ANY
                ? new Operation.AsLayer(name,
                        new ReshapingLayer.Reshape(name, new Shape(sizes.subList(1, sizes.size()))))
                : null;
    }
}
