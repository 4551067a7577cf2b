package lanewise.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.FixedInputs;
import lanewise.files.Json;
import lanewise.files.Schema;
import lanewise.format.PlainFile;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;
import tools.jackson.databind.JsonNode;

/**
 * Reads a folder that holds a model and what Keras files don't store: {@code tokenizer.json} or
 * {@code tokenizer.pickle}, and {@code lanewise.json}, whose keys {@link Schema#SETTINGS} describes.
 */
final class ModelFolder {
    private static final String SETTINGS = "lanewise.json";
    private static final String SAVED_MODEL = "saved_model.pb";
    private static final List<String> TOKENIZERS = List.of("tokenizer.json", "tokenizer.pickle", "tokenizer.pkl");
    private static final List<String> MODEL_SUFFIXES = List.of(".keras", ".gguf", ".h5", ".hdf5", ".pb", ".onnx",
            ".safetensors");

    private ModelFolder() {}

    static Imported read(Path folder, ImportOptions options) {
        Path settings = folder.resolve(SETTINGS);
        JsonNode root = ExternalFile.beside(settings, SETTINGS).map(ModelFolder::settings)
                .orElseGet(() -> Json.parse(SETTINGS, "{}"));
        Path model = root.has("model") ? file(settings, root, "model") : onlyModel(folder);
        FixedInputs fixed = fixed(FixedInputs.read(settings.toString(), root), options);
        Imported imported = configure(Importer.readFile(model, options.custom(), fixed), folder, settings, root);
        return root.has("examples")
                ? imported.with(examples(file(settings, root, "examples"), imported.spec())) : imported;
    }

    /** What is fixed in a folder, by the settings that the options name, and by the options; later ones win. */
    static FixedInputs fixed(FixedInputs folder, ImportOptions options) {
        FixedInputs named = options.settings()
                .map(settings -> FixedInputs.read(settings.toString(), settings(settings))).orElse(FixedInputs.NONE);
        return folder.and(named).and(options.fixed());
    }

    /** Adds the text handling and labels of the files that the options name. */
    static Imported configure(Imported imported, ImportOptions options) {
        Imported configured = imported;
        Path settings = options.settings().orElse(null);
        JsonNode root = settings == null ? Json.parse("", "{}") : settings(settings);
        if (settings != null) {
            configured = configure(imported, settings.toAbsolutePath().getParent(), settings, root);
        }
        if (options.tokenizer().isPresent()) {
            Path tokenizer = options.tokenizer().get();
            TextInput input = textInput(settings == null ? tokenizer : settings, root.path("text"),
                    TokenizerReader.read(tokenizer), imported.spec());
            configured = configured.with(configured.spec().with(input, configured.spec().labels()));
        }
        return configured;
    }

    private static Imported configure(Imported imported, Path folder, Path settings, JsonNode root) {
        ModelSpec spec = imported.spec();
        List<String> labels = root.has("labels") ? strings(root, "labels") : spec.labels();
        JsonNode text = root.path("text");
        Optional<Path> tokenizer = text.has("tokenizer") ? Optional.of(file(settings, text, "tokenizer"))
                : TOKENIZERS.stream().flatMap(name -> ExternalFile.beside(folder.resolve(SETTINGS), name).stream())
                        .findFirst();
        TextInput input = spec.text();
        if (text.isObject() || tokenizer.isPresent()) {
            input = textInput(settings, text, TokenizerReader.read(tokenizer.orElseThrow(() -> new ModelFileException(
                    settings + " says how texts become ids, but there is no file "
                            + folder.resolve(TOKENIZERS.getFirst()) + Schema.SETTINGS.see("text")))),
                    spec);
        }
        return imported.with(spec.with(input, labels));
    }

    /**
     * Reads how texts become ids.
     *
     * @param settings  the file, for messages
     * @param text      its object {@code text}
     * @param tokenizer cuts texts
     * @param spec      the model
     */
    static TextInput textInput(Path settings, JsonNode text, Tokenizer tokenizer, ModelSpec spec) {
        List<CleaningRule> cleaning = strings(text, "cleaning").stream()
                .map(id -> CleaningRule.valueOf(id.toUpperCase(Locale.ROOT))).toList();
        // the model's own length is what its texts were padded to
        int length = spec.graph().inputs().size() == 1 && spec.graph().inputLayers().getFirst().shape().rank() == 2
                ? Math.max(0, spec.graph().inputLayers().getFirst().shape().dim(1)) : 0;
        JsonNode maxlen = text.path("maxlen");
        int steps = Json.isInt(maxlen) ? maxlen.intValue() : length;
        if (length > 0 && steps != length) {
            throw new ModelFileException(
                    settings + ": 'text.maxlen' is " + steps + ", but the model takes " + length + " ids: write "
                            + length + ", or leave it out" + Schema.SETTINGS.see("text"));
        }
        PadSequences padding = new PadSequences(steps, side(text, "padding"), side(text, "truncating"),
                text.has("value") ? Json.real(text.get("value")) : 0);
        return new TextInput(cleaning, tokenizer, padding);
    }

