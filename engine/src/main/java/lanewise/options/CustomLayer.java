package lanewise.options;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lanewise.spec.TensorData;

/**
 * A custom layer: computes what the user's own layer class computes in Keras. Register it with {@link CustomLayers}
 * under the class's name. One object serves all predictors of a model, so it must not change after creation. The
 * engine's guarantees about bits and allocation do not cover it.
 */
public interface CustomLayer {
    /**
     * The shape of the output.
     *
     * @param inputs shapes of the inputs, batch first; sizes known only at the call are {@link lanewise.spec.Shape#ANY}
     * @return the shape of the output, batch first, with ANY where a size depends on such sizes
     * @throws IllegalArgumentException if the layer can't take such inputs; the message becomes a reason for refusing
     *                                  the model
     */
    int[] outputShape(List<int[]> inputs);

    /**
     * Computes the output.
     *
     * @param inputs the layer's inputs
     * @param output receives all values of the result; its initial contents are undefined
     */
    void compute(List<Array> inputs, Array output);

    /**
     * Whether the output keeps the mask of the first input ({@code supports_masking} in Keras, without a
     * {@code compute_mask} of its own).
     *
     * @return false unless overridden
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
         * @param index its position, row-major
         * @return the value
         */
        public float get(long index) {
            return values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
        }

        /**
         * Writes a value.
         *
         * @param index its position, row-major
         * @param value the value
         */
        public void set(long index, float value) {
            values.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
        }

        /**
         * Whether a step is not masked.
         *
         * @param row  the row of the batch
         * @param step the step of the sequence
         * @return false if it is masked
         */
        public boolean isKept(int row, int step) {
            return mask == null
                    || mask.get(ValueLayout.JAVA_INT_UNALIGNED, ((long) row * shape[1] + step) * Integer.BYTES) != 0;
        }
    }

    /** Creates a layer from the contents of a model file. */
    @FunctionalInterface
    interface Factory {
        /**
         * Creates a layer.
         *
         * @param config  the layer's {@code config} in the file, JSON
         * @param weights its arrays, in the order in which they were registered
         * @return the layer
         * @throws IllegalArgumentException if it can't be created; the message becomes a reason for refusing the model
         */
        CustomLayer create(String config, List<TensorData> weights);
    }
}
