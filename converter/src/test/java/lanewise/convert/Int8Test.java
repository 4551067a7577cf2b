package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lanewise.error.LanewiseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quantized layers that are not computed as Keras computes them are refused with a way out. */
class Int8Test {
    private static final String DENSE = """
            {"class_name": "Dense", "config": {"name": "d", "units": 1, "dtype": {"class_name": "QuantizedDTypePolicy",
            "config": {"mode": "int8", "source_name": "float32"}}, "batch_input_shape": [null, 3, 1]}}""";

    @TempDir
    private Path folder;

    private void refused(String layer, String... parts) throws IOException {
        Path file = Files.writeString(folder.resolve("model.json"), """
                {"modelTopology": {"keras_version": "3.15.1", "class_name": "Sequential", "config": {"name": "m",
                "layers": [%s]}}, "weightsManifest": []}""".formatted(layer));
        String message = assertThrows(LanewiseException.class, () -> Importer.read(file)).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void theSourceSaysWhatTheWeightsAre() {
        Path quantized = Path.of(System.getProperty("models"), "conformance", "quantized", "text", "model.keras");
        String source = Importer.read(quantized).source();
        assertTrue(source.endsWith(Int8Reader.NOTE), source);
    }

    @Test
    void otherWidthsAreRefused() throws IOException {
        refused(DENSE.replace("int8", "int4"), "'d'", "int4", "before it is quantized");
        refused(DENSE.replace("\"float32\"", "\"bfloat16\""), "'d'", "bfloat16");
        refused(policy("Int4DTypePolicy", "int4/128"), "'d'", "int4/128", "before it is quantized");
        refused(policy("GPTQDTypePolicy", "gptq/4/128"), "'d'", "gptq/4/128", "before it is quantized");
        refused(policy("AWQDTypePolicy", "awq/4/128"), "'d'", "awq/4/128", "before it is quantized");
        refused(policy("QuantizedFloat8DTypePolicy", "float8"), "'d'", "float8", "before it is quantized");
        refused(policy("Int4DTypePolicy", "int8"), "'d'", "int8 from float32");
    }

    private static String policy(String kerasClass, String mode) {
        return DENSE.replace("QuantizedDTypePolicy", kerasClass).replace("int8", mode);
    }

    @Test
    void otherLayersAreRefused() throws IOException {
        refused(DENSE.replace("\"Dense\"", "\"ReversibleEmbedding\""), "'d'", "[Dense, EinsumDense, Embedding]");
    }

    /** Keras writes the projections of attention as integers, and their types as floats. */
    @Test
    void quantizedAttentionIsRefusedInOneLine() {
        Path file = Path.of(System.getProperty("models"), "conformance", "reject", "int8_attention",
                "model.keras");
        String message = assertThrows(LanewiseException.class, () -> Importer.read(file)).getMessage();
        assertTrue(message.contains("Keras can't load them again"), message);
        assertEquals(1, message.lines().filter(line -> line.contains("layer '")).count(), message);
    }

    @Test
    void layersThatKerasCallsPastTheirScalesAreRefused() throws IOException {
        refused("{\"class_name\": \"TimeDistributed\", \"config\": {\"name\": \"t\", \"layer\": " + DENSE
                + ", \"batch_input_shape\": [null, 2, 3, 1]}}", "'t'", "without its scales");
    }

    @Test
    void otherQuantizersOfInputsAreRefused() throws IOException {
        String config = "\"quantization_config\": {\"class_name\": \"Int8QuantizationConfig\", \"config\": {"
                + "\"activation_quantizer\": {\"class_name\": \"Own\", \"config\": {}}}}, \"units\"";
        refused(DENSE.replace("\"units\"", config), "'d'", "AbsMaxQuantizer");
    }
}
