package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lanewise.error.ModelFileException;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader does with files of other versions: docs/model-file.md, "Other versions". */
class CompatibilityTest {
    private static final String VERSIONS = ", which this version of Lanewise does not know (the file has format 1, this"
            + " version reads up to 1); use a newer Lanewise";

    @TempDir
    private Path folder;

    /** A record of a later release: two components have been added, one in the middle. */
    record Sample(String name, float limit, List<Integer> axes, Activation activation) {}

    private static final Wire SAMPLE = new Wire(Sample.class, "Sample", List.of("name", "limit", "axes", "function"),
            List.of()).later("limit", "0.2.0", Float.POSITIVE_INFINITY, true)
            .later("axes", "0.3.0", List.of(), false);

    /** A model of a Dense layer, by its keys; other keys in place of the usual ones. */
    private Path file(int format, String kind, String activation, Consumer<GgufWriter> more) throws IOException {
        GgufWriter out = new GgufWriter("lanewise");
        out.put("general.name", "tiny");
        out.put("lanewise.format", format);
        out.putInts("lanewise.graph.0.layers", List.of(0, 1));
        out.putInts("lanewise.graph.0.reads", List.of(1, 0, 0));
        out.putInts("lanewise.graph.0.inputs", List.of(0));
        out.putInts("lanewise.graph.0.outputs", List.of(1, 0));
        out.putStrings("lanewise.graph.0.output_names", List.of("out"));
        out.put("lanewise.layer.0.class", "InputLayer");
        out.put("lanewise.layer.0.name", "x");
        out.putInts("lanewise.layer.0.shape", List.of(-1, 2));
        out.put("lanewise.layer.0.dtype", "float32");
        out.put("lanewise.layer.1.class", kind);
        out.put("lanewise.layer.1.name", "y");
        out.put("lanewise.layer.1.units", 3);
        out.put("lanewise.layer.1.activation", activation);
        out.put("lanewise.layer.1.useBias", false);
        out.put("lanewise.examples", 0);
        out.put("lanewise.examples.absolute", 1e-5);
        out.put("lanewise.examples.relative", 1e-5);
        more.accept(out);
        Path file = folder.resolve("m.gguf");
        try (OutputStream stream = Files.newOutputStream(file)) {
            out.write(stream);
        }
        return file;
    }

    private static void opens(Path file) {
        try (ModelFile read = ModelFile.open(file)) {
            assertEquals(new CoreLayer.Dense("y", 3, Activation.TANH, false),
                    read.spec().graph().nodes().getLast().layer());
        }
    }

    private static void refused(String message, Path file) {
        assertEquals(file + message, assertThrows(ModelFileException.class, () -> ModelFile.open(file)).getMessage());
    }

    @Test
    void anUnknownKindOfLayerIsRefusedByName() throws IOException {
        opens(file(1, "Dense", "tanh", out -> {}));
        refused(": layer 1 is a 'Brain'" + VERSIONS, file(1, "Brain", "tanh", out -> {}));
        // a name of Java's is none
        refused(": layer 1 is a 'lanewise.spec.CoreLayer$Dense'" + VERSIONS,
                file(1, "lanewise.spec.CoreLayer$Dense", "tanh", out -> {}));
    }

    @Test
    void anUnknownConstantIsRefusedByName() throws IOException {
        refused(": key lanewise.layer.1.activation is 'wobble'" + VERSIONS, file(1, "Dense", "wobble", out -> {}));
        refused(": key lanewise.text.cleaning is 'spell_check'" + VERSIONS, file(1, "Dense", "tanh", out -> {
            out.put("lanewise.text.tokenizer.filters", "");
            out.putStrings("lanewise.text.cleaning", List.of("lower", "spell_check"));
        }));
    }

    @Test
    void anUnknownKeyIsIgnoredUnlessItIsRequired() throws IOException {
        opens(file(1, "Dense", "tanh", out -> out.put("lanewise.layer.1.mood", "good")));
        opens(file(1, "Dense", "tanh",
                out -> out.putStrings("lanewise.required",
                        List.of("lanewise.layer.1.units", "lanewise.labels"))));
        refused(": it requires its reader to know the key lanewise.layer.1.mood" + VERSIONS,
                file(1, "Dense", "tanh", out -> {
                    out.put("lanewise.layer.1.mood", "good");
                    out.putStrings("lanewise.required", List.of("lanewise.layer.1.units", "lanewise.layer.1.mood"));
                }));
    }

