package lanewise.options;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lanewise.spec.TensorData;

/**
 * A layer of the user's own: what a class of his computes in Keras. It is given to {@link CustomLayers} under the
 * class's name. One object serves all predictors of a model, so it must not change once it is made. Contracts of the
 * engine about bits and allocation do not reach into it.
 */
public interface CustomLayer {
    /**
     * The shape of the output.
     *
     * @param inputs shapes of the inputs, batch first; sizes that only a call knows are {@link lanewise.spec.Shape#ANY}
     * @return the shape of the output, batch first, with ANY where it depends on such sizes
     * @throws IllegalArgumentException if it can't take such inputs; the message becomes a reason for refusing the
     *                                  model
     */
    int[] outputShape(List<int[]> inputs);

    /**
     * Computes the output.
     *
     * @param inputs what the layer is called with
     * @param output takes all values of the result; what it held before is undefined
     */
    void compute(List<Array> inputs, Array output);

    /**
     * Whether the mask of the first input travels on with the output ({@code supports_masking} in Keras, without a
     * {@code compute_mask} of its own).
     *
     * @return false unless it is overridden
     */
    default boolean passesMask() {
        return false;
    }

    /**
     * Floats in native memory.
     *
     * @param values row-major, in native byte order; may be longer than the shape says
     * @param shape  sizes in this call, batch first
     * @param mask   for each row and step (batch, steps) a 32-bit integer, 0 where the step is masked; null if there is
     *               no mask
     */
    record Array(MemorySegment values, int[] shape, MemorySegment mask) {
        /**
         * Reads a value.
         *
         * @param index its place, row-major
         * @return the value
         */
        public float get(long index) {
            return values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
        }

        /**
         * Writes a value.
         *
         * @param index its place, row-major
         * @param value the value
         */
        public void set(long index, float value) {
            values.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
        }

        /**
         * Whether a step counts.
         *
         * @param row  of the batch
         * @param step of the sequence
         * @return false if it is masked
         */
        public boolean isKept(int row, int step) {
            return mask == null
                    || mask.get(ValueLayout.JAVA_INT_UNALIGNED, ((long) row * shape[1] + step) * Integer.BYTES) != 0;
        }
    }

    /** Makes a layer of what a model file holds. */
    @FunctionalInterface
    interface Factory {
        /**
         * Makes a layer.
         *
         * @param config  the layer's {@code config} in the file, JSON
         * @param weights its arrays, in the order in which they were registered
         * @return the layer
         * @throws IllegalArgumentException if it can't be made; the message becomes a reason for refusing the model
         */
        CustomLayer create(String config, List<TensorData> weights);
    }
}
