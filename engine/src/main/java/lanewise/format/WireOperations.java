package lanewise.format;

import lanewise.spec.MapOp;
import lanewise.spec.Operation;

/** What the values of options of {@link Operation} are called in files; see {@link WireConstants}. */
final class WireOperations {
    private WireOperations() {}

    /** The name of a constant, or null if it belongs to no operation. */
    static String name(Enum<?> constant) {
        if (constant instanceof MapOp op) {
            return name(op);
        } else if (constant instanceof Operation.PairOp op) {
            return name(op);
        } else if (constant instanceof Operation.ReduceOp op) {
            return name(op);
        }
        return null;
    }

    private static String name(MapOp op) {
        return switch (op) {
            case ABSOLUTE -> "absolute";
            case NEGATIVE -> "negative";
            case SQUARE -> "square";
            case SQRT -> "sqrt";
            case RSQRT -> "rsqrt";
            case RECIPROCAL -> "reciprocal";
            case LOG -> "log";
            case LOG1P -> "log1p";
            case EXPM1 -> "expm1";
            case LOG2 -> "log2";
            case LOG10 -> "log10";
            case SIN -> "sin";
            case COS -> "cos";
            case TAN -> "tan";
            case ARCSIN -> "arcsin";
            case ARCCOS -> "arccos";
            case ARCTAN -> "arctan";
            case SINH -> "sinh";
            case COSH -> "cosh";
            case ARCSINH -> "arcsinh";
            case ARCCOSH -> "arccosh";
            case ARCTANH -> "arctanh";
            case ERF -> "erf";
            case ERFC -> "erfc";
            case ERFINV -> "erfinv";
            case CBRT -> "cbrt";
            case SINC -> "sinc";
            case BESSEL_I0 -> "bessel_i0";
            case FLOOR -> "floor";
            case CEIL -> "ceil";
            case ROUND -> "round";
            case TRUNC -> "trunc";
            case SIGN -> "sign";
            case LOGICAL_NOT -> "logical_not";
            case ISNAN -> "isnan";
            case ISINF -> "isinf";
            case ISFINITE -> "isfinite";
            case SIGNBIT -> "signbit";
            case BITWISE_NOT -> "bitwise_not";
            case TO_INT -> "to_int";
            case TO_FLOAT -> "to_float";
            case TO_FLOAT16 -> "to_float16";
            case TO_BFLOAT16 -> "to_bfloat16";
            case TO_BOOL -> "to_bool";
        };
    }

    private static String name(Operation.PairOp op) {
        return switch (op) {
            case ADD -> "add";
            case SUBTRACT -> "subtract";
            case MULTIPLY -> "multiply";
            case DIVIDE -> "divide";
            case FLOOR_DIVIDE -> "floor_divide";
            case MOD -> "mod";
            case POWER -> "power";
            case MAXIMUM -> "maximum";
            case MINIMUM -> "minimum";
            case FMAX -> "fmax";
            case FMIN -> "fmin";
            case FMOD -> "fmod";
            case DIVIDE_NO_NAN -> "divide_no_nan";
            case ARCTAN2 -> "arctan2";
            case HYPOT -> "hypot";
            case LOGADDEXP -> "logaddexp";
            case LOGADDEXP2 -> "logaddexp2";
            case NEXTAFTER -> "nextafter";
            case HEAVISIDE -> "heaviside";
            case GCD -> "gcd";
            case LCM -> "lcm";
            case BITWISE_AND -> "bitwise_and";
            case BITWISE_OR -> "bitwise_or";
            case BITWISE_XOR -> "bitwise_xor";
            case LEFT_SHIFT -> "left_shift";
            case RIGHT_SHIFT -> "right_shift";
            case EQUAL -> "equal";
            case NOT_EQUAL -> "not_equal";
            case GREATER -> "greater";
            case GREATER_EQUAL -> "greater_equal";
            case LESS -> "less";
            case LESS_EQUAL -> "less_equal";
            case LOGICAL_AND -> "logical_and";
            case LOGICAL_OR -> "logical_or";
            case LOGICAL_XOR -> "logical_xor";
        };
    }

    private static String name(Operation.ReduceOp op) {
        return switch (op) {
            case SUM -> "sum";
            case MEAN -> "mean";
            case PROD -> "prod";
            case MAX -> "max";
            case MIN -> "min";
            case ANY -> "any";
            case ALL -> "all";
            case ARGMAX -> "argmax";
            case ARGMIN -> "argmin";
            case VAR -> "var";
            case STD -> "std";
            case NORM -> "norm";
            case LOGSUMEXP -> "logsumexp";
        };
    }
}