    @Test
    void anotherFormatIsRefusedByItsNumber() throws IOException {
        refused(" has format 2, this version reads up to 1; use a newer Lanewise",
                file(2, "Dense", "tanh", out -> {}));
        refused(" has format 0, this version reads up to 1; use a newer Lanewise",
                file(0, "Dense", "tanh", out -> {}));
    }

    @Test
    void aMissingFieldIsRefusedByItsKey() throws IOException {
        refused(": key lanewise.layer.1.function is missing, expected a string",
                file(1, "Activate", "tanh", out -> {}));
    }

    @Test
    void aLaterFieldThatIsAbsentHasItsDefault() {
        assertEquals(new Sample("s", Float.POSITIVE_INFINITY, List.of(), Activation.RELU),
                new SpecReader(new Keys("f", Map.of("name", "s", "function", "relu"))).record("", SAMPLE));
    }

    @Test
    void aLaterFieldIsWrittenAndRequiredWhereItDiffers() throws IOException {
        assertEquals(List.of("general.architecture", "general.alignment", "p.name", "p.function"),
                List.copyOf(written(new Sample("s", Float.POSITIVE_INFINITY, List.of(), Activation.RELU)).keySet()));
        Sample full = new Sample("s", 2, List.of(1, -1), Activation.TANH);
        Map<String, Object> keys = written(full);
        assertEquals(List.of("p.limit"), keys.get("lanewise.required"));
        assertEquals(full, new SpecReader(new Keys("f", keys)).record("p.", SAMPLE));
        assertFalse(written(new Sample("s", Float.POSITIVE_INFINITY, List.of(3), Activation.RELU))
                .containsKey("lanewise.required"));
    }

    @Test
    void axesOfRowsAreWrittenAndRequiredWhereTheyAreNotTheFirst() throws IOException {
        for (int rowAxis : new int[] {RowAxis.FIRST, 1, RowAxis.NONE}) {
            LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, -1, 2), DType.FLOAT32, rowAxis);
            Graph graph = new Graph(List.of(new Graph.Node(input, List.of(), null)), List.of(0),
                    List.of(new Graph.Output("y", new Graph.Ref(0, 0), rowAxis)));
            Path file = folder.resolve("rows" + rowAxis + ".gguf");
            ModelFile.write(file, new ModelSpec("m", graph), new Weights(Map.of()), Examples.NONE);
            try (ModelFile read = ModelFile.open(file)) {
                assertEquals(graph, read.spec().graph());
            }
            Object required = keys(file).get("lanewise.required");
            assertEquals(rowAxis == RowAxis.FIRST ? null
                    : List.of("lanewise.graph.0.output_row_axes", "lanewise.layer.0.rowAxis"),
                    required == null ? null : ((List<?>) required).stream().map(Object::toString).sorted().toList());
        }
        String axes = "lanewise.graph.0.output_row_axes";
        assertTrue(assertThrows(ModelFileException.class,
                () -> ModelFile.open(file(1, "Dense", "tanh", out -> out.putInts(axes, List.of(1, 1)))))
                .getMessage().contains("output_row_axes has 2 numbers for 1 outputs"));
        assertTrue(assertThrows(ModelFileException.class,
                () -> ModelFile.open(file(1, "Dense", "tanh", out -> out.putInts(axes, List.of(-2)))))
                .getMessage().contains("output 'out' has its rows along axis -2"));
        assertTrue(assertThrows(ModelFileException.class,
                () -> ModelFile.open(file(1, "Dense", "tanh", out -> out.put("lanewise.layer.0.rowAxis", 2))))
                .getMessage().contains("input 'x' of shape (None, 2) has its rows along axis 2"));
    }

    private Map<String, Object> written(Sample sample) throws IOException {
        GgufWriter out = new GgufWriter("lanewise");
        SpecWriter writer = new SpecWriter(out);
        writer.writeFields("p.", SAMPLE, sample);
        writer.writeRequired();
        Path file = folder.resolve("sample.gguf");
        try (OutputStream stream = Files.newOutputStream(file)) {
            out.write(stream);
        }
        return keys(file);
    }

    private static Map<String, Object> keys(Path file) {
        try (PlainFile open = PlainFile.open(file)) {
            return new GgufReader(open).keys();
        }
    }

    @Test
    void laterFieldsAreCheckedWhereTheyAreDeclared() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> SAMPLE.later("axis", "0.4.0", 1, false))
                .getMessage().contains("no field axis"));
        assertThrows(IllegalArgumentException.class, () -> SAMPLE.later("axes", "0.4.0", List.of(1), false));
    }
}
