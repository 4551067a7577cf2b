package lanewise.format;

import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.DType;
import lanewise.spec.MergingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WeightFormat;
import lanewise.spec.WindowLayer;

/**
 * What the values of options are called in files, whatever Java calls them. These names stay for ever. The compiler
 * asks for one where a constant is added.
 *
 * <p>Those of operations and texts stand in {@link WireOperations} and {@link WireTexts}: a class that switches over an
 * enum loads all the enums that it switches over, and most models have no use for those.
 */
final class WireConstants {
    private WireConstants() {}

    /** The name of a constant. */
    static String name(Enum<?> constant) {
        // not a switch: one over types takes longer than reading a small model
        if (constant instanceof Activation activation) {
            return name(activation);
        } else if (constant instanceof DType type) {
            return name(type);
        } else if (constant instanceof WindowLayer.Padding padding) {
            return name(padding);
        } else if (constant instanceof WindowLayer.PoolOp op) {
            return name(op);
        } else if (constant instanceof RecurrentLayer.MergeMode mode) {
            return name(mode);
        } else if (constant instanceof MergingLayer.MergeOp op) {
            return name(op);
        } else if (constant instanceof WeightFormat format) {
            return name(format);
        } else if (constant instanceof AttentionLayer.Blind blind) {
            return name(blind);
        }
        String name = WireOperations.name(constant);
        return name != null ? name : WireTexts.name(constant);
    }

    /** The constant of an enum that has a name, or null if there is none. */
    static <E> E find(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (name((Enum<?>) constant).equals(name)) {
                return constant;
            }
        }
        return null;
    }

    private static String name(AttentionLayer.Blind blind) {
        return switch (blind) {
            case MEAN -> "mean";
            case ZERO_WITH_SCORES -> "zero_with_scores";
            case ZERO -> "zero";
        };
    }

    private static String name(Activation activation) {
        return switch (activation) {
            case LINEAR -> "linear";
            case RELU -> "relu";
            case RELU6 -> "relu6";
            case LEAKY_RELU -> "leaky_relu";
            case ELU -> "elu";
            case SELU -> "selu";
            case CELU -> "celu";
            case GELU -> "gelu";
            case SILU -> "silu";
            case HARD_SILU -> "hard_silu";
            case MISH -> "mish";
            case SIGMOID -> "sigmoid";
            case HARD_SIGMOID -> "hard_sigmoid";
            case HARD_SIGMOID_KERAS_2 -> "hard_sigmoid_keras_2";
            case LOG_SIGMOID -> "log_sigmoid";
            case SPARSE_SIGMOID -> "sparse_sigmoid";
            case TANH -> "tanh";
            case HARD_TANH -> "hard_tanh";
            case TANH_SHRINK -> "tanh_shrink";
            case SOFT_SHRINK -> "soft_shrink";
            case HARD_SHRINK -> "hard_shrink";
            case SOFTPLUS -> "softplus";
            case SOFTSIGN -> "softsign";
            case SQUAREPLUS -> "squareplus";
            case SPARSE_PLUS -> "sparse_plus";
            case EXPONENTIAL -> "exponential";
            case SOFTMAX -> "softmax";
            case LOG_SOFTMAX -> "log_softmax";
            case SPARSEMAX -> "sparsemax";
            case GLU -> "glu";
        };
    }

    private static String name(WeightFormat format) {
        return switch (format) {
            case FLOAT32 -> "float32";
            case BFLOAT16 -> "bfloat16";
            case INT16 -> "int16";
        };
    }

    private static String name(DType type) {
        return switch (type) {
            case FLOAT32 -> "float32";
            case INT32 -> "int32";
            case INT64 -> "int64";
            case BOOL -> "bool";
            case STRING -> "string";
        };
    }

    private static String name(WindowLayer.Padding padding) {
        return switch (padding) {
            case VALID -> "valid";
            case SAME -> "same";
            case CAUSAL -> "causal";
        };
    }

    private static String name(WindowLayer.PoolOp op) {
        return switch (op) {
            case MAX -> "max";
            case AVERAGE -> "average";
        };
    }

    private static String name(RecurrentLayer.MergeMode mode) {
        return switch (mode) {
            case CONCAT -> "concat";
            case SUM -> "sum";
            case MUL -> "mul";
            case AVE -> "ave";
            case NONE -> "none";
        };
    }

    private static String name(MergingLayer.MergeOp op) {
        return switch (op) {
            case ADD -> "add";
            case SUBTRACT -> "subtract";
            case MULTIPLY -> "multiply";
            case AVERAGE -> "average";
            case MAXIMUM -> "maximum";
            case MINIMUM -> "minimum";
        };
    }
}
