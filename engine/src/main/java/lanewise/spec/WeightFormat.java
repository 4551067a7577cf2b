package lanewise.spec;

/**
 * How the numbers of a weight matrix are kept. The narrow formats put two weights into one 32-bit word, see
 * {@link NarrowArray}; biases, states and sums are float32 in all formats.
 */
public enum WeightFormat {
    /** IEEE 754 single precision: Keras's numbers as they are. */
    FLOAT32,
    /** The upper half of a float32, two in a word: half the memory, the fastest; 8 bits of precision. */
    BFLOAT16,
    /** 16-bit integers with one scale for each column, two in a word: half the memory, 15 bits of precision. */
    INT16;

    /**
     * Whether two weights share a word.
     *
     * @return true for all but {@link #FLOAT32}
     */
    public boolean isNarrow() {
        return this != FLOAT32;
    }

    /**
     * Rows of words that hold the rows of a matrix.
     *
     * @param rows of the matrix
     * @return as many, or half as many, rounded up
     */
    public int wordRows(int rows) {
        return isNarrow() ? (rows + 1) / 2 : rows;
    }
}
