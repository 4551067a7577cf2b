package lanewise.convert;

import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.files.Json;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.WideOperation;
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
            Map.entry("LogicalNot", MapOp.LOGICAL_NOT), Map.entry("Isnan", MapOp.ISNAN),
            Map.entry("Fabs", MapOp.ABSOLUTE), Map.entry("Tan", MapOp.TAN), Map.entry("Arcsin", MapOp.ARCSIN),
            Map.entry("Arccos", MapOp.ARCCOS), Map.entry("Arctan", MapOp.ARCTAN), Map.entry("Sinh", MapOp.SINH),
            Map.entry("Cosh", MapOp.COSH), Map.entry("Arcsinh", MapOp.ARCSINH), Map.entry("Arccosh", MapOp.ARCCOSH),
            Map.entry("Arctanh", MapOp.ARCTANH), Map.entry("Erfc", MapOp.ERFC), Map.entry("Erfinv", MapOp.ERFINV),
            Map.entry("Cbrt", MapOp.CBRT), Map.entry("Sinc", MapOp.SINC), Map.entry("I0", MapOp.BESSEL_I0),
            Map.entry("Trunc", MapOp.TRUNC), Map.entry("Isinf", MapOp.ISINF), Map.entry("Isfinite", MapOp.ISFINITE),
            Map.entry("Signbit", MapOp.SIGNBIT), Map.entry("BitwiseNot", MapOp.BITWISE_NOT),
            Map.entry("BitwiseInvert", MapOp.BITWISE_NOT));
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
            Map.entry("LogicalXor", PairOp.LOGICAL_XOR), Map.entry("Fmax", PairOp.FMAX),
            Map.entry("Fmin", PairOp.FMIN), Map.entry("Fmod", PairOp.FMOD), Map.entry("Arctan2", PairOp.ARCTAN2),
            Map.entry("DivideNoNan", PairOp.DIVIDE_NO_NAN), Map.entry("Hypot", PairOp.HYPOT),
            Map.entry("Logaddexp", PairOp.LOGADDEXP), Map.entry("Logaddexp2", PairOp.LOGADDEXP2),
            Map.entry("Nextafter", PairOp.NEXTAFTER), Map.entry("Heaviside", PairOp.HEAVISIDE),
            Map.entry("Gcd", PairOp.GCD), Map.entry("Lcm", PairOp.LCM), Map.entry("BitwiseAnd", PairOp.BITWISE_AND),
            Map.entry("BitwiseOr", PairOp.BITWISE_OR), Map.entry("BitwiseXor", PairOp.BITWISE_XOR),
            Map.entry("LeftShift", PairOp.LEFT_SHIFT), Map.entry("BitwiseLeftShift", PairOp.LEFT_SHIFT),
            Map.entry("RightShift", PairOp.RIGHT_SHIFT), Map.entry("BitwiseRightShift", PairOp.RIGHT_SHIFT));
    private static final Map<String, Activation> FUNCTIONS = Map.ofEntries(Map.entry("Sigmoid", Activation.SIGMOID),
            Map.entry("Tanh", Activation.TANH), Map.entry("Relu", Activation.RELU),
            Map.entry("Relu6", Activation.RELU6),
            Map.entry("Exp", Activation.EXPONENTIAL), Map.entry("Silu", Activation.SILU),
            Map.entry("Softplus", Activation.SOFTPLUS),
            Map.entry("Softsign", Activation.SOFTSIGN), Map.entry("Selu", Activation.SELU),
            Map.entry("HardSigmoid", Activation.HARD_SIGMOID),
            Map.entry("HardSilu", Activation.HARD_SILU), Map.entry("LogSigmoid", Activation.LOG_SIGMOID),
            Map.entry("SparseSigmoid", Activation.SPARSE_SIGMOID), Map.entry("SparsePlus", Activation.SPARSE_PLUS),
            Map.entry("TanhShrink", Activation.TANH_SHRINK), Map.entry("HardTanh", Activation.HARD_TANH));
    /** Other classes that no layer shares, for HDF5 files, which do not say the module. */
    private static final Set<String> OTHERS = Set.of("GetItem", "ExpandDims", "Squeeze", "Transpose", "Swapaxes",
            "Stack", "Split", "Flip", "Repeat", "Matmul", "Einsum", "Where", "Clip", "Normalize", "ZerosLike",
            "OnesLike", "Cast", "Gelu", "Elu", "LogSoftmax", "LeakyRelu", "Moveaxis", "Tile", "Pad", "Take", "Roll",
            "Deg2rad", "Rad2deg", "Exp2", "Ldexp", "Isposinf", "Isneginf", "Isreal", "Imag", "Real", "Conj",
            "Conjugate", "Copy", "StopGradient", "Angle", "Round", "NanToNum", "Isclose", "IsIn", "Digitize",
            "UnravelIndex", "FullLike", "Select", "Celu", "HardShrink", "SoftShrink", "Threshold", "Squareplus", "Glu",
            "Sparsemax", "Norm", "CountNonzero", "Ptp", "Moments", "Median", "Quantile", "Percentile", "Cumsum",
            "Cumprod", "Trapezoid", "TakeAlongAxis", "Sort", "Argsort", "Triu", "Tril", "TopK", "InTopK", "OneHot",
            "MultiHot", "Diff", "Cross", "Diagonal", "Trace", "Rot90", "ExtractSequences", "SearchSorted", "CDist",
            "Append", "ArraySplit", "Hsplit", "Dsplit", "Hstack", "Dstack", "Fliplr", "Unstack", "Slice",
            "SliceUpdate", "EmptyLike", "SaturateCast", "ConvertToTensor", "MaxPool", "AveragePool");

    private static final Set<String> WIDE = Set.of("int64", "uint64", "uint32");

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
                : MAPS.containsKey(name) || PAIRS.containsKey(name) || ReductionReader.reads(name)
                        || name.startsWith("Nan") || FUNCTIONS.containsKey(name)
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
        LayerSpec spec;
        try {
            spec = read(name, className, o, arguments);
        } catch (Composition.Refused e) {
            problems.add(prefix + name, className, e.getMessage());
            return null;
        }
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
        return spec != null && isWide(config, arguments) ? WideOperation.of(spec) : spec;
    }

    /**
     * Whether integers of 64 bits may come out; what narrower ones give wraps around in 32 bits. Files of Keras 2 don't
     * say how many bits the integers of an operation have.
     */
    private boolean isWide(JsonNode config, List<JsonNode> arguments) {
        String made = config.path("dtype").asString("");
        return WIDE.contains(made) || made.isEmpty() && (kerasMajor < 3 || tensors(arguments).stream()
                .anyMatch(tensor -> WIDE.contains(tensor.path("config").path("dtype").asString(""))));
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

    /** The arguments that are tensors. */
    static List<JsonNode> tensors(List<JsonNode> arguments) {
        return arguments.stream().filter(CallReader::isTensor).toList();
    }

    private LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
        if (arguments.stream().anyMatch(ConstantArguments::is)) {
            return null;
        }
        if (tensors(arguments).isEmpty()) {
            throw new Composition.Refused("is called without a tensor");
        }
        boolean plain = constants(arguments).isEmpty();
        if (MAPS.containsKey(className)) {
            return plain ? new Operation.Map(name, MAPS.get(className)) : null;
        } else if (PAIRS.containsKey(className)) {
            return pair(name, PAIRS.get(className), arguments);
        } else if (FUNCTIONS.containsKey(className)) {
            return plain ? function(name, FUNCTIONS.get(className)) : null;
        }
        return switch (className) {
            case "Matmul" -> plain ? new Operation.Matmul(name) : null;
            case "Einsum" -> !plain ? null : new Operation.Einsum(name, o.string("subscripts", ""));
            case "Where" -> where(name, arguments);
            case "Clip" -> plain && o.has("x_min") && o.has("x_max")
                    ? new Operation.Clip(name, o.number("x_min", 0), o.number("x_max", 0)) : null;
            case "Normalize" -> o.number("order", 2f) == 2f && plain
                    ? new Operation.Normalize(name, o.has("axis") ? o.integer("axis") : -1, o.number("epsilon", 1e-12f))
                    : null;
            case "ZerosLike", "OnesLike", "EmptyLike" ->
                ElementReader.filled(name, o, arguments, className.equals("OnesLike") ? 1f : 0f);
            case "Cast", "SaturateCast" -> !plain ? null : cast(name, o.string("dtype", ""));
            case "ConvertToTensor" -> {
                // masks of attention pass through one
                o.require("sparse", "false", "");
                o.require("ragged", "false", "");
                String dtype = o.string("dtype", "");
                yield !dtype.isEmpty() ? cast(name, dtype)
                        : new Operation.AsLayer(name, new LayerSpec.Identity(name, "Identity"));
            }
            case "Gelu" -> !plain ? null
                    : o.bool("approximate", true) ? new Operation.TanhGelu(name) : function(name, Activation.GELU);
            case "Elu" -> plain ? new Operation.AsLayer(name, new CoreLayer.ELU(name, o.number("alpha", 1f))) : null;
            case "LeakyRelu" -> plain ? new Operation.AsLayer(name,
                    new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY, o.number("negative_slope", 0.2f), 0f)) : null;
            default -> composed(name, className, o, arguments);
        };
    }

    private static LayerSpec composed(String name, String className, Options o, List<JsonNode> arguments) {
        LayerSpec spec = ElementReader.read(name, className, o, arguments);
        spec = spec != null ? spec : ReductionReader.read(name, className, o, arguments);
        spec = spec != null ? spec : AxisReader.read(name, className, o, arguments);
        spec = spec != null ? spec : JoiningReader.read(name, className, o, arguments);
        return spec != null ? spec : ShapeOperationReader.read(name, className, o, arguments);
    }

    /** Operations forget masks, layers do not. */
    static LayerSpec function(String name, Activation f) {
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
        if (first != second) {
            DType type = Composition.type(first ? arguments.get(0) : arguments.get(1));
            boolean whole = type != DType.FLOAT32;
            if (whole && constant.isNumber() && !Json.isInt(constant) && value == Math.rint(value)) {
                // a float makes floats of integers, also one without a fraction
                Composition c = new Composition(name, tensors(arguments));
                return c.gives(first ? c.pair(op, c.floats(0), value) : c.pair(op, value, c.floats(0)));
            } else if (whole && Json.isInt(constant) && value != Json.real(constant)) {
                Composition c = new Composition(name, tensors(arguments));
                Graph.Ref number = whole(c, Json.real(constant));
                return c.gives(first ? c.pair(op, c.input(0), number) : c.pair(op, number, c.input(0)));
            }
        }
        return new Operation.Pair(name, op, value, !first);
    }

    /** An integer that a float can't hold, of two that it can. */
    private static Graph.Ref whole(Composition c, double number) {
        if (number != (int) number) {
            throw new Composition.Refused("its number " + number + " has more than 32 bits");
        }
        Graph.Ref zero = c.pair(PairOp.MULTIPLY, c.map(MapOp.TO_INT, c.input(0)), 0f);
        Graph.Ref high = c.pair(PairOp.ADD, zero, (int) number >> 16);
        return c.pair(PairOp.ADD, c.pair(PairOp.MULTIPLY, high, 1 << 16), (int) number & 0xffff);
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
