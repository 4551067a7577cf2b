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

    /** A graph of Keras 2 of one function on an input of two features; such files say no shapes. */
    private Path keras2(String kerasClass, String config, String nodes) throws IOException {
        return Files.writeString(folder.resolve("model.json"), """
                {"modelTopology": {"keras_version": "2.15.0", "model_config": {"class_name": "Functional", "config": {
                "name": "m", "layers": [{"class_name": "InputLayer", "name": "x", "config": {"name": "x",
                "batch_input_shape": [null, 2], "dtype": "float32", "sparse": false}, "inbound_nodes": []},
                {"class_name": "%s", "name": "op", "config": {"name": "op", "dtype": "float32", %s},
                "inbound_nodes": [%s]}], "input_layers": [["x", 0, 0]], "output_layers": [["op", 0, 0]]}}},
                "weightsManifest": []}
                """.formatted(kerasClass, config, nodes));
    }

    private Path function(String function, String nodes) throws IOException {
        return keras2("TFOpLambda", "\"function\": \"" + function + "\"", nodes);
    }

    @Test
    void arraysOfKeras2MeetTheLastAxes() throws IOException {
        float[] expected = {0, 1, -2, -1};
        assertArrayEquals(expected, answer(
                function("math.subtract", "[\"_CONSTANT_VALUE\", -1, [1, 3], {\"y\": [\"x\", 0, 0]}]"), 2, 1, 2, 3, 4));
        assertArrayEquals(expected, answer(
                function("math.subtract", "[\"_CONSTANT_VALUE\", -1, [[1, 3]], {\"y\": [\"x\", 0, 0]}]"), 2, 1, 2, 3,
                4));
        assertArrayEquals(new float[] {5, 11}, answer(
                function("linalg.matmul", "[\"x\", 0, 0, {\"b\": [[1], [2]]}]"), 2, 1, 2, 3, 4));
        assertArrayEquals(new float[] {2, 1}, answer(
                function("gather", "[\"x\", 0, 0, {\"indices\": [1, 0], \"axis\": 1}]"), 1, 1, 2));
    }

    @Test
    void arraysOfKeras2ThatWouldMeetOtherRowsAreRefused() throws IOException {
        refused(function("math.multiply", "[\"x\", 0, 0, {\"y\": [[1, 2], [3, 4]]}]"), "different numbers of axes");
        refused(function("concat", "[[\"x\", 0, 0, {\"axis\": 1}], [\"_CONSTANT_VALUE\", -1, [[1]], {\"axis\": 1}]]"),
                "Concatenate");
        // TensorFlow's product takes no vectors, and its gather no positions from the end
        refused(function("linalg.matmul", "[\"x\", 0, 0, {\"b\": [1, 2]}]"), "linalg.matmul");
        refused(function("gather", "[\"x\", 0, 0, {\"indices\": [-1], \"axis\": 1}]"), "gather");
        String many = "-7, ".repeat(1000) + "7";
        String message = refused(function("gather", "[\"x\", 0, 0, {\"indices\": [" + many + "], \"axis\": 1}]"),
                "gather");
        assertFalse(message.length() > 600, message);
        refused(function("math.add", "[\"x\", 0, 0, {\"y\": [[\"a\"]]}]"), "math.add");
    }

    @Test
    void operationsOfGraphsTakeTheirConstantsByPlace() throws IOException {
        String node = "\"node_def\": {\"op\": \"Sub\", \"input\": [\"a\", \"b\"]}, \"constants\": {\"%d\": [1, 3]}";
        assertArrayEquals(new float[] {0, 1},
                answer(keras2("TensorFlowOpLayer", node.formatted(0), "[[\"x\", 0, 0, {}]]"), 1, 1, 2));
        assertArrayEquals(new float[] {0, -1},
                answer(keras2("TensorFlowOpLayer", node.formatted(1), "[[\"x\", 0, 0, {}]]"), 1, 1, 2));
        refused(keras2("TensorFlowOpLayer", node.formatted(2), "[[\"x\", 0, 0, {}]]"), "TensorFlow");
        refused(keras2("TensorFlowOpLayer", node.formatted(1).replace("Sub", "MatrixInverse"),
                "[[\"x\", 0, 0, {}]]"), "MatrixInverse");
        refused(keras2("TensorFlowOpLayer", "\"node_def\": \"bytes\"", "[[\"x\", 0, 0, {}]]"), "TensorFlow");
    }

    private static String refused(Path file, String part) {
        String message = assertThrows(LanewiseException.class, () -> Importer.read(file).toModel(OPTIONS))
                .getMessage();
        assertTrue(message.contains(part), message);
        return message;
    }
}
