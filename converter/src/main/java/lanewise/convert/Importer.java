package lanewise.convert;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import lanewise.Model;
import lanewise.error.InvalidSpecException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.ExternalFile;
import lanewise.files.FixedInputs;
import lanewise.files.Json;
import lanewise.files.Safetensors;
import lanewise.files.TemporaryFile;
import lanewise.format.ModelFile;
import lanewise.format.PlainFile;
import lanewise.onnx.OnnxFile;
import lanewise.onnx.OnnxModel;
import lanewise.onnx.OnnxTestFolder;
import lanewise.options.Budget;
import lanewise.options.CustomLayers;
import lanewise.options.Limit;
import lanewise.spec.Examples;
import tools.jackson.core.JacksonException;

/**
 * Opens models that other programs saved. The format is detected from the file's content, not from its name. These
 * formats are supported:
 *
 * <ul>
 * <li>a {@code .keras} archive of Keras 3, or its unpacked folder
 * <li>a whole-model HDF5 file of Keras 1, 2 or 3
 * <li>{@code model.json} with a weights file of {@code model.save_weights()} beside it
 * <li>{@code saved_model.pb} of a SavedModel of Keras 2, or its folder
 * <li>{@code model.json} of a TensorFlow.js layers model, with its shards beside it
 * <li>a file written by {@code models/export/lanewise_export.py}, in either format
 * <li>an {@code .onnx} file, with its external data beside it, or the folder of an ONNX backend test
 * <li>a {@code .safetensors} file with PyTorch's weights, and beside it a JSON file that lists the modules
 * <li>a {@code .gguf} file written by Lanewise
 * <li>a folder with one of these, and {@code lanewise.json} or {@code tokenizer.json} beside it
 * </ul>
 *
 * <p>{@link #open(Path)} returns a model that is ready to run; {@link #read(Path)} returns its description, weights and
 * examples. Any number of threads may call these methods at once. None takes or returns null.
 */