    private static PadSequences.Side side(JsonNode text, String key) {
        return text.path(key).asString("pre").equals("post") ? PadSequences.Side.POST : PadSequences.Side.PRE;
    }

    private static Path onlyModel(Path folder) {
        List<String> models;
        try (Stream<Path> files = Files.list(folder)) {
            models = files.map(file -> file.getFileName().toString()).filter(ModelFolder::isModel).sorted().toList();
        } catch (IOException e) {
            throw PlainFile.unreadable(folder, e);
        }
        if (models.contains(SAVED_MODEL)) {
            models = List.of(SAVED_MODEL);
        }
        for (String config : List.of("model.json", "config.json")) {
            if (models.isEmpty() && Files.exists(folder.resolve(config))) {
                models = List.of(config);
            }
        }
        if (models.size() == 1) {
            return ExternalFile.resolve(folder.resolve(SETTINGS), models.getFirst());
        }
        throw new ModelFileException(
                folder + (models.isEmpty() ? " holds no model: expected a file ending in " + MODEL_SUFFIXES
                        : " holds several models: " + models + "; name one in "
                                + SETTINGS
                                + " as \"model\"" + Schema.SETTINGS.see("model")));
    }

    private static boolean isModel(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return MODEL_SUFFIXES.stream().anyMatch(lower::endsWith) && !lower.endsWith(".weights.h5");
    }

    private static Examples examples(Path file, ModelSpec spec) {
        JsonNode root = Json.read(file);
        Schema.EXAMPLES.check(file.toString(), root);
        List<LayerSpec.InputLayer> inputs = spec.graph().inputLayers();
        List<Example> calls = new ArrayList<>();
        for (JsonNode row : root.path("rows")) {
            List<TensorData> given = new ArrayList<>();
            List<TensorData> expected = new ArrayList<>();
            for (JsonNode input : row.path("inputs")) {
                LayerSpec.InputLayer layer = given.size() < inputs.size() ? inputs.get(given.size()) : null;
                given.add(array(file, input, layer == null || layer.dtype() == DType.FLOAT32,
                        layer == null ? 0 : layer.rowAxis()));
            }
            for (JsonNode output : row.path("outputs")) {
                List<Graph.Output> outputs = spec.graph().outputs();
                expected.add(array(file, output, true,
                        expected.size() < outputs.size() ? outputs.get(expected.size()).rowAxis() : 0));
            }
            calls.add(new Example(false, given, expected));
        }
        return new Examples(calls, root.path("absolute").asDouble(1e-5), root.path("relative").asDouble(1e-5));
    }

    /** One row of an input or output, with an axis of one row put in where the model has its rows, if it has any. */
    private static TensorData array(Path file, JsonNode node, boolean floats, int rowAxis) {
        if (node.isString()) {
            return TensorData.of(Shape.of(1), List.of(node.stringValue()));
        }
        List<Integer> shape = new ArrayList<>();
        float[] values = Json.numbers(file.toString(), node, shape);
        if (rowAxis >= 0) {
            shape.add(Math.min(rowAxis, shape.size()), 1);
        }
        if (floats) {
            return TensorData.of(new Shape(shape), values);
        }
        int[] integers = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = (int) values[i];
        }
        return TensorData.of(DType.INT32, new Shape(shape), integers);
    }

    /** Reads settings, which are as their schema wants them. */
    private static JsonNode settings(Path file) {
        JsonNode root = Json.read(file);
        Schema.SETTINGS.check(file.toString(), root);
        return root;
    }

    /** A file that the settings name. */
    private static Path file(Path settings, JsonNode object, String key) {
        return ExternalFile.resolve(settings, object.get(key).stringValue());
    }

    private static List<String> strings(JsonNode object, String key) {
        return object.path(key).valueStream().map(JsonNode::stringValue).toList();
    }
}
