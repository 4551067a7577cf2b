package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;

/**
 * A matrix as a model's weights hold it: row after row, one word a weight, or two weights a word.
 *
 * @param format  of the weights
 * @param words   {@code [rows of words][columns]} floats, or integers as {@link NarrowArray} describes; little-endian
 * @param scales  one for each column for {@link WeightFormat#INT16}, else none
 * @param inputs  rows of the matrix
 * @param columns of the matrix
 */
public record Matrix(WeightFormat format, MemorySegment words, float[] scales, int inputs, int columns) {
    private static final float[] NONE = {};

    /**
     * A matrix of float32.
     *
     * @param data    its numbers
     * @param inputs  rows of the matrix
     * @return the matrix; the other axes of the numbers are its columns
     */
    public static Matrix of(TensorData data, int inputs) {
        int columns = Math.toIntExact(data.shape().size() / Math.max(1, inputs));
        return new Matrix(WeightFormat.FLOAT32, data.values(), NONE, inputs, columns);
    }

    /**
     * A matrix of float32.
     *
     * @param values [inputs][columns]
     * @param inputs rows of the matrix
     * @return the matrix
     */
    public static Matrix of(float[] values, int inputs) {
        return of(TensorData.of(Shape.of(values.length), values), inputs);
    }

    /**
     * A matrix of narrow weights.
     *
     * @param array its words
     * @return the matrix
     */
    public static Matrix of(NarrowArray array) {
        return new Matrix(array.format(), array.words(), array.scales(), array.rows(), array.columns());
    }
}
