package lanewise.examples.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.format.ModelFile;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows come out in order, in both formats, and bad ones stand in their place. */
class ScoreFileTest {
    private static final int ROWS = 2345;
    @TempDir
    private Path folder;

    /** A model that says of two numbers which is larger. */
    private Path model() {
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(Shape.ANY, 2), DType.FLOAT32), List.of(), null),
                new Graph.Node(new CoreLayer.Dense("dense", 2, Activation.LINEAR, false),
                        List.of(new Graph.Ref(0, 0)), null));
        ModelSpec spec = new ModelSpec("larger",
                new Graph(nodes, List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0)))))
                .with(null, List.of("first", "second"));
        Path path = folder.resolve("model.gguf");
        ModelFile.write(path, spec,
                new Weights(Map.of("dense/kernel", TensorData.of(Shape.of(2, 2), 1f, 0f, 0f, 1f))), Examples.NONE);
        return path;
    }

    private List<String> scored(String name, List<String> lines) throws Exception {
        Path in = Files.write(folder.resolve(name), lines);
        Path out = folder.resolve("out");
        ScoreFile.main(model().toString(), in.toString(), out.toString());
        return Files.readAllLines(out);
    }

    private static String right(int row) {
        return row % 3 == 0
                ? "{\"label\":\"first\",\"probability\":" + row + ".5,\"y\":[" + row + ".5,-1.0]}"
                : "{\"label\":\"second\",\"probability\":" + row + ".0,\"y\":[-2.25," + row + ".0]}";
    }

    @Test
    void rowsOfNumbersStayInOrder() throws Exception {
        List<String> json = new ArrayList<>();
        List<String> csv = new ArrayList<>(List.of("a,b"));
        for (int row = 0; row < ROWS; row++) {
            String numbers = row % 3 == 0 ? row + ".5, -1" : "-2.25, " + row;
            json.add("{\"x\": [" + numbers + "]}");
            csv.add(numbers);
        }
        List<String> expected = IntStream.range(0, ROWS).mapToObj(ScoreFileTest::right).toList();
        assertEquals(expected, scored("rows.jsonl", json));
        assertEquals(expected, scored("rows.csv", csv));
    }

    @Test
    void badRowsStandInTheirPlace() throws Exception {
        List<String> found = scored("rows.csv", List.of("a,b", "0.5,-1", "0.5,?", "-2.25,1"));
        assertEquals(List.of(right(0), "{\"error\":\"input 'x' holds \\\"?\\\" among numbers\"}", right(1)), found);
    }
}
