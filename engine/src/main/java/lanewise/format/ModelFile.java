package lanewise.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.kernel.Kernels;
import lanewise.kernel.OffHeap;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * Lanewise's model file: GGUF version 3, little-endian, 64-byte aligned. Keys hold the layers
 * ({@code lanewise.layer.<n>.<field>}), the graph, text handling and labels; tensors hold the weights in Keras's layout
 * ({@code <n>.<role>}) and the examples. {@code docs/model-file.md} describes the format for other programs, and how
 * files of other versions are treated.
 *
 * <p>A file is read into memory of our own, and every byte of it is compared with a checksum.
 */
public final class ModelFile implements AutoCloseable {
    /**
     * The version of the format that this class writes; it reads this version and older ones. New keys and new names do
     * not raise it, see {@code docs/model-file.md}.
     */
    public static final int FORMAT = 1;

    private static final String ARCHITECTURE = "lanewise";
    private static final String ARITHMETIC = "lanewise.arithmetic";

    /** Before the name of a tensor: the key of the format of a matrix with narrow weights. */
    private static final String FORMAT_OF = "lanewise.weights.";
    /** Behind the name of a tensor: the tensor of its scales. */
    private static final String SCALE = ".scale";

    /** Before the name of a tensor: an array of an example. */
    private static final String EXAMPLE = "example.";
    private static final int ALIGNMENT = 64;

    /** The memory of the weights; null if they are in Java's heap. */
    private final Arena arena;
    private final int arithmetic;
    private final ModelSpec spec;
    private final Weights weights;
    private final Examples examples;
    private final int tensorCount;