public final class Importer {
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};
    /** A message that starts with field 1, a string of that many bytes. */
    private static final byte[] EXPORT = ("\n" + (char) ExportFile.KIND.length() + ExportFile.KIND)
            .getBytes(StandardCharsets.US_ASCII);
    /** A message whose field 1, the schema's version, is 1, and whose field 2 holds the graphs. */
    private static final byte[] SAVED_MODEL = {8, 1, 0x12};
    private static final int HEAD_BYTES = 64;
    private static final String WEIGHTS_SUFFIX = ".weights.h5";

    private Importer() {}

    /**
     * Opens a model with {@link ImportOptions#DEFAULT}.
     *
     * @param path a file or folder
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if a file is missing, damaged, or of an unknown format
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Model open(Path path) {
        return open(path, ImportOptions.DEFAULT);
    }

    /**
     * Opens a model.
     *
     * @param path    a file or folder
     * @param options files that belong to it, custom layers, and how it runs
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if a file is missing, damaged, or of an unknown format
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Model open(Path path, ImportOptions options) {
        return Budget.within(options.model().limits(), () -> openWithin(path, options));
    }

    /**
     * Opens a model of one file from its bytes. Those of a {@code .gguf} file are read where they are; of other formats
     * they are copied into a temporary folder that only this user may read, which is deleted before this method
     * returns.
     *
     * @param bytes   all bytes of a file
     * @param options files that belong to it, custom layers, and how it runs
     * @return the model, which does not keep the bytes; close it when it is no longer needed
     * @throws ModelFileException        if they are damaged, of an unknown format, or of one that needs further files
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Model open(byte[] bytes, ImportOptions options) {
        return Budget.within(options.model().limits(), () -> startsWith(bytes, GGUF) && isAlone(options)
                ? Model.open(bytes, options.model())
                : TemporaryFile.with(bytes, path -> openWithin(path, options)));
    }

    /**
     * Opens a model of one file from a stream, which is read to its end, see {@link #open(byte[], ImportOptions)}. For
     * a resource on the class path:
     * {@code Importer.open(App.class.getResourceAsStream("/model.keras"), ImportOptions.DEFAULT)}.
     *
     * @param stream  all bytes of a file; stays open
     * @param options files that belong to it, custom layers, and how it runs
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if the stream fails, or what it holds is damaged, of an unknown format, or of
     *                                   one that needs further files
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it is longer than {@link Limit#STREAM}, or needs more than the limits allow
     */
    public static Model open(InputStream stream, ImportOptions options) {
        Objects.requireNonNull(stream, "there is no stream: is the resource where its name says?");
        return Budget.within(options.model().limits(), () -> open(PlainFile.bytes(stream), options));
    }

    private static boolean isAlone(ImportOptions options) {
        return options.weights().isEmpty() && options.settings().isEmpty() && options.tokenizer().isEmpty()
                && options.fixed().isEmpty();
    }

    private static Model openWithin(Path path, ImportOptions options) {
        if (isAlone(options) && Files.isRegularFile(path) && startsWith(PlainFile.head(path, HEAD_BYTES), GGUF)) {
            // weights are packed from off-heap memory, which is free again afterwards
            return Model.open(path, options.model());
        }
        return read(path, options).toModel(options.model());
    }

    /**
     * Reads a model with {@link ImportOptions#DEFAULT}.
     *
     * @param path a file or folder
     * @return its description, weights and examples
     * @throws ModelFileException        if a file is missing, damaged, or of an unknown format
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Imported read(Path path) {
        return read(path, ImportOptions.DEFAULT);
    }

    /**
     * Reads a model.
     *
     * @param path    a file or folder; with {@link ImportOptions#withWeights}, the file with the model's config
     * @param options files that belong to it, and custom layers; of {@link ImportOptions#model} the limits
     * @return its description, weights and examples
     * @throws ModelFileException        if a file is missing, damaged, or of an unknown format
     * @throws UnsupportedModelException if something in it can't be run exactly, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Imported read(Path path, ImportOptions options) {
        try {
            return Budget.within(options.model().limits(), () -> readWithin(path, options));
        } catch (InvalidSpecException | JacksonException e) {
            // whatever a reader did not find wrong itself
            throw new ModelFileException(path + ": " + e.getMessage(), e);
        }
    }

    private static Imported readWithin(Path path, ImportOptions options) {
        CustomLayers custom = options.custom();
        Imported imported;
        if (options.weights().isPresent()) {
            Path weights = options.weights().get();
            PlainFile.head(path, HEAD_BYTES);
            PlainFile.head(weights, HEAD_BYTES);
            refuse(path, options.fixed());
            imported = KerasFiles.configAndWeights(path, weights, custom);
        } else if (OnnxTestFolder.is(path)) {
            OnnxTestFolder.Test test = OnnxTestFolder.read(path, options.fixed());
            imported = imported(test.model(), custom).with(test.examples());
        } else {
            imported = Files.isDirectory(path) ? ModelFolder.read(path, options)
                    : readFile(path, custom, ModelFolder.fixed(FixedInputs.NONE, options));
        }
        return ModelFolder.configure(imported, options);
    }

    /** What is fixed of the inputs of a model of ONNX can't be fixed of another. */
    private static void refuse(Path path, FixedInputs fixes) {
        if (!fixes.isEmpty()) {
            Set<String> names = new LinkedHashSet<>(fixes.values().keySet());
            names.addAll(fixes.shapes().keySet());
            throw new UnsupportedModelException(List.of("the inputs " + names + " are given values or shapes, but "
                    + path + " is no ONNX file; only inputs of these can be fixed, when they are imported"));
        }
    }

    static Imported readFile(Path path, CustomLayers custom, FixedInputs fixes) {
        byte[] head = PlainFile.head(path, HEAD_BYTES);
        if (isOnnx(head)) {
            return imported(OnnxFile.read(path, fixes), custom);
        }
        refuse(path, fixes);
        return readOther(path, head, custom);
    }

    private static Imported readOther(Path path, byte[] head, CustomLayers custom) {
        if (startsWith(head, ZIP)) {
            return KerasFiles.archive(path, custom);
        } else if (startsWith(head, HDF5)) {
            Optional<Path> config = ExternalFile.beside(path, stem(path) + ".json");
            return config.isPresent() && !KerasFiles.isWholeModel(path)
                    ? KerasFiles.configAndWeights(config.get(), path, custom) : KerasFiles.hdf5(path, custom);
        } else if (startsWith(head, GGUF)) {
            return gguf(path, custom);
        } else if (startsWith(head, EXPORT)) {
            return ExportFile.binary(path, custom);
        } else if (startsWith(head, SAVED_MODEL)) {
            return SavedModelFolder.read(path, custom);
        } else if (Safetensors.is(head)) {
            String modules = stem(path) + ".json";
            return TorchFile.read(ExternalFile.beside(path, modules).orElseThrow(() -> new ModelFileException(
                    path + " holds weights alone; put a list of the modules beside it, " + modules
                            + " (docs/importing.md#pytorch-weights), or export the model with torch.onnx.export")),
                    custom);
        } else if (KerasFiles.looksLikeJson(head)) {
            return json(path, custom);
        }
        throw new ModelFileException(path + " is no model file of a known format: it " + (head.length == 0 ? "is empty"
                : "begins like none of them")
                + "; supported are .keras archives, whole-model .h5 files, model.json with model.weights.h5, files "
                + "of lanewise_export.py, model.json of TensorFlow.js, SavedModel folders of Keras 2, .onnx files, "
                + ".safetensors with a list of modules, and .gguf files of Lanewise");
    }

    private static Imported imported(OnnxModel model, CustomLayers custom) {
        return new Imported(model.spec(), model.weights(), Examples.NONE, model.source(), custom)
                .withFixed(model.inputs(), model.fixed());
    }

    /**
     * Whether a file begins like a message of ONNX: a version of the format, then the producer, the graph or the
     * operators' versions.
     */
    private static boolean isOnnx(byte[] head) {
        return head.length > 2 && head[0] == 8 && head[1] > 1 && head[1] < 32
                && List.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42).contains((int) head[2]);
    }

    private static Imported json(Path path, CustomLayers custom) {
        List<String> names = Json.names(path);
        return names.contains("architecture") ? ExportFile.json(path, custom)
                : names.contains("modelTopology") ? TfjsFile.read(path, custom)
                        : names.contains("pytorch") ? TorchFile.read(path, custom)
                                : KerasFiles.configAndWeights(path, weightsBeside(path), custom);
    }

    private static boolean startsWith(byte[] head, byte[] magic) {
        return head.length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
    }

    private static String stem(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(WEIGHTS_SUFFIX) ? name.substring(0, name.length() - WEIGHTS_SUFFIX.length())
                : name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private static Path weightsBeside(Path config) {
        List<String> candidates = List.of(stem(config) + WEIGHTS_SUFFIX, stem(config) + ".h5",
                stem(config) + "_weights.h5", "model" + WEIGHTS_SUFFIX, "weights.h5");
        return candidates.stream().flatMap(name -> ExternalFile.beside(config, name).stream()).findFirst()
                .orElseThrow(() -> new ModelFileException(config
                        + " is a model's config, but its weights are not beside it: its folder holds none of "
                        + candidates + "; put them there under one of these names, or name their file with"
                        + " ImportOptions.withWeights"));
    }

    private static Imported gguf(Path path, CustomLayers custom) {
        try (ModelFile file = ModelFile.read(path)) {
            return new Imported(file.spec(), file.weights(), file.examples(),
                    "Lanewise model file, the checksums of its "
                            + file.tensors() + " tensors are right",
                    custom);
        }
    }
}
