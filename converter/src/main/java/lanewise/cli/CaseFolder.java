package lanewise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.files.Json;
import lanewise.files.Npy;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * A folder with {@code case.json}: model files, and calls with inputs and the outputs that Keras gave; or files that
 * must be refused; or a tokenizer with its answers.
 */
final class CaseFolder {
    /** The file that makes a folder a case. */
    static final String DESCRIPTION = "case.json";

    private final Path folder;
    private final JsonNode root;

    private CaseFolder(Path folder, JsonNode root) {
        this.folder = folder;
        this.root = root;
    }

    static CaseFolder read(Path folder) {
        return new CaseFolder(folder, Json.read(folder.resolve(DESCRIPTION)));
    }

    /** Group and name. */
    String name() {
        return root.hasNonNull("group") ? root.get("group").asString("") + "/" + root.path("name").asString("")
                : root.path("name").asString(folder.getFileName().toString());
    }

    /** What is to be checked: predict, reject, tokenizer or padding. */
    String kind() {
        return root.path("kind").asString("predict");
    }

    /** Strings that the message of a refusal must contain. */
    List<String> messageNames() {
        List<String> names = new ArrayList<>();
        root.path("message_names").forEach(name -> names.add(name.asString("")));
        return names;
    }

    /** Something that reads one of the case's model files. */
    interface Reader {
        Imported read();
    }

    /** The model files under what they are; each is to be read on its own. */
    Map<String, Reader> models() {
        JsonNode files = root.path("files");
        Map<String, Reader> readers = new LinkedHashMap<>();
        for (String key : files.propertyNames()) {
            Path file = folder.resolve(files.get(key).asString(""));
            switch (key) {
                case "weights" -> {
                }
                case "config" -> {
                    Path weights = folder.resolve(files.path("weights").asString(""));
                    readers.put(key, () -> Importer.read(file, ImportOptions.DEFAULT.withWeights(weights)));
                }
                default -> readers.put(key, () -> Importer.read(file));
            }
        }
        return readers;
    }

    /** The calls with their expected outputs. */
    Examples examples() {
        List<Example> calls = new ArrayList<>();
        for (JsonNode call : root.path("calls")) {
            calls.add(new Example(call.path("reset").asBoolean(false), arrays(call.path("inputs")),
                    arrays(call.path("outputs"))));
        }
        JsonNode tolerance = root.path("tolerance");
        return new Examples(calls, tolerance.path("absolute").asDouble(1e-5),
                tolerance.path("relative").asDouble(1e-5));
    }

    private List<TensorData> arrays(JsonNode list) {
        List<TensorData> arrays = new ArrayList<>();
        for (JsonNode item : list) {
            Path file = folder.resolve(item.path("file").asString(""));
            arrays.add(file.toString().endsWith(".npy") ? Npy.read(file) : strings(file));
        }
        return arrays;
    }

    private static TensorData strings(Path file) {
        JsonNode array = Json.read(file);
        List<Integer> shape = new ArrayList<>();
        array.path("shape").forEach(dim -> shape.add(dim.intValue()));
        List<String> strings = new ArrayList<>();
        array.path("data").forEach(text -> strings.add(text.asString("")));
        return TensorData.of(new Shape(shape), strings);
    }

    /** A JSON file of the case. */
    JsonNode file(String key) {
        return Json.read(path(key));
    }

    /** Where a file of the case lies. */
    Path path(String key) {
        return folder.resolve(root.path("files").path(key).asString(""));
    }
}
