package lanewise.trust.fuzz;

/** A reader of files, by what it is given. */
enum Reader {
    /** {@code .keras} archives. */
    KERAS,
    /** Whole models in HDF5, of Keras 1 to 3. */
    HDF5,
    /** A JSON configuration with a file of weights beside it. */
    CONFIG,
    /** Files of {@code lanewise_export.py}, binary and JSON. */
    EXPORT,
    /** Folders of TensorFlow's SavedModel. */
    SAVED_MODEL,
    /** {@code model.json} of TensorFlow.js with its shards. */
    TFJS,
    /** {@code .onnx} files. */
    ONNX,
    /** Folders of ONNX's backend tests, with tensors. */
    ONNX_TEST,
    /** {@code .safetensors} with a list of modules. */
    SAFETENSORS,
    /** Lanewise's model file. */
    GGUF,
    /** Folders with {@code lanewise.json}, a tokenizer and examples. */
    FOLDER,
    /** Tokenizers, as JSON and pickled. */
    TOKENIZER,
    /** Arrays of numpy. */
    NPY,
    /** The bytes of a stream's state. */
    STATE
}
