package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import lanewise.files.Json;
import lanewise.files.Npy;
import lanewise.format.ModelFile;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that {@code inspect --html} and {@code explain --html} write. */
class PageTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final Path SENTIMENT = MODELS.resolve("sentiment");
    private static final long MAX_BYTES = 500_000;

    @TempDir
    private Path folder;

    private String page(Object... command) throws IOException {
        Path file = folder.resolve("page.html");
        List<Object> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--html", file));
        assertTrue(good(words.toArray()).startsWith(file + ": "));
        assertTrue(Files.size(file) < MAX_BYTES, words + ": " + Files.size(file) + " bytes");
        String html = Files.readString(file);
        assertFalse(html.contains("<script"), "pages have no scripts");
        assertFalse(Pattern.compile("<[^>]*\\s(src|href)=|url\\(").matcher(html).find(), "pages need no other file");
        return html;
    }

    @Test
    void inspectShowsGraphCostsRoundingAndWeights() throws IOException {
        String html = page("inspect", SENTIMENT);
        for (String part : List.of("Keras 3.15.1 archive", "(None, 40, 48)", "96,000", "125,058", "2.46 MB",
                "lstm/cell/recurrent_kernel", "bfloat16", "int16", "over 50 examples", "prefers-color-scheme: dark")) {
            assertTrue(html.contains(part), part);
        }
        // input, four layers, output
        assertEquals(6, html.split("<rect class=\"box", -1).length - 1);
        assertEquals(5, html.split("class=\"wire\"", -1).length - 1);
        assertEquals(6, html.split("<title>histogram</title>", -1).length - 1);
        assertTrue(page("inspect", SENTIMENT, "--weights", "int16").contains("rounded already"));
        assertTrue(page("inspect", MODELS.resolve("conformance/topology/functional__nested_deep_shared/model.keras"))
                .contains("Inside middle/tower"));
    }

    @Test
    void aModelThatCantRunHasAPageOfReasons() throws IOException {
        Path file = folder.resolve("refused.html");
        Ran ran = run("inspect", MODELS.resolve("voice/model.onnx"), "--html", file);
        assertEquals(Main.BAD, ran.code());
        assertTrue(Files.readString(file).contains("--set sr=VALUE"));
    }

    @Test
    void explainShowsGatesOverWordsAndSeries() throws IOException {
        String html = page("explain", SENTIMENT, "--text", "not bad at all");
        for (String part : List.of(">not<", ">bad<", ">at<", ">all<", "padding x 36", "input gate", "forget gate",
                "cell state", "output gate", "hidden state", "negative")) {
            assertTrue(html.contains(part), part);
        }
        assertFalse(html.contains("please report"), "states differ from the engine's");
        html = page("explain", MODELS.resolve("forecast"));
        assertTrue(html.contains("first example") && html.contains("lstm_1: LSTM of 16 units"), html);
        assertEquals(2, html.split("class=\"line\"", -1).length - 1, "the input and the answers are curves");
        Path x = folder.resolve("x.npy");
        Npy.write(x, TensorData.of(Shape.of(1, 9, 1), new float[9]));
        assertTrue(page("explain", MODELS.resolve("stream"), "--input", "change=" + x).contains("x.npy"));
        html = page("explain", MODELS.resolve("conformance/masking/embedding_mid__gru/model.keras"));
        assertTrue(html.contains("update gate") && html.contains("reset gate"), html);
        html = page("explain", MODELS.resolve("conformance/recurrent/bidirectional__lstm__merge_concat/model.keras"));
        assertTrue(html.contains("from the last step to the first"), html);
        html = page("explain", MODELS.resolve("conformance/recurrent/conv_lstm2d/model.keras"));
        assertTrue(html.contains("its state is a picture") && html.contains("No layer of this model"), html);
    }

    /** The answers after each word are those that the beginnings of the text get. */
    @Test
    void answersAfterEachWordAreTheModels() throws IOException {
        String html = page("explain", SENTIMENT, "--text", "great phone");
        for (String beginning : List.of("great", "great phone")) {
            String line = good("predict", SENTIMENT, "--json", "--text", beginning);
            double positive = Json.parse("answer", line).findValue("probability").doubleValue();
            assertTrue(html.contains(String.format(Locale.ROOT, ">%.3f<", positive)), line);
        }
    }

    @Test
    void pagesGoWhereTheyAreSent() throws IOException {
        assertTrue(good("inspect", MODELS.resolve("stream"), "--html", "-").startsWith("<!doctype html>"));
        bad("--json --html", "inspect", SENTIMENT, "--json", "--html", "-");
        bad("--text --html", "explain", SENTIMENT, "--text", "great");
        bad("no folder", "inspect", MODELS.resolve("stream"), "--html", folder.resolve("none/page.html"));
        bad("no text", "explain", MODELS.resolve("stream"), "--html", "-", "--text", "great");
        bad("'nothing'", "explain", MODELS.resolve("stream"), "--html", "-", "--input", "nothing=x.npy");
        assertFalse(Files.exists(folder.resolve("page.html")));
    }

    private Path model(String name, List<Graph.Node> nodes, Map<String, TensorData> arrays) {
        Graph graph = new Graph(nodes, List.of(0), List.of(new Graph.Output(nodes.getLast().layer().name(),
                new Graph.Ref(nodes.size() - 1, 0))));
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, new ModelSpec(name, graph, null, List.of("<b>no</b>", "\"yes'")), new Weights(arrays),
                Examples.NONE);
        return file;
    }

    private static Graph.Node node(LayerSpec layer, int... reads) {
        return new Graph.Node(layer, Arrays.stream(reads).mapToObj(n -> new Graph.Ref(n, 0)).toList(), null);
    }

    /** Names come from files: none of them is markup. */
    @Test
    void namesAreEscaped() throws IOException {
        String evil = "<script>alert('1')</script>";
        String quoted = "\"><img src=x onerror=alert(1)>\u202e\u0007";
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put(quoted + "/cell/kernel", TensorData.of(Shape.of(3, 8), new float[24]));
        arrays.put(quoted + "/cell/recurrent_kernel", TensorData.of(Shape.of(2, 8), new float[16]));
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", 2, Activation.TANH, Activation.SIGMOID, false);
        Path file = model(evil, List.of(
                node(new LayerSpec.InputLayer(evil, Shape.of(-1, 4, 3), DType.FLOAT32)),
                node(new RecurrentLayer.Rnn(quoted, List.of(cell), false, false, false, false, false), 0),
                node(new LayerSpec.Identity("a&b", "<i>Dropout</i>"), 1)), arrays);
        for (String command : List.of("inspect", "explain")) {
            String html = page(command, file);
            assertTrue(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"), html);
            assertFalse(html.contains("<img") || html.contains("<i>") || html.contains("<b>"), html);
            assertFalse(html.contains("\u202e") || html.contains("\u0007"), html);
        }
    }

    /** A wide and deep graph whose names are long: the page stays readable by a browser. */
    @Test
    void largeModelsHaveSmallPages() throws IOException {
        List<Graph.Node> nodes = new ArrayList<>();
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        nodes.add(node(new LayerSpec.InputLayer("x", Shape.of(-1, 4), DType.FLOAT32)));
        for (int i = 0; i < 600; i++) {
            String name = "\u5c42".repeat(300) + i;
            arrays.put(name + "/kernel", TensorData.of(Shape.of(4, 4), new float[16]));
            nodes.add(node(new CoreLayer.Dense(name, 4, Activation.RELU, false), nodes.size() - 1));
            nodes.add(node(new MergingLayer.Merge("add" + i, MergingLayer.MergeOp.ADD, false), nodes.size() - 1,
                    Math.max(0, nodes.size() - 7)));
        }
        String html = page("inspect", model("deep", nodes, arrays));
        assertTrue(html.contains("Only the first 200 of 1,202 boxes are drawn."), "boxes");
        page("inspect", MODELS.resolve("hostile/G_expo_12.keras"));
        page("inspect", MODELS.resolve("hostile/F_chain_3000.keras"));
        Path x = folder.resolve("long.npy");
        Npy.write(x, TensorData.of(Shape.of(1, 3000, 1), noise(3000)));
        page("explain", MODELS.resolve("stream"), "--input", "change=" + x);
    }

    private static float[] noise(int count) {
        Random random = new Random(4);
        float[] all = new float[count];
        for (int i = 0; i < count; i++) {
            all[i] = (float) random.nextGaussian();
        }
        return all;
    }

    /** Every kind of page opens without a word on the console, and shows what it should. */
    @Test
    void browsersOpenThem() throws IOException {
        Chromium chromium = Chromium.find(folder);
        String dom = openIn(chromium, "inspect", SENTIMENT);
        assertEquals(6, dom.split("<rect class=\"box", -1).length - 1);
        dom = openIn(chromium, "explain", SENTIMENT, "--text", "not bad at all");
        assertTrue(dom.contains("forget gate") && dom.split("<path class=\"up\"", -1).length > 30, dom);
        openIn(chromium, "explain", MODELS.resolve("forecast"));
        Path broken = Files.writeString(folder.resolve("broken.html"),
                "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
                        + "<img src=\"data:,x\">");
        assertThrows(AssertionError.class, () -> chromium.open(broken), "this test must see errors");
    }

    private String openIn(Chromium chromium, Object... command) throws IOException {
        page(command);
        Path file = folder.resolve("page.html");
        chromium.photograph(file, 1000, 800, false, folder.resolve("light.png"));
        chromium.photograph(file, 1000, 800, true, folder.resolve("dark.png"));
        assertFalse(Arrays.equals(Files.readAllBytes(folder.resolve("light.png")),
                Files.readAllBytes(folder.resolve("dark.png"))), "light and dark look the same");
        return chromium.open(file);
    }
}
