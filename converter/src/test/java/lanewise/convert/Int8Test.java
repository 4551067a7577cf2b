package lanewise.convert;

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
    }

    @Test
    void otherLayersAreRefused() throws IOException {
        refused(DENSE.replace("\"Dense\"", "\"EinsumDense\""), "'d'", "[Dense, Embedding]");
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
