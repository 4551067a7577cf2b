package lanewise.spec;

/** What the values of an array are. */
public enum DType {
    /** IEEE 754 single precision. */
    FLOAT32,
    /** 32-bit signed integers: token ids, counts. */
    INT32,
    /** Truth values: masks. Held as 32-bit integers, 0 or 1. */
    BOOL,
    /** Text. */
    STRING;

    /** Bytes that one number takes in memory; every type but {@link #STRING} takes this many. */
    public static final int BYTES = 4;
}
