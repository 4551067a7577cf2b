package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays that stand as arguments in a graph: how many rows a call may have, and what is refused. */
class ConstantArgumentsTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final String TENSOR = "{\"class_name\":\"__keras_tensor__\",\"config\":{\"shape\":[%s,2],"
            + "\"dtype\":\"float32\",\"keras_history\":[\"x\",0,0]}}";

    @TempDir
    private Path folder;

    /** A graph of one operation on an input of two features and an array. */
    private Path graph(String rows, String operation, String arguments) throws IOException {
        String args = arguments.replace("x", TENSOR.formatted(rows))
                .replace("<", "{\"class_name\":\"__numpy__\",\"config\":{\"dtype\":\"float32\",\"value\":")
                .replace(">", "}}");
        String name = operation.toLowerCase(Locale.ROOT);
        return Files.writeString(folder.resolve("model.json"), """
                {"modelTopology": {"keras_version": "3.15.1", "class_name": "Functional", "config": {"name": "m",
                "layers": [{"module": "keras.layers", "class_name": "InputLayer", "name": "x", "config": {"name": "x",
                "batch_shape": [%s, 2], "dtype": "float32"}, "inbound_nodes": []},
                {"module": "keras.src.ops.numpy", "class_name": "%s", "name": "%s", "config": {"name": "%s"},
                "inbound_nodes": [{"args": [%s], "kwargs": {}}]}],
                "input_layers": [["x", 0, 0]], "output_layers": [["%s", 0, 0]]}}, "weightsManifest": []}
                """.formatted(rows, operation, name, name, args, name));
    }

    private static float[] answer(Path file, int rows, float... x) {
        try (Model model = Importer.read(file).toModel(OPTIONS); Predictor predictor = model.predictor(4, 1)) {
            float[] y = new float[8];
            int count = predictor.predict(x, rows, y);
            return Arrays.copyOf(y, count);
        }
    }

    @Test
    void oneRowIsTheSameForAllRows() throws IOException {
        Path file = graph("null", "Subtract", "x, <[1, 2]>");
        assertArrayEquals(new float[] {0, 0, 2, 2, 4, 4}, answer(file, 3, 1, 2, 3, 4, 5, 6));
    }

    @Test
    void severalRowsNeedACallOfAsMany() throws IOException {
        Path file = graph("null", "Add", "x, <[[1, 2], [10, 20]]>");
        assertArrayEquals(new float[] {2, 3, 11, 21}, answer(file, 2, 1, 1, 1, 1));
        for (int rows : new int[] {1, 3}) {
            String message = assertThrows(InvalidInputException.class, () -> answer(file, rows, new float[2 * rows]))
                    .getMessage();
            assertTrue(message.contains("'add_constant_0'") && message.contains("2 rows"), message);
        }
        try (Model model = Importer.read(file).toModel(OPTIONS)) {
            assertThrows(LanewiseException.class, model::stepper);
        }
    }

    @Test
    void equalRowsOfAFixedBatchAreOne() throws IOException {
        Path file = graph("2", "Add", "x, <[[1, 2], [1, 2]]>");
        assertArrayEquals(new float[] {2, 3, 2, 3, 2, 3}, answer(file, 3, 1, 1, 1, 1, 1, 1));
    }

    @Test
    void arraysThatWouldMeetOtherRowsAreRefused() throws IOException {
        refused(graph("null", "Concatenate", "[x, <[[1]]>]"), "an array of float32");
        refused(graph("null", "Add", "x, <[[[1], [2], [3]]]>"), "an array of float32");
        refused(graph("3", "Add", "x, <[[1, 2], [3, 4]]>"), "an array of float32");
        refused(graph("null", "Add", "x, <[[1, 2], [3]]>"), "an array of float32");
    }

    @Test
    void noArrayIsPrintedWhole() throws IOException {
        String many = "7, ".repeat(1000) + "7";
        String message = refused(graph("null", "Tensordot", "x, [" + many + "]"), "tensordot");
        assertFalse(message.length() > 600, message);
    }

    private static String refused(Path file, String part) {
        String message = assertThrows(LanewiseException.class, () -> Importer.read(file).toModel(OPTIONS))
                .getMessage();
        assertTrue(message.contains(part), message);
        return message;
    }
}
