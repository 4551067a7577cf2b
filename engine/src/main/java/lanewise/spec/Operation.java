package lanewise.spec;

/** Operations that stand in a Functional graph beside its layers (keras/src/ops). Shapes and words as in {@link LayerSpec}. */
public sealed interface Operation extends LayerSpec {
    /**
     * Operation: whether each value differs from a number, as truth values. Keras writes it to make masks.
     *
     * @param name  its name
     * @param value the number
     */
    record NotEqual(String name, float value) implements Operation {}

    /**
     * Operation: whether any truth value along the last axis is true. Keras writes it to make masks.
     *
     * @param name its name
     */
    record Any(String name) implements Operation {}

    /**
     * Operation: whether one of two truth values is true, with broadcasting. Keras writes it to join masks.
     *
     * @param name its name
     */
    record LogicalOr(String name) implements Operation {}

    /**
     * Operation: puts in an axis of size 1.
     *
     * @param name its name
     * @param axis where, in the result; negative from the end
     */
    record ExpandDims(String name, int axis) implements Operation {}

    /**
     * Operation: an array of the input's shape that is all one truth value. Keras writes it to join masks.
     *
     * @param name  its name
     * @param value the truth value
     */
    record FilledLike(String name, boolean value) implements Operation {
        @Override
        public String kerasClass() {
            return value ? "OnesLike" : "ZerosLike";
        }
    }

    /**
     * Operation: the mask that travels with its input as truth values, all true if there is none. The reader puts it where a file of
     * Keras 2 means the input's mask although Keras 3 would not.
     *
     * @param name its name
     */
    record MaskOf(String name) implements Operation {}
}
