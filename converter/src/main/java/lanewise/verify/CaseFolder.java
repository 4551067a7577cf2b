package lanewise.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.FixedInputs;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.files.Npy;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * A folder with {@code case.json}: model files, and calls with inputs and the outputs that Keras gave; or files that
 * must be refused; or a tokenizer with its answers.
 */
public final class CaseFolder {
    /** The file that makes a folder a case. */
    public static final String DESCRIPTION = "case.json";

    /** Where the description states none. */
    private static final double TOLERANCE = 1e-5;

    private final Path folder;
    private final JsonNode root;

    private CaseFolder(Path folder, JsonNode root) {
        this.folder = folder;
        this.root = root;
    }

    /**
     * Whether a folder is a case.
     *
     * @param folder the folder
     * @return whether it has a description
     */
    public static boolean is(Path folder) {
        return Files.exists(folder.resolve(DESCRIPTION));
    }

    /**
     * Finds the cases in a tree of folders.
     *
     * @param root the top of the tree
     * @return the folders of all cases, sorted
     * @throws ModelFileException if the tree can't be read
     */
    public static List<Path> below(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.endsWith(DESCRIPTION)).map(Path::getParent).sorted().toList();
        } catch (IOException e) {
            throw new ModelFileException(root + " can't be read: " + e, e);
        }
    }

    /**
     * Reads what a case is; its model files are read later, one by one.
     *
     * @param folder the folder
     * @return the case
     * @throws ModelFileException if the description is missing or damaged, or a file that it names is missing
     */
    public static CaseFolder read(Path folder) {
        JsonNode root = Json.read(folder.resolve(DESCRIPTION));
        CaseFolder read = new CaseFolder(folder, root);
        read.need(root.isObject(), "is no object");
        read.need(!root.has("kind") || root.get("kind").isString(), "its kind is " + root.get("kind")
                + ", expected predict, reject, tokenizer or padding");
        JsonNode files = root.path("files");
        read.need(files.isObject() && !files.isEmpty(), "it names no files");
        for (String key : files.propertyNames()) {
            read.need(files.get(key).isString(), "its file '" + key + "' is " + files.get(key)
                    + ", expected a name");
            read.path(key);
        }
        return read;
    }

    private void need(boolean good, String what) {
        if (!good) {
            throw new ModelFileException(folder.resolve(DESCRIPTION) + ": " + what);
        }
    }

    /** The folder of the case. */
    Path folder() {
        return folder;
    }

    /**
     * The group that the case is in, a slash, and its name.
     *
     * @return the name alone if there is no group
     */
    public String name() {
        return root.hasNonNull("group") ? root.get("group").asString("") + "/" + root.path("name").asString("")
                : root.path("name").asString(folder.getFileName().toString());
    }

    /**
     * What is to be checked.
     *
     * @return predict, reject, tokenizer or padding; another word if the description has one that is not known here
     */
    public String kind() {
        return root.path("kind").asString("predict");
    }

    /** Strings that the message of a refusal must contain. */
    List<String> messageNames() {
        List<String> names = new ArrayList<>();
        root.path("message_names").forEach(name -> names.add(name.asString("")));
        return names;
    }

    /** Something that reads one of the case's model files. */
    public interface Reader {
        /**
         * Reads the file.
         *
         * @return the model
         * @throws ModelFileException                        if the file is missing or damaged
         * @throws lanewise.error.UnsupportedModelException if something in it can't be run
         */
        Imported read();
    }

    /** What the case fixes of the inputs of its ONNX file, and what the options fix; the latter wins. */
    private ImportOptions fixing(ImportOptions options) {
        FixedInputs fixed = FixedInputs.read(folder.resolve(DESCRIPTION).toString(), root)
                .and(new FixedInputs(options.inputValues(), options.inputShapes()));
        ImportOptions all = options;
        for (Map.Entry<String, TensorData> value : fixed.values().entrySet()) {
            all = all.withInputValue(value.getKey(), value.getValue());
        }
        for (Map.Entry<String, Shape> shape : fixed.shapes().entrySet()) {
            all = all.withInputShape(shape.getKey(), shape.getValue());
        }
        return all;
    }

    /**
     * The model files of the case. Each holds the same model and is read on its own. The keys {@code set} and
     * {@code shape} of the description fix inputs of an ONNX file.
     *
     * @param options how they are read
     * @return a reader for each, by the kind of file, in the order of the description
     */
    public Map<String, Reader> models(ImportOptions options) {
        JsonNode files = root.path("files");
        Map<String, Reader> readers = new LinkedHashMap<>();
        for (String key : files.propertyNames()) {
            Path file = path(key);
            switch (key) {
                case "weights" -> {
                }
                case "config" -> {
                    Path weights = path("weights");
                    readers.put(key, () -> Importer.read(file, options.withWeights(weights)));
                }
                case "onnx" -> readers.put(key, () -> Importer.read(file, fixing(options)));
                default -> readers.put(key, () -> Importer.read(file, options));
            }
        }
        return readers;
    }

    /**
     * Reads the calls with the outputs that are expected of them.
     *
     * @return the calls, with the tolerance of the case
     * @throws ModelFileException if an array is missing or damaged
     */
    public Examples examples() {
        List<Example> calls = new ArrayList<>();
        for (JsonNode call : root.path("calls")) {
            need(!call.has("reset") || call.get("reset").isBoolean(), "a call's reset is "
                    + call.get("reset") + ", expected true or false");
            calls.add(new Example(call.path("reset").asBoolean(false), arrays(call, "inputs"),
                    arrays(call, "outputs")));
        }
        need(!calls.isEmpty(), "it has no calls, so it checks nothing");
        return new Examples(calls, tolerance("absolute"), tolerance("relative"));
    }

    private double tolerance(String key) {
        JsonNode value = root.path("tolerance").path(key);
        boolean given = !value.isMissingNode();
        need(!given || value.isNumber() && Json.real(value) >= 0 && Double.isFinite(Json.real(value)),
                "its " + key + " tolerance is " + value + ", expected a number from 0 up");
        return given ? Json.real(value) : TOLERANCE;
    }

    private List<TensorData> arrays(JsonNode call, String key) {
        JsonNode list = call.path(key);
        need(list.isArray() && !list.isEmpty(), "a call has no " + key + ", so it checks nothing");
        List<TensorData> arrays = new ArrayList<>();
        for (JsonNode item : list) {
            need(item.path("file").isString(), "one of the " + key + " names no file");
            Path file = ExternalFile.resolve(folder.resolve(DESCRIPTION), item.get("file").stringValue());
            arrays.add(file.toString().endsWith(".npy") ? Npy.read(file)
                    : JsonArray.read(file.toString(), Json.read(file), type(item)));
        }
        return arrays;
    }

    private static DType type(JsonNode item) {
        return item.path("dtype").asString("string").equals("string") ? DType.STRING : DType.FLOAT32;
    }

    /** A JSON file of the case. */
    JsonNode file(String key) {
        return Json.read(path(key));
    }

    /** Where a file of the case lies. */
    Path path(String key) {
        return ExternalFile.resolveTree(folder.resolve(DESCRIPTION), root.path("files").path(key).asString(""));
    }
}
