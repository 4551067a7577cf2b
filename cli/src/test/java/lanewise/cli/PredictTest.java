package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static lanewise.cli.Ran.withInput;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.files.Npy;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rows and calls of models with inputs of texts and numbers, and outputs of every type and shape. */
class PredictTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    private static final Path MIXED = CASES.resolve("preprocessing/texts_and_numbers");
    private static final Path MODEL = MIXED.resolve("model.keras");
    private static final List<String> INPUTS = List.of("title", "tags", "age", "series");
    private static final List<String> OUTPUTS = List.of("ids", "score", "steps", "tags_again");
    private static final Example CALL = CaseFolder.read(MIXED).examples().calls().getFirst();

    @TempDir
    private Path folder;

    /** The values of one row, as nested lists. */
    private static Object row(TensorData all, int row) {
        return ((List<?>) all.toLists()).get(row);
    }

    private static String line(int row) {
        Map<String, Object> line = new LinkedHashMap<>();
        for (int i = 0; i < INPUTS.size(); i++) {
            line.put(INPUTS.get(i), row(CALL.inputs().get(i), row));
        }
        return Json.write(line);
    }

    private static void assertRow(String printed, int row) {
        JsonNode outputs = Json.parse("answer", printed).get("outputs");
        assertEquals(OUTPUTS, List.copyOf(outputs.propertyNames()));
        for (int i = 0; i < OUTPUTS.size(); i++) {
            JsonNode want = Json.tree(row(CALL.outputs().get(i), row));
            assertNear(want, outputs.get(OUTPUTS.get(i)));
        }
    }

    private static void assertNear(JsonNode want, JsonNode got) {
        if (want.isArray()) {
            assertEquals(want.size(), got.size(), () -> got + " has the shape of " + want);
            for (int i = 0; i < want.size(); i++) {
                assertNear(want.get(i), got.get(i));
            }
        } else if (want.isFloatingPointNumber()) {
            assertEquals(want.doubleValue(), got.doubleValue(), 1e-5);
        } else {
            assertEquals(want.toString(), got.toString());
        }
    }

    @Test
    void rowsOfTextsAndNumbers() {
        Ran ran = withInput(line(0) + "\n\n" + line(1) + "\n", "predict", MODEL, "--json");
        assertEquals(Main.GOOD, ran.code(), ran.err());
        List<String> lines = ran.out().lines().toList();
        assertEquals(2, lines.size());
        assertRow(lines.get(0), 0);
        assertRow(lines.get(1), 1);
        assertTrue(lines.get(0).contains("\"ids\":["), lines.get(0));

        // a value or a flat list stands for a row of more axes
        Ran flat = withInput(line(0).replace("[[9]]", "9").replaceAll("\\[(-?[\\d.E-]+),(-?[\\d.E-]+)\\]", "$1,$2"),
                "predict", MODEL, "--json");
        assertEquals(ran.out().lines().findFirst().orElseThrow() + System.lineSeparator(), flat.out(), flat.err());
    }

    @Test
    void rowsThatDoNotFitAreNamed() {
        for (Map.Entry<String, String> wrong : Map.of(
                line(0).replace("\"age\"", "\"years\""), "'years' [title, tags, age, series]",
                "{\"title\": \"x\"}", "'tags'",
                "1,2,3", "JSON objects",
                line(0).replaceFirst("\\[\"", "[7,\""), "'title' texts",
                line(0).replaceFirst("\"tags\":\\[", "\"tags\":[\"more\","), "'tags' 3)",
                line(0).replace("[9]", "\"nine\""), "'age' text",
                line(0).replaceFirst("\"series\":\\[\\[", "\"series\":[[1.5,"), "'series' differ in length",
                "{\"title\"", "JSON").entrySet()) {
            Ran ran = withInput(wrong.getKey(), "predict", MODEL);
            assertEquals(Main.BAD, ran.code(), wrong.getKey());
            assertTrue(ran.err().startsWith("lanewise: line 1 of standard input: "), ran.err());
            for (String word : wrong.getValue().split(" ")) {
                assertTrue(ran.err().contains(word), () -> word + " expected in " + ran.err());
            }
            assertEquals(1, ran.err().lines().count(), ran.err());
        }
    }

    /** The values of --input for every input but some. */
    private List<Object> arguments(String... without) {
        List<Object> arguments = new ArrayList<>(List.of("predict", MODEL, "--json"));
        for (int i = 0; i < INPUTS.size(); i++) {
            if (!List.of(without).contains(INPUTS.get(i))) {
                arguments.addAll(List.of("--input", INPUTS.get(i) + "="
                        + MIXED.resolve("input_" + i + (i < 2 ? ".json" : ".npy"))));
            }
        }
        return arguments;
    }

    @Test
    void arraysAndTextsTogether() throws IOException {
        List<String> all = good(arguments().toArray()).lines().toList();
        assertEquals(2, all.size());
        assertRow(all.get(1), 1);

        List<Object> texts = arguments("title", "tags");
        CALL.inputs().get(0).strings().forEach(text -> texts.addAll(List.of("--text", "title=" + text)));
        CALL.inputs().get(1).strings().forEach(text -> texts.addAll(List.of("--text", "tags=" + text)));
        assertEquals(all, good(texts.toArray()).lines().toList());

        // numbers as nested lists, texts as nested lists, one text input left
        List<Object> lists = arguments("title", "series", "tags");
        for (int i : new int[] {1, 3}) {
            Path file = Files.writeString(folder.resolve(i + ".json"),
                    Json.write(CALL.inputs().get(i).toLists()));
            lists.addAll(List.of("--input", INPUTS.get(i) + "=" + file));
        }
        Object[] missing = lists.toArray();
        bad("[title] --text", missing);
        CALL.inputs().get(0).strings().forEach(text -> lists.addAll(List.of("--text", "title=" + text)));
        assertEquals(all, good(lists.toArray()).lines().toList());

        texts.addAll(List.of("--text", "title=one more"));
        bad("title rows", texts.toArray());
        texts.addAll(List.of("--text", "tags=one more"));
        bad("tags 3 a row", texts.toArray());
        bad("--text NAME=T [title, tags]", "predict", MODEL, "--text", "plain");
        lists.addAll(List.of("--input", "title=" + MIXED.resolve("input_0.json")));
        bad("title both", lists.toArray());
    }

    @Test
    void outputsGoIntoFilesOfTheirType() throws IOException {
        List<Object> arguments = arguments();
        List<Path> files = List.of(folder.resolve("ids.npy"), folder.resolve("score.npy"), folder.resolve("steps.json"),
                folder.resolve("tags.json"));
        for (int i = 0; i < files.size(); i++) {
            arguments.addAll(List.of("--output", OUTPUTS.get(i) + "=" + files.get(i)));
        }
        assertEquals("", good(arguments.toArray()));
        assertEquals(DType.INT32, Npy.read(files.get(0)).dtype());
        assertEquals(List.of(2, 3), Npy.read(files.get(0)).shape().dims());
        TensorData steps = JsonArray.read("steps", Json.read(files.get(2)), DType.FLOAT32);
        assertEquals(CALL.outputs().get(2).shape(), steps.shape());
        TensorData tags = JsonArray.read("tags", Json.read(files.get(3)), DType.STRING);
        assertEquals(CALL.outputs().get(3).strings(), tags.strings());

        List<Object> npy = arguments();
        npy.addAll(List.of("--output", "tags_again=" + folder.resolve("tags.npy")));
        bad("tags_again --output tags_again=F.json", npy.toArray());
    }

    /** A text may hold the sign that names an input. */
    @Test
    void namesCountOnlyWhereTheyAreInputs() {
        Path words = CASES.resolve("preprocessing/text_vectorization__classifier/model.keras");
        String input = Json.parse("inspect", good("inspect", words, "--json")).get("inputs").get(0).get("name")
                .stringValue();
        String plain = good("predict", words, "--text", "the fox", "--json");
        assertEquals(plain, good("predict", words, "--text", input + "=the fox", "--json"));
        assertTrue(good("predict", words, "--text", "a=the fox", "--json").contains("\"text\":\"a=the fox\""));
        assertEquals(plain.lines().toList(), withInput("the fox\n", "predict", words, "--json").out().lines().toList());
    }

    @Test
    void numbersThatJsonDoesNotHaveAreStrings() throws IOException {
        Path model = CASES.resolve("recurrent/lstm__return_sequences/model.keras");
        JsonNode inspected = Json.parse("inspect", good("inspect", model, "--json")).get("inputs").get(0);
        int features = inspected.get("shape").get(2).intValue();
        int steps = inspected.get("shape").get(1).intValue();
        float[] values = new float[Math.max(steps, 1) * features];
        values[0] = Float.NaN;
        Path file = folder.resolve("x.npy");
        Npy.write(file, TensorData.of(Shape.of(1, Math.max(steps, 1), features), values));
        String name = inspected.get("name").stringValue();
        String nan = good("predict", model, "--json", "--input", name + "=" + file);
        assertTrue(nan.contains("[[\"NaN\","), nan);
        // what is written is read again
        Path json = Files.writeString(folder.resolve("x.json"), Json.write(Npy.read(file).toLists()));
        assertTrue(Files.readString(json).startsWith("[[[\"NaN\","), Files.readString(json));
        assertEquals(nan, good("predict", model, "--json", "--input", name + "=" + json));
        bad("x.json", "predict", model, "--input", name + "=" + Files.writeString(json, "[[[1, 2], [3]]]"));
        bad("x.json shape", "predict", model, "--input", name + "=" + Files.writeString(json, "{\"data\": [1]}"));
        bad("x.json 2 values", "predict", model, "--input",
                name + "=" + Files.writeString(json, "{\"shape\": [3], \"data\": [1, 2]}"));
        assertEquals(Main.GOOD, run("predict", "--help").code());
    }

    /** No float holds every id. */
    @Test
    void idsStayExact() {
        Path hash = CASES.resolve("preprocessing/hashing__ints/model.keras");
        String[] got = new String[3];
        String[] ids = {"16777216", "16777217", "[16777217]"};
        for (int i = 0; i < ids.length; i++) {
            got[i] = withInput(ids[i] + "\n", "predict", hash).out();
        }
        assertEquals(got[1], got[2]);
        assertTrue(!got[0].equals(got[1]) && !got[0].contains("."), String.join(" ", got));
    }

    @Test
    void whatIsPrintedIsRead() {
        Path sentiment = CASES.resolve("../sentiment");
        String printed = withInput("great phone\nawful phone\n", "predict", sentiment, "--json").out();
        assertEquals(printed, withInput(printed, "predict", sentiment, "--json").out());
        Ran other = withInput("{\"review\": \"great phone\"}\n", "predict", sentiment);
        assertEquals(Main.BAD, other.code());
        assertTrue(other.err().contains("[review]"), other.err());
    }

    @Test
    void byteOrderMarksArePassedOver() {
        Path sentiment = CASES.resolve("../sentiment");
        assertEquals(withInput("great\n", "predict", sentiment, "--json").out(),
                withInput("\ufeffgreat\n", "predict", sentiment, "--json").out());
        Path hash = CASES.resolve("preprocessing/hashing__ints/model.keras");
        assertEquals(withInput("7\n", "predict", hash).out(), withInput("\ufeff7\n", "predict", hash).out());
    }

    @Test
    void idsWithFractionsAreRefused() {
        Path hash = CASES.resolve("preprocessing/hashing__ints/model.keras");
        for (String row : List.of("3.7", "[3.7]", "NaN")) {
            Ran ran = withInput(row + "\n", "predict", hash);
            assertEquals(Main.BAD, ran.code(), row);
            assertTrue(ran.err().contains("takes integers, found "), ran.err());
        }
    }
}
