package lanewise.spec;

import java.util.Locale;

/** Layers that join several arrays (keras/layers/merging). Shapes and terms are those of {@link LayerSpec}. */
public sealed interface MergingLayer extends LayerSpec {
    /**
     * Joins arrays along an axis.
     *
     * @param name its name
     * @param axis the axis, batch counted; negative ones count from the end
     */
    record Concatenate(String name, int axis) implements MergingLayer {}

    /** What {@link Merge} does with two values. */
    enum MergeOp {
        /** {@code a + b}. */
        ADD,
        /** {@code a - b}. */
        SUBTRACT,
        /** {@code a * b}. */
        MULTIPLY,
        /** The sum of all inputs divided by their number. */
        AVERAGE,
        /** The larger one. */
        MAXIMUM,
        /** The smaller one. */
        MINIMUM
    }

    /**
     * Combines arrays value by value: Keras's layers Add, Subtract, Multiply, Average, Maximum, Minimum. An array of
     * lower rank gets axes of size 1 after batch; axes of size 1 are repeated.
     *
     * <p>In Keras 3, Multiply, Maximum and Minimum leave out masked steps of an input
     * (keras/src/layers/merging/multiply.py, base_merge.py): the product or extremum is that of the other inputs; a
     * product without any inputs is 0.
     *
     * @param name          its name
     * @param op            the operation
     * @param leaveOutMasked whether masked steps are left out, as Keras 3 does; Keras 2 computes with them
     */
    record Merge(String name, MergeOp op, boolean leaveOutMasked) implements MergingLayer {
        @Override
        public String kerasClass() {
            return op.name().charAt(0) + op.name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /**
     * For every row of the batch, the products of two arrays, summed along one axis of each.
     *
     * @param name      its name
     * @param axis1     the first array's axis, batch counted; negative ones count from the end
     * @param axis2     the second array's axis
     * @param normalize whether vectors along the axes are first scaled to length 1
     */
    record Dot(String name, int axis1, int axis2, boolean normalize) implements MergingLayer {}
}
