package lanewise.spec;

/** The type of an array's values. */
public enum DType {
    /** IEEE 754 single precision. */
    FLOAT32,
    /** 32-bit signed integers: token ids, counts. */
    INT32,
    /** 64-bit signed integers: values that a layer hashes or looks up. */
    INT64,
    /** Truth values, such as masks. Stored as 32-bit integers, 0 or 1. */
    BOOL,
    /** Text. */
    STRING;

    /** Bytes per number in memory for every type except {@link #STRING} and {@link #INT64}. */
    public static final int BYTES = 4;

    /**
     * Bytes that one number of this type takes.
     *
     * @return 4, or 8 for {@link #INT64}
     * @throws IllegalStateException for {@link #STRING}
     */
    public int bytes() {
        if (this == STRING) {
            throw new IllegalStateException("texts have no fixed size");
        }
        return this == INT64 ? Long.BYTES : BYTES;
    }
}
