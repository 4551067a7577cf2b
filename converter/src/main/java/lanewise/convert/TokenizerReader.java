package lanewise.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.files.Json;
import lanewise.files.Pickle;
import lanewise.format.PlainFile;
import lanewise.text.Tokenizer;
import tools.jackson.databind.JsonNode;

/**
 * Reads a Keras {@code Tokenizer}: what its {@code to_json()} writes, an object with class_name and config, whose
 * vocabulary stands in strings that are JSON themselves (keras/src/legacy/preprocessing/text.py), or the pickle of one,
 * whose attributes have the same names.
 */
public final class TokenizerReader {
    private static final Set<String> OPTIONS = Set.of("num_words", "filters", "lower", "split", "char_level",
            "oov_token",
            "document_count", "word_counts", "word_docs", "index_docs", "index_word", "word_index", "analyzer");
    /** Where the class has lived: keras_preprocessing, keras, tf_keras, tensorflow. */
    private static final String MODULES = "(keras_preprocessing|keras|tf_keras|tensorflow)(\\.\\w+)*\\.text";

    private final String file;
    private final JsonNode config;

    private TokenizerReader(String file, JsonNode config) {
        this.file = file;
        this.config = config;
    }

    /**
     * Reads a tokenizer.
     *
     * @param path the file
     * @return the tokenizer
     * @throws ModelFileException if it is missing, damaged, or holds something else
     */
    public static Tokenizer read(Path path) {
        byte[] bytes = PlainFile.bytes(path);
        if (Pickle.isPickle(bytes)) {
            return new TokenizerReader(path.toString(), unpickle(path, bytes)).read();
        }
        return read(path.toString(), Json.parse(path.toString(), bytes));
    }

    /** Reads what {@code Tokenizer.to_json()} gave. */
    static Tokenizer read(String where, JsonNode root) {
        // some people wrote json.dump(tokenizer.to_json()), which is a JSON string that holds the JSON
        JsonNode object = root.isString() ? Json.parse(where, root.stringValue()) : root;
        if (!object.path("class_name").asString("").equals("Tokenizer") || !object.path("config").isObject()) {
            throw new ModelFileException(
                    where + " is not a Keras tokenizer: expected an object with class_name Tokenizer and a config");
        }
        return new TokenizerReader(where, object.get("config")).read();
    }

    /** The attributes in the form of a config. */
    private static JsonNode unpickle(Path path, byte[] bytes) {
        Pickle.Instance tokenizer = Pickle.read(path.toString(), bytes,
                (module, name) -> name.equals("Tokenizer") && module.matches(MODULES));
        Map<String, Object> config = new LinkedHashMap<>();
        tokenizer.attributes().forEach((name, value) -> {
            checkOption(path.toString(), name);
            Collection<?> inner = value instanceof Map<?, ?> map ? map.values()
                    : value instanceof List<?> list ? list : List.of();
            // a stream may refer to one value from many places, even to a dict from within
            if (inner.stream()
                    .anyMatch(item -> item instanceof Map || item instanceof List || item instanceof Pickle.Instance)) {
                throw new ModelFileException(path + ": the tokenizer's " + name + " holds more than texts and numbers");
            }
            config.put(name, value);
        });
        return Json.tree(config);
    }

    private static void checkOption(String file, String option) {
        if (!OPTIONS.contains(option)) {
            throw new ModelFileException(file + ": the tokenizer's option '" + option + "' is unknown");
        }
    }

    private Tokenizer read() {
        for (String option : config.propertyNames()) {
            checkOption(file, option);
        }
        if (config.hasNonNull("analyzer")) {
            throw new ModelFileException(file
                    + ": the tokenizer cuts texts with a function of its own ('analyzer'), which can't be run here;"
                    + " cut them before, and give the ids to the model");
        }
        JsonNode wordIndex = inner("word_index");
        JsonNode wordDocs = inner("word_docs");
        List<String> words = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        List<Integer> documents = new ArrayList<>();
        for (String word : wordIndex.propertyNames()) {
            JsonNode id = wordIndex.get(word);
            if (!Json.isInt(id)) {
                throw new ModelFileException(file + ": word '" + word + "' has id " + id + ", expected an integer");
            }
            words.add(word);
            ids.add(id.intValue());
            documents.add(wordDocs.path(word).asInt(0));
        }
        int numWords = config.hasNonNull("num_words") ? integer("num_words") : 0;
        String filters = text("filters", Tokenizer.DEFAULT_FILTERS);
        String split = text("split", " ");
        String oov = config.hasNonNull("oov_token") ? text("oov_token", "") : null;
        // these two check what they are given, and say what is wrong with it
        try {
            Tokenizer.Options options = new Tokenizer.Options(numWords, filters, config.path("lower").asBoolean(true),
                    split, config.path("char_level").asBoolean(false), oov);
            return new Tokenizer(options, words, ids.stream().mapToInt(i -> i).toArray(),
                    documents.stream().mapToInt(i -> i).toArray(), config.path("document_count").asInt(0));
        } catch (InvalidSpecException e) {
            throw new ModelFileException(file + ": " + e.getMessage(), e);
        }
    }

    private JsonNode inner(String key) {
        JsonNode value = config.path(key);
        JsonNode parsed = value.isString() ? Json.parse(file + ": " + key, value.stringValue()) : value;
        if (!parsed.isObject()) {
            throw new ModelFileException(file + ": its " + key + " is missing or no object");
        }
        return parsed;
    }

    private int integer(String key) {
        JsonNode value = config.get(key);
        if (!value.isNumber() || Json.real(value) != Math.rint(Json.real(value))) {
            throw new ModelFileException(file + ": its " + key + " is " + value + ", expected an integer");
        }
        return (int) Json.real(value);
    }

    private String text(String key, String otherwise) {
        JsonNode value = config.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        // filters may also be a list of characters
        if (value.isArray()) {
            StringBuilder joined = new StringBuilder();
            value.forEach(item -> joined.append(item.asString("")));
            return joined.toString();
        }
        if (!value.isString()) {
            throw new ModelFileException(file + ": its " + key + " is " + value + ", expected a string");
        }
        return value.stringValue();
    }
}
