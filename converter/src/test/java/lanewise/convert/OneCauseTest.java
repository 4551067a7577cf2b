package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import lanewise.error.LanewiseException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line for one cause: what follows from a refused layer is not said, what the file really lacks is. */
class OneCauseTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));

    @TempDir
    private Path folder;

    /** A layer in the form of Keras 2. */
    private static String layer(String className, String name, String config, String... reads) {
        StringBuilder calls = new StringBuilder();
        for (String read : reads) {
            calls.append(calls.isEmpty() ? "" : ",").append("[\"").append(read).append("\",0,0,{}]");
        }
        return "{\"class_name\":\"" + className + "\",\"name\":\"" + name + "\",\"config\":{\"name\":\"" + name + "\""
                + config + "},\"inbound_nodes\":[" + (calls.isEmpty() ? "" : "[" + calls + "]") + "]}";
    }

    private static String relu(String name, String... reads) {
        return layer("Activation", name, ",\"activation\":\"relu\"", reads);
    }

    private static final String INPUT = layer("InputLayer", "in", ",\"batch_input_shape\":[null,3]");

    /** The reasons why a Functional model of these layers is refused. */
    private List<String> problems(String outputs, String... layers) throws IOException {
        Path file = Files.writeString(folder.resolve("model.json"),
                "{\"modelTopology\":{\"class_name\":\"Functional\",\"config\":{\"name\":\"m\",\"layers\":[" + INPUT
                        + ","
                        + String.join(",", layers) + "],\"input_layers\":[[\"in\",0,0]],\"output_layers\":" + outputs
                        + "}},\"weightsManifest\":[]}");
        UnsupportedModelException e = assertThrows(UnsupportedModelException.class, () -> Importer.read(file));
        RefusalLines.check(e);
        return e.problems();
    }

    private static void only(String words, List<String> problems) {
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().contains(words), problems.toString());
    }

    @Test
    void whatFollowsFromARefusedLayerIsNotSaid() throws IOException {
        only("'bad' (Lambda)", problems("[[\"c\",0,0],[\"bad\",0,0],[\"bad\",0,0]]",
                layer("Lambda", "bad", "", "in"), relu("a", "bad"), relu("b", "a"), relu("c", "b")));
        // a call that can't be understood: no layer after it is named
        String called = relu("bad", "in").replace("0,0,{}", "0,0,{\"other\":5}");
        only("'bad' (Activation): is called with other = 5",
                problems("[[\"c\",0,0]]", called, relu("a", "bad"), relu("c", "a")));
        // two causes are two lines
        List<String> two = problems("[[\"c\",0,0]]", called, layer("Lambda", "other", "", "in"),
                layer("Add", "c", "", "bad", "other"));
        assertEquals(2, two.size(), two.toString());
    }

    @Test
    void whatTheFileLacksIsNamedOnce() throws IOException {
        only("'a' (Activation): reads [gone], which no layer of the file makes",
                problems("[[\"c\",0,0]]", relu("a", "gone"), relu("b", "a"), relu("c", "b")));
        only("the model's output 'gone' is not produced by any layer", problems("[[\"gone\",0,0]]", relu("a", "in")));
        only("called in a ring: of the layers [a, b]",
                problems("[[\"c\",0,0]]", relu("a", "b"), relu("b", "a"), relu("c", "b")));
        // an absent one beside a refused one is a cause of its own
        List<String> both = problems("[[\"c\",0,0]]", layer("Lambda", "bad", "", "in"),
                layer("Add", "c", "", "bad", "gone"));
        assertTrue(both.stream().anyMatch(line -> line.contains("reads [gone]")), both.toString());
    }

    /** A long chain in reverse order is looked through once. */
    @Test
    void longChainsBehindARefusalTakeNoTime() throws IOException {
        String[] layers = new String[20_001];
        for (int i = 0; i < layers.length - 1; i++) {
            layers[i] = relu("a" + i, "a" + (i + 1));
        }
        layers[layers.length - 1] = layer("Lambda", "a" + (layers.length - 1), "", "in");
        only("(Lambda)", problems("[[\"a0\",0,0]]", layers));
        layers[layers.length - 1] = relu("a" + (layers.length - 1), "a" + (layers.length - 2));
        only("of the layers [a19999, a20000]", problems("[[\"a0\",0,0]]", layers));
    }

    @Test
    void longConfigsAreShortened() throws IOException {
        String words = "[\"" + String.join("\",\"", Collections.nCopies(500, "word")) + "\"]";
        only("option 'strange' = [", problems("[[\"a\",0,0]]",
                layer("Activation", "a", ",\"activation\":\"relu\",\"strange\":" + words, "in")));
        only("option 'strange' = {", problems("[[\"a\",0,0]]",
                layer("Activation", "a", ",\"activation\":\"relu\",\"strange\":{\"a\":" + words + "}", "in")));
        only("the function '", problems("[[\"a\",0,0]]",
                layer("Activation", "a", ",\"activation\":\"" + "long ".repeat(200) + "\"", "in")));
    }

    @Test
    void casesOfRefusalsSayOneLineACause() {
        for (Path path : CaseFolder.below(MODELS.resolve("conformance/reject"))) {
            CaseFolder.read(path).models(ImportOptions.DEFAULT).values().forEach(reader -> RefusalLines
                    .check(assertThrows(LanewiseException.class,
                            () -> reader.read().toModel(ModelOptions.DEFAULT.withWarmUpThread(false)),
                            path.toString())));
        }
    }
}
