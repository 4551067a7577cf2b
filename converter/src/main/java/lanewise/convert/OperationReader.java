package lanewise.convert;

import java.util.List;
import java.util.Set;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.Operation;
import tools.jackson.databind.JsonNode;

/** Reads operations that stand in a Functional graph beside its layers. */
final class OperationReader {
    /** Classes of operations that no layer shares, for HDF5 files, which do not say the module. */
    private static final Set<String> NAMES = Set.of("NotEqual", "Any", "LogicalOr", "ExpandDims", "ZerosLike", "OnesLike",
            "GetItem", "TrueDivide", "Mean", "Sum", "Max", "Min", "Exp", "Log", "Sqrt", "Square", "Power", "Absolute", "Negative",
            "Matmul", "Transpose", "Squeeze", "Stack", "Split", "Where", "Greater", "GreaterEqual", "Less", "LessEqual", "Equal",
            "Einsum", "Flip", "Sigmoid", "Tanh", "Relu", "Normalize", "LogicalAnd", "LogicalNot", "Cast", "Prod", "Clip");

    private OperationReader() {}

    static boolean isOperation(JsonNode entry) {
        String module = entry.path("module").asString("");
        return module.startsWith("keras.src.ops") || module.startsWith("keras.ops")
                || module.isEmpty() && NAMES.contains(entry.path("class_name").asString(""));
    }

    /**
     * Reads an operation.
     *
     * @param name      its name
     * @param entry     its entry in the config
     * @param tensors   how many tensors it is given
     * @param constants numbers that it is given
     * @return the operation, or null if it is not supported so
     */
    static LayerSpec read(String name, JsonNode entry, int tensors, List<JsonNode> constants) {
        JsonNode config = entry.path("config");
        int axis = config.path("axis").asInt(-1);
        boolean plain = constants.isEmpty();
        return switch (entry.path("class_name").asString("")) {
            case "NotEqual" -> tensors == 1 && constants.size() == 1
                    ? new Operation.NotEqual(name, constants.getFirst().floatValue()) : null;
            case "Any" -> plain && axis == -1 && !config.path("keepdims").asBoolean(false) ? new Operation.Any(name) : null;
            case "LogicalOr" -> plain && tensors == 2 ? new Operation.LogicalOr(name) : null;
            case "ExpandDims" -> plain ? new Operation.ExpandDims(name, axis) : null;
            case "ZerosLike" -> isBool(config) ? new Operation.FilledLike(name, false) : null;
            case "OnesLike" -> isBool(config) ? new Operation.FilledLike(name, true) : null;
            case "Concatenate" -> plain ? new MergingLayer.Concatenate(name, axis) : null;
            default -> null;
        };
    }

    private static boolean isBool(JsonNode config) {
        return config.path("dtype").asString("").equals("bool");
    }
}
