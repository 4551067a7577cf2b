package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import lanewise.error.UnsupportedModelException;
import lanewise.files.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Keras 3.15 refuses at load is refused: each row changes one value of a stored model's config.
 */
class StrictKerasTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    /** Case; class of the layer; path below its entry; the value in JSON, none to remove it; what the error names. */
    private static final List<List<String>> REFUSED = List.of(
            // integers are neither floats nor lists, and null is no value
            List.of("architectures/ecg_conv_lstm", "Dense", "config/units", "1.0", "units"),
            List.of("architectures/ecg_conv_lstm", "Dense", "config/units", "[1]", "units"),
            List.of("architectures/ecg_conv_lstm", "Dense", "config/use_bias", "null", "dense"),
            List.of("architectures/ecg_conv_lstm", "Dense", "config/use_bias", "0", "dense"),
            List.of("architectures/ecg_conv_lstm", "Dense", "config/trainable", "1", "trainable"),
            List.of("architectures/ecg_conv_lstm", "Dense", "config/trainable", "null", "trainable"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/renorm", "1", "renorm"),
            List.of("architectures/ecg_conv_lstm", "Conv1D", "config/strides", "null", "strides"),
            List.of("architectures/ecg_conv_lstm", "Conv1D", "config/padding", "null", "padding"),
            List.of("architectures/ecg_conv_lstm", "MaxPooling1D", "config/pool_size", "null", "pool_size"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/axis", "[-1]", "axis"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/epsilon", "null", "epsilon"),
            // ranges, and what must be given
            List.of("architectures/ecg_conv_lstm", "Dropout", "config/rate", "2.0", "rate"),
            List.of("architectures/ecg_conv_lstm", "Dropout", "config/rate", "", "rate"),
            List.of("architectures/ecg_conv_lstm", "Dropout", "config/seed", "\"x\"", "seed"),
            List.of("architectures/ecg_conv_lstm", "ReLU", "config/negative_slope", "-1.0", "negative_slope"),
            List.of("architectures/ecg_conv_lstm", "ReLU", "config/max_value", "-1.0", "max_value"),
            List.of("architectures/ecg_conv_lstm", "LeakyReLU", "config/negative_slope", "-0.1", "negative_slope"),
            List.of("architectures/ecg_conv_lstm", "InputLayer", "config/batch_shape", "[-1, 4, 2]", "batch_shape"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/renorm", "true", "renorm"),
            List.of("architectures/ecg_conv_lstm", "MaxPooling1D", "config/padding", "\"VALID\"", "padding"),
            List.of("conv_pool/conv2d__groups", "Conv2D", "config/kernel_size", "[3]", "kernel_size"),
            List.of("attention/multi_head__scores", "MultiHeadAttention", "config/dropout", "2.0", "dropout"),
            List.of("attention/multi_head__scores", "MultiHeadAttention", "config/sliding_window", "0",
                    "sliding_window"),
            List.of("attention/multi_head__scores", "MultiHeadAttention", "config/sliding_window", "2.0",
                    "sliding_window"),
            List.of("preprocessing/string_lookup__multi_hot", "StringLookup", "config/output_mode", "\"MULTI_HOT\"",
                    "output_mode"),
            List.of("preprocessing/string_lookup__multi_hot", "StringLookup", "config/vocabulary_size", "9",
                    "vocabulary_size"),
            List.of("preprocessing/string_lookup__multi_hot", "StringLookup", "config/max_tokens", "2", "max_tokens"),
            List.of("preprocessing/string_lookup__multi_hot", "StringLookup", "config/idf_weights", "[1.0]",
                    "idf_weights"),
            List.of("preprocessing/discretization__count", "Discretization", "config/bin_boundaries", "[2.0, 1.0]",
                    "bin_boundaries"),
            List.of("recurrent/bidirectional__conv_lstm1d__sum", "Bidirectional", "config/layer/class_name",
                    "\"Conv1D\"", "expected a recurrent layer"),
            List.of("recurrent/conv_lstm1d", "ConvLSTM1D", "config/stateful", "true", "fixed one"),
            List.of("conv_pool/conv1d_transpose__same", "Conv1DTranspose", "config/output_padding", "2",
                    "output_padding"),
            List.of("conv_pool/conv1d_transpose__same", "Conv1DTranspose", "config/output_padding", "[1, 1]",
                    "output_padding"),
            List.of("conv_pool/conv1d_transpose__same", "Conv1DTranspose", "config/output_padding", "-1",
                    "output_padding"),
            List.of("more/op_max_pool", "MaxPool", "config/pool_size", "0", "pool_size"),
            List.of("more/op_max_pool", "MaxPool", "config/pool_size", "[2, 2]", "pool_size"),
            List.of("more/op_average_pool", "AveragePool", "config/padding", "\"full\"", "padding"),
            List.of("more/conv1dT_2_2_same", "Conv1DTranspose", "config/output_padding", "0", "at least 1"),
            // classes of others that have a name of Keras
            List.of("architectures/ecg_conv_lstm", "Dense", "module", "\"my.layers\"", "my.layers"),
            List.of("architectures/ecg_conv_lstm", "Sequential", "module", "\"my.models\"", "my.models"),
            List.of("architectures/ecg_conv_lstm", "Sequential", "registered_name", "\"my>Sequential\"",
                    "my>Sequential"),
            // names and calls
            List.of("architectures/ecg_conv_lstm", "Dropout", "config/name", "\"dense\"", "dense"),
            List.of("core/concatenate__axis_minus_1", "InputLayer", "name", "\"concatenate\"", "concatenate"),
            List.of("core/concatenate__axis_minus_1", "Concatenate", "inbound_nodes", "null", "inbound_nodes"),
            List.of("core/concatenate__axis_minus_1", "Concatenate", "inbound_nodes/0/kwargs", "", "kwargs"),
            List.of("core/concatenate__axis_minus_1", "Concatenate",
                    "inbound_nodes/0/args/0/0/config/shape", "[-1, 6, 2]", "shape"),
            List.of("core/concatenate__axis_minus_1", "Functional", "config/output_layers", "[\"concatenate\", 1, 0]",
                    "concatenate"),
            List.of("core/concatenate__axis_minus_1", "Functional", "config/output_layers", "[\"concatenate\", 0.5, 0]",
                    "output_layers"),
            List.of("core/concatenate__axis_minus_1", "Functional", "config/input_layers",
                    "[[\"input_layer\", 0, 0], [\"input_layer\", 0, 0]]", "input_layers"));

    @TempDir
    private Path folder;

    /** What means something else to Keras than it seems to, and nobody writes; as above. */
    private static final List<List<String>> NOT_READ = List.of(
            List.of("masking/bidirectional__whole_row", "Bidirectional", "config/layer/config/zero_output_for_mask",
                    "null", "zero_output_for_mask"),
            List.of("masking/bidirectional__whole_row", "Bidirectional",
                    "config/backward_layer/config/zero_output_for_mask", "null", "zero_output_for_mask"),
            List.of("preprocessing/text_vectorization__bigrams", "TextVectorization", "config/ngrams", "[]", "ngrams"),
            List.of("preprocessing/text_vectorization__bigrams", "TextVectorization", "config/ngrams", "[2, 0]",
                    "ngrams"),
            List.of("preprocessing/text_vectorization__bigrams", "TextVectorization", "config/ngrams", "0", "ngrams"));

    @Test
    void whatKerasRefusesIsRefused() throws IOException {
        refused(REFUSED);
    }

    /** Where Python takes 1 for true, and true for 1; with Keras 3.15 the outputs are the same. */
    private static final List<List<String>> READ = List.of(
            List.of("architectures/ecg_conv_lstm", "Dense", "config/use_bias", "1"),
            List.of("architectures/ecg_conv_lstm", "LSTM", "config/unroll", "1"),
            List.of("architectures/ecg_conv_lstm", "LSTM", "config/go_backwards", "0"),
            List.of("architectures/ecg_conv_lstm", "LSTM", "config/dropout", "true"),
            List.of("architectures/ecg_conv_lstm", "Dropout", "config/rate", "true"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/center", "1"),
            List.of("architectures/ecg_conv_lstm", "BatchNormalization", "config/renorm", "0"),
            List.of("architectures/ecg_conv_lstm", "InputLayer", "config/sparse", "0"));

    @Test
    void whatMeansTheSameToKerasIsRead() throws IOException {
        for (List<String> row : READ) {
            Path original = CASES.resolve(row.get(0)).resolve("model.keras");
            Path changed = folder.resolve("model.keras");
            rewrite(original, changed, config -> set(find(config, row.get(1)), row.get(2), row.get(3)));
            assertEquals(Importer.read(original).spec(), Importer.read(changed).spec(), row::toString);
        }
    }

    @Test
    void whatNobodyWritesIsRefused() throws IOException {
        refused(NOT_READ);
    }

    private void refused(List<List<String>> rows) throws IOException {
        List<String> loaded = new ArrayList<>();
        for (List<String> row : rows) {
            Path original = CASES.resolve(row.get(0)).resolve("model.keras");
            Importer.read(original);
            Path changed = folder.resolve("model.keras");
            rewrite(original, changed, config -> set(find(config, row.get(1)), row.get(2), row.get(3)));
            try {
                Importer.read(changed);
                loaded.add(row + " was read");
            } catch (UnsupportedModelException e) {
                if (!e.getMessage().contains(row.get(4))) {
                    loaded.add(row + ": " + e.getMessage());
                }
            }
        }
        assertEquals(List.of(), loaded);
    }

    /** A last layer that gives its states gives them as outputs of the model. */
    @Test
    void statesOfTheLastLayerAreOutputs() throws IOException {
        Path original = CASES.resolve("masking/embedding_mid__lstm/model.keras");
        Path changed = folder.resolve("model.keras");
        rewrite(original, changed, config -> set(find(config, "LSTM"), "config/return_state", "true"));
        assertEquals(3, Importer.read(changed).spec().graph().outputs().size());
    }

    private interface Change {
        void apply(JsonNode config);
    }

    private static void rewrite(Path from, Path to, Change change) throws IOException {
        try (ZipFile zip = new ZipFile(from.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    if (entry.getName().equals("config.json")) {
                        JsonNode config = Json.parse("config", bytes);
                        change.apply(config);
                        bytes = config.toString().getBytes(StandardCharsets.UTF_8);
                    }
                    out.write(bytes);
                }
            }
        }
    }

    /** The first entry of a class. */
    private static JsonNode find(JsonNode node, String kerasClass) {
        if (node.path("class_name").asString("").equals(kerasClass)) {
            return node;
        }
        for (JsonNode item : node.values()) {
            JsonNode found = item.isContainer() ? find(item, kerasClass) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static void set(JsonNode entry, String path, String json) {
        String[] keys = path.split("/");
        JsonNode node = entry;
        for (int i = 0; i < keys.length - 1; i++) {
            node = node instanceof ArrayNode array ? array.get(Integer.parseInt(keys[i])) : node.get(keys[i]);
        }
        ObjectNode parent = (ObjectNode) node;
        String last = keys[keys.length - 1];
        if (json.isEmpty()) {
            parent.remove(last);
        } else {
            parent.set(last, Json.parse("value", "{\"v\":" + json + "}").get("v"));
        }
    }
}
