package lanewise.spec;

/** What the values of an array are. */
public enum DType {
    /** IEEE 754 single precision. */
    FLOAT32,
    /** 32-bit signed integers: token ids, counts. */
    INT32,
    /** 64-bit signed integers: values that a layer hashes or looks up. */
    INT64,
    /** Truth values: masks. Held as 32-bit integers, 0 or 1. */
    BOOL,
    /** Text. */
    STRING;

    /** Bytes that one number takes in memory; every type but {@link #STRING} and {@link #INT64} takes this many. */
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
