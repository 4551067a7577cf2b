package lanewise.spec;

import java.util.List;

/**
 * Operations in a Functional graph beside its layers (keras/src/ops). Shapes and terms are those of {@link LayerSpec}.
 * Axes count batch as axis 0; negative ones count from the end. The batch axis is never reduced, cut or moved: rows are
 * independent.
 */
public sealed interface Operation extends LayerSpec permits WideOperation, Operation.Map, Operation.Pair,
        Operation.Reduce, Operation.TanhGelu, Operation.Matmul, Operation.Einsum, Operation.Where, Operation.Clip,
        Operation.Normalize, Operation.FilledLike, Operation.MaskOf, Operation.TopK, Operation.Constant,
        Operation.WithinLength, Operation.AsLayer {
    /**
     * Operation: a function of single values.
     *
     * @param name its name
     * @param op   the function
     */
    record Map(String name, MapOp op) implements Operation {
        @Override
        public String kerasClass() {
            return "ops." + op.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What is done with two values. */
    enum PairOp {
        /** a + b. */
        ADD,
        /** a - b. */
        SUBTRACT,
        /** a * b. */
        MULTIPLY,
        /** a / b. */
        DIVIDE,
        /** The largest integer that is not greater than a / b. */
        FLOOR_DIVIDE,
        /** The remainder of that division, with the sign of b. */
        MOD,
        /** a to the power of b. */
        POWER,
        /** The larger one; NaN if one is. */
        MAXIMUM,
        /** The smaller one; NaN if one is. */
        MINIMUM,
        /** The larger one; the other if one is NaN. */
        FMAX,
        /** The smaller one; the other if one is NaN. */
        FMIN,
        /** What a / b leaves where the quotient is cut toward zero, with the sign of a. */
        FMOD,
        /** a / b, but 0 where b is 0. */
        DIVIDE_NO_NAN,
        /** The angle of the point (b, a), -pi to pi. */
        ARCTAN2,
        /** The length of the vector (a, b). */
        HYPOT,
        /** log(e^a + e^b). */
        LOGADDEXP,
        /** log2(2^a + 2^b). */
        LOGADDEXP2,
        /** The double next to a in the direction of b, rounded to a float: as Keras on TensorFlow gives it. */
        NEXTAFTER,
        /** 0 where a is negative, 1 where it is positive, else b. */
        HEAVISIDE,
        /** The greatest common divisor of integers, 0 or more. */
        GCD,
        /** The least common multiple of integers, 0 or more. */
        LCM,
        /** The bits that both integers have. */
        BITWISE_AND,
        /** The bits that at least one of the integers has. */
        BITWISE_OR,
        /** The bits that exactly one of the integers has. */
        BITWISE_XOR,
        /** The integer a moved by b bits to the left; 0 from 32 bits on. */
        LEFT_SHIFT,
        /** The integer a moved by b bits to the right, filled with its sign. */
        RIGHT_SHIFT,
        /** Whether a = b; a truth value. */
        EQUAL(DType.BOOL),
        /** Whether they differ; a truth value. */
        NOT_EQUAL(DType.BOOL),
        /** Whether a is greater; a truth value. */
        GREATER(DType.BOOL),
        /** Whether a is greater or equal; a truth value. */
        GREATER_EQUAL(DType.BOOL),
        /** Whether a is less; a truth value. */
        LESS(DType.BOOL),
        /** Whether a is less or equal; a truth value. */
        LESS_EQUAL(DType.BOOL),
        /** Whether both are true; a truth value. */
        LOGICAL_AND(DType.BOOL),
        /** Whether at least one is true; a truth value. */
        LOGICAL_OR(DType.BOOL),
        /** Whether exactly one is true; a truth value. */
        LOGICAL_XOR(DType.BOOL);

        private final DType result;

        PairOp() {
            this(DType.FLOAT32);
        }

        PairOp(DType result) {
            this.result = result;
        }

        /**
         * The type of the results.
         *
         * @param a what the first values are
         * @param b what the second values are
         * @return FLOAT32, INT32 or BOOL; integers give integers where no fraction can arise
         */
        public DType result(DType a, DType b) {
            boolean whole = a != DType.FLOAT32 && b != DType.FLOAT32;
            return switch (this) {
                case DIVIDE, DIVIDE_NO_NAN, ARCTAN2, HYPOT, LOGADDEXP, LOGADDEXP2, NEXTAFTER, HEAVISIDE -> result;
                default -> whole && result == DType.FLOAT32 ? DType.INT32 : result;
            };
        }

        /**
         * Whether it is defined for integers only.
         *
         * @return true for bits and divisors
         */
        public boolean isOfIntegers() {
            return switch (this) {
                case GCD, LCM, BITWISE_AND, BITWISE_OR, BITWISE_XOR, LEFT_SHIFT, RIGHT_SHIFT -> true;
                default -> false;
            };
        }

        /**
         * Whether the result is a truth value.
         *
         * @return true for comparisons and logic
         */
        public boolean isTruth() {
            return result == DType.BOOL;
        }
    }

    /**
     * Operation: two arrays, or an array and a number, value by value with broadcasting.
     *
     * @param name     its name
     * @param op       the operation
     * @param constant the number, if there is only one input
     * @param swapped  whether the number comes first
     */
    record Pair(String name, PairOp op, float constant, boolean swapped) implements Operation {
        @Override
        public String kerasClass() {
            return "ops." + op.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How several values become one. */
    enum ReduceOp {
        /** Their sum. */
        SUM,
        /** Their mean. */
        MEAN,
        /** Their product. */
        PROD,
        /** The largest. */
        MAX,
        /** The smallest. */
        MIN,
        /** Whether at least one is true. */
        ANY(DType.BOOL),
        /** Whether all are true. */
        ALL(DType.BOOL),
        /** Where the largest is, the first of equals; one axis. */
        ARGMAX(DType.INT32),
        /** Where the smallest is, the first of equals; one axis. */
        ARGMIN(DType.INT32),
        /** The mean squared distance from their mean. */
        VAR,
        /** The root of that. */
        STD,
        /** The root of the sum of their squares. */
        NORM,
        /** The logarithm of the sum of their exponentials. */
        LOGSUMEXP;

        private final DType result;

        ReduceOp() {
            this(DType.FLOAT32);
        }

        ReduceOp(DType result) {
            this.result = result;
        }

        /**
         * The type of the result.
         *
         * @param x what the values are
         * @return FLOAT32, BOOL, or INT32: for a position, and where integers come in that give no fraction
         */
        public DType result(DType x) {
            return switch (this) {
                case SUM, PROD -> x == DType.FLOAT32 ? DType.FLOAT32 : DType.INT32;
                case MAX, MIN -> x;
                default -> result;
            };
        }

        /**
         * Whether the result is a truth value.
         *
         * @return true for ANY and ALL
         */
        public boolean isTruth() {
            return result == DType.BOOL;
        }

        /**
         * Whether the result is a position.
         *
         * @return true for ARGMAX and ARGMIN
         */
        public boolean isPosition() {
            return result == DType.INT32;
        }
    }

    /**
     * Operation: reduces the values along some axes to one.
     *
     * @param name     its name
     * @param op       the reduction
     * @param axes     the axes
     * @param keepDims whether they stay, with size 1
     */
    record Reduce(String name, ReduceOp op, List<Integer> axes, boolean keepDims) implements Operation {
        /** Copies the list. */
        public Reduce {
            axes = List.copyOf(axes);
        }

        @Override
        public String kerasClass() {
            return "ops." + op.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Operation: {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}, the approximate form of gelu.
     *
     * @param name its name
     */
    record TanhGelu(String name) implements Operation {}

    /**
     * Operation: matrix product of the last two axes; the axes before are broadcast.
     *
     * @param name its name
     */
    record Matmul(String name) implements Operation {}

    /**
     * Operation: sums of products of one or two arrays, in Einstein's notation.
     *
     * @param name     its name
     * @param equation for example {@code "btf,bsf->bts"}
     */
    record Einsum(String name, String equation) implements Operation {}

    /**
     * Operation: the second input where the first is true, else the third, with broadcasting. A number replaces a
     * missing array.
     *
     * @param name      its name
     * @param hasSecond whether the second input is an array
     * @param second    the number to use if it is not
     * @param hasThird  whether the third input is an array
     * @param third     the number to use if it is not
     */
    record Where(String name, boolean hasSecond, float second, boolean hasThird, float third) implements Operation {}

    /**
     * Operation: limits values.
     *
     * @param name its name
     * @param min  smaller ones become this
     * @param max  larger ones become this
     */
    record Clip(String name, float min, float max) implements Operation {}

    /**
     * Operation: scales vectors along an axis to length 1.
     *
     * @param name    its name
     * @param axis    the axis
     * @param epsilon the lower limit of the length by which they are divided
     */
    record Normalize(String name, int axis, float epsilon) implements Operation {}

    /**
     * Operation: an array of the input's shape, filled with one value.
     *
     * @param name  its name
     * @param value the value
     * @param truth whether it is a truth value
     */
    record FilledLike(String name, float value, boolean truth) implements Operation {}

    /**
     * Operation: the input's mask as truth values, all true if there is none. The reader inserts it where a Keras 2
     * file uses the input's mask but Keras 3 would not.
     *
     * @param name its name
     */
    record MaskOf(String name) implements Operation {}

    /**
     * Operation: the largest or smallest values along an axis, in order, the first of equals first. Outputs: the values
     * and their positions.
     *
     * @param name    its name
     * @param count   how many
     * @param axis    the axis
     * @param largest whether the largest or the smallest
     */
    record TopK(String name, int count, int axis, boolean largest) implements Operation {}

    /**
     * Operation: numbers that do not depend on the call. Without an input they are one row, which is broadcast; with
     * one, they take its rows: the one row is repeated, or there are several, and a call must have as many. Arrays:
     * value, (1 or rows, ...), floats, integers of 32 bits or truth values.
     *
     * @param name its name
     */
    record Constant(String name) implements Operation {
        @Override
        public List<String> weightRoles() {
            return List.of("value");
        }
    }

    /**
     * Operation: which steps of a sequence are within a length given for each row, as truth values (batch, steps).
     * Inputs: the sequence (batch, steps, ...), the lengths (batch).
     *
     * @param name its name
     */
    record WithinLength(String name) implements Operation {}

    /**
     * Operation: what a layer without weights computes, but without propagating masks.
     *
     * @param name  its name
     * @param layer the layer
     */
    record AsLayer(String name, LayerSpec layer) implements Operation {
        @Override
        public List<LayerSpec> inner() {
            return List.of(layer);
        }

        @Override
        public String kerasClass() {
            return "ops." + layer.kerasClass();
        }
    }
}