    private ModelFile(PlainFile file, Arena arena, GgufTensors.Memory memory) {
        this.arena = arena;
        try {
            GgufReader head = new GgufReader(file);
            Keys keys = new Keys(file.path().toString(), head.keys());
            check(keys);
            arithmetic = keys.has(ARITHMETIC) ? keys.integer(ARITHMETIC) : 0;
            // checked before anything is made of it
            Map<String, GgufTensors.Tensor> tensors = new GgufTensors(file, head, memory).tensors();
            spec = new ModelSpec(keys.string("general.name"), new SpecReader(keys).graph(0), TextKeys.read(keys),
                    keys.strings("lanewise.labels"));
            weights = weights(keys, tensors);
            examples = examples(keys, tensors);
            keys.checkRequired();
            tensorCount = tensors.size();
        } catch (InvalidSpecException e) {
            close();
            throw new ModelFileException(file.path() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a file, with its weights in off-heap memory.
     *
     * @param path the file
     * @return its contents
     * @throws ModelFileException if it is missing, damaged, not a model file, or contains something that only a newer
     *                            Lanewise knows
     */
    public static ModelFile open(Path path) {
        try (PlainFile file = PlainFile.open(path)) {
            return open(file);
        }
    }

    /**
     * Reads the bytes of a file, with its weights in off-heap memory.
     *
     * @param bytes all bytes of a file
     * @return its contents
     * @throws ModelFileException as {@link #open(Path)}
     */
    public static ModelFile open(byte[] bytes) {
        try (PlainFile file = PlainFile.of(bytes)) {
            return open(file);
        }
    }

    /** Opens a file that is open for reading. */
    static ModelFile open(PlainFile file) {
        Arena arena = OffHeap.confined();
        return new ModelFile(file, arena, (name, bytes) -> name.startsWith(EXAMPLE) ? heap(file, name, bytes)
                : arena.allocate(bytes, ALIGNMENT));
    }

    /**
     * Reads a file, with its weights in Java's heap, where they stay valid after closing.
     *
     * @param path the file
     * @return its contents
     * @throws ModelFileException as {@link #open}, or if a tensor has 2 GiB or more
     */
    public static ModelFile read(Path path) {
        try (PlainFile file = PlainFile.open(path)) {
            return new ModelFile(file, null, (name, bytes) -> heap(file, name, bytes));
        }
    }

    private static MemorySegment heap(PlainFile file, String name, long bytes) {
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new ModelFileException(file.path() + ": tensor " + name + " has " + bytes
                    + " bytes, more than Java's heap can hold as one; open the file with Model.open");
        }
        return MemorySegment.ofArray(new byte[(int) bytes]);
    }

    /**
     * The version of the arithmetic of the release that wrote the file.
     *
     * @return as {@code Model.arithmeticVersion()} was there; 0 if the file does not say
     */
    public int arithmeticVersion() {
        return arithmetic;
    }

    /**
     * What the model is.
     *
     * @return layers, text handling, labels
     */
    public ModelSpec spec() {
        return spec;
    }

    /**
     * The trained weights.
     *
     * @return arrays that are valid until {@link #close}
     */
    public Weights weights() {
        return weights;
    }

    /**
     * The examples to verify the model with.
     *
     * @return calls and expected outputs, perhaps none; they stay valid after closing
     */
    public Examples examples() {
        return examples;
    }

    /**
     * How many tensors have been compared with their checksums: all.
     *
     * @return their number
     */
    public int tensors() {
        return tensorCount;
    }

    /** Frees the memory of the weights. Closing twice does nothing. */
    @Override
    public void close() {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
    }

    /**
     * Writes a model. The file is written completely or not at all.
     *
     * @param path     where; an existing file is replaced
     * @param spec     what the model is
     * @param weights  its weights
     * @param examples calls with expected outputs
     * @throws ModelFileException if the file can't be written
     */
    public static void write(Path path, ModelSpec spec, Weights weights, Examples examples) {
        GgufWriter out = collect(spec, weights, examples);
        WholeFile.write(path, out::write);
    }

    private static GgufWriter collect(ModelSpec spec, Weights weights, Examples examples) {
        GgufWriter out = new GgufWriter(ARCHITECTURE);
        out.put("general.name", spec.name());
        out.put(Keys.FORMAT, FORMAT);
        out.put(ARITHMETIC, Kernels.ARITHMETIC);
        SpecWriter writer = new SpecWriter(out);
        writer.write(spec.graph());
        eachArray(spec.graph(), (name, key) -> {
            if (weights.narrow().containsKey(key)) {
                writer.require(FORMAT_OF + name);
            }
        });
        writer.writeRequired();
        if (spec.text() != null) {
            TextKeys.write(out, spec.text());
        }
        out.putStrings("lanewise.labels", spec.labels());
        weights.accuracy().ifPresent(accuracy -> AccuracyKeys.write(out, accuracy));
        eachArray(spec.graph(), (name, key) -> {
            if (weights.narrow().containsKey(key)) {
                writeNarrow(out, name, weights.narrow().get(key));
            } else if (weights.arrays().containsKey(key)) {
                writeArray(out, name, weights.arrays().get(key));
            }
        });
        writeExamples(out, examples);
        return out;
    }

    private static void writeExamples(GgufWriter out, Examples examples) {
        out.put("lanewise.examples", examples.calls().size());
        out.put("lanewise.examples.absolute", examples.absolute());
        out.put("lanewise.examples.relative", examples.relative());
        for (int c = 0; c < examples.calls().size(); c++) {
            Example call = examples.calls().get(c);
            String prefix = EXAMPLE + c + ".";
            out.put("lanewise." + prefix + "reset", call.reset());
            out.put("lanewise." + prefix + "inputs", call.inputs().size());
            out.put("lanewise." + prefix + "outputs", call.outputs().size());
            for (int i = 0; i < call.inputs().size(); i++) {
                writeArray(out, prefix + "input." + i, call.inputs().get(i));
            }
            for (int i = 0; i < call.outputs().size(); i++) {
                writeArray(out, prefix + "output." + i, call.outputs().get(i));
            }
        }
    }

    private static void writeArray(GgufWriter out, String name, TensorData data) {
        if (data.dtype() == DType.STRING) {
            out.putStrings("lanewise." + name, data.strings());
            out.putInts("lanewise.shape." + name, data.shape().dims());
        } else {
            out.putTensor(name, data);
        }
    }

    /** The words as a matrix of integers, beside the shape of the array that they stand for. */
    private static void writeNarrow(GgufWriter out, String name, NarrowArray array) {
        out.put(FORMAT_OF + name, WireConstants.name(array.format()));
        Shape words = Shape.of(array.format().wordRows(array.rows()), array.columns());
        out.putTensor(name, new TensorData(DType.INT32, words, array.words(), List.of()), array.shape());
        if (array.format() == WeightFormat.INT16) {
            out.putTensor(name + SCALE, TensorData.of(Shape.of(array.columns()), array.scales()));
        }
    }

    private static NarrowArray readNarrow(Keys keys, Map<String, GgufTensors.Tensor> tensors, String name) {
        WeightFormat format = keys.constant(FORMAT_OF + name, WeightFormat.class);
        GgufTensors.Tensor words = find(keys, tensors, name);
        try {
            float[] scales = format == WeightFormat.INT16 ? tensor(keys, tensors, name + SCALE).toFloats()
                    : new float[0];
            if (words.type() != GgufType.TENSOR_I32) {
                throw new InvalidSpecException("its words are not I32");
            }
            return new NarrowArray(format, keys.shape("lanewise.shape." + name), words.data(), scales);
        } catch (InvalidSpecException e) {
            throw new ModelFileException(keys.file() + ": tensor " + name + ": " + e.getMessage());
        }
    }

    private static void check(Keys keys) {
        if (!keys.string("general.architecture").equals(ARCHITECTURE)) {
            throw new ModelFileException(keys.file() + " is a GGUF file of a " + keys.string("general.architecture")
                    + " model, not of Lanewise");
        }
        int format = keys.integer(Keys.FORMAT);
        if (format < 1 || format > FORMAT) {
            throw new ModelFileException(keys.file() + " has format " + format + ", this version reads up to " + FORMAT
                    + "; use a newer Lanewise");
        }
    }

    /** The names of all arrays that the layers may have, with their keys in {@link Weights}. */
    private static void eachArray(Graph graph, BiConsumer<String, String> visitor) {
        int[] number = {0};
        graph.walk((path, layer) -> {
            int n = number[0]++;
            layer.weightRoles().forEach(role -> visitor.accept(n + "." + role, path + "/" + role));
        });
    }

    private Weights weights(Keys keys, Map<String, GgufTensors.Tensor> tensors) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        Map<String, NarrowArray> narrow = new LinkedHashMap<>();
        eachArray(spec.graph(), (name, key) -> {
            if (keys.has("lanewise." + name)) {
                arrays.put(key, strings(keys, name));
            } else if (keys.has(FORMAT_OF + name)) {
                narrow.put(key, readNarrow(keys, tensors, name));
            } else if (tensors.containsKey(name)) {
                arrays.put(key, tensor(keys, tensors, name));
            }
        });
        return new Weights(arrays, narrow, AccuracyKeys.read(keys, spec.graph().outputs()));
    }

    private static TensorData strings(Keys keys, String name) {
        try {
            return TensorData.of(keys.shape("lanewise.shape." + name), keys.strings("lanewise." + name));
        } catch (InvalidSpecException e) {
            throw new ModelFileException(keys.file() + ": lanewise." + name + ": " + e.getMessage());
        }
    }

    private static GgufTensors.Tensor find(Keys keys, Map<String, GgufTensors.Tensor> tensors, String name) {
        GgufTensors.Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelFileException(keys.file() + ": tensor " + name + " is missing");
        }
        return tensor;
    }

