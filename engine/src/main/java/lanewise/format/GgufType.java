package lanewise.format;

/**
 * Types of GGUF: of values in the key-value part, and of tensors. Numbers from the GGUF specification, version 3
 * (ggml, docs/gguf.md).
 */
final class GgufType {
    static final int MAGIC = 0x46554747;
    static final int VERSION = 3;

    static final int UINT8 = 0;
    static final int INT8 = 1;
    static final int UINT16 = 2;
    static final int INT16 = 3;
    static final int UINT32 = 4;
    static final int INT32 = 5;
    static final int FLOAT32 = 6;
    static final int BOOL = 7;
    static final int STRING = 8;
    static final int ARRAY = 9;
    static final int UINT64 = 10;
    static final int INT64 = 11;
    static final int FLOAT64 = 12;

    static final int TENSOR_F32 = 0;
    static final int TENSOR_I8 = 24;
    static final int TENSOR_I32 = 26;
    static final int TENSOR_I64 = 27;

    /** Most axes of a tensor; more are stored as one, with the true shape in a key. */
    static final int MAX_AXES = 4;
    /** Longest name of a tensor, in bytes, with its final zero. */
    static final int MAX_NAME = 64;

    private GgufType() {}
}