    private static TensorData tensor(Keys keys, Map<String, GgufTensors.Tensor> tensors, String name) {
        GgufTensors.Tensor tensor = find(keys, tensors, name);
        // the empty list of a single value's sizes can't be written; its tensor has one axis of size 1
        boolean single = tensor.dims().length == 1 && tensor.dims()[0] == 1;
        Shape shape = keys.has("lanewise.shape." + name) ? keys.shape("lanewise.shape." + name)
                : single ? Shape.SCALAR : Shape.of(tensor.dims());
        try {
            if (tensor.type() == GgufType.TENSOR_I8) {
                byte[] bytes = tensor.data().toArray(ValueLayout.JAVA_BYTE);
                int[] values = new int[bytes.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes[i];
                }
                return TensorData.of(DType.BOOL, shape, values);
            }
            DType type = tensor.type() == GgufType.TENSOR_F32 ? DType.FLOAT32
                    : tensor.type() == GgufType.TENSOR_I64 ? DType.INT64 : DType.INT32;
            return new TensorData(type, shape, tensor.data(), List.of());
        } catch (InvalidSpecException e) {
            throw new ModelFileException(keys.file() + ": tensor " + name + ": " + e.getMessage());
        }
    }

    private static Examples examples(Keys keys, Map<String, GgufTensors.Tensor> tensors) {
        List<Example> calls = new ArrayList<>();
        int count = keys.integer("lanewise.examples");
        for (int c = 0; c < count; c++) {
            String prefix = EXAMPLE + c + ".";
            calls.add(new Example(keys.bool("lanewise." + prefix + "reset"),
                    example(keys, tensors, prefix + "input.", keys.integer("lanewise." + prefix + "inputs")),
                    example(keys, tensors, prefix + "output.", keys.integer("lanewise." + prefix + "outputs"))));
        }
        return new Examples(calls, keys.number("lanewise.examples.absolute"),
                keys.number("lanewise.examples.relative"));
    }

    private static List<TensorData> example(Keys keys, Map<String, GgufTensors.Tensor> tensors, String prefix,
            int count) {
        List<TensorData> arrays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + i;
            arrays.add(keys.has("lanewise." + name) ? strings(keys, name) : tensor(keys, tensors, name));
        }
        return arrays;
    }
}
