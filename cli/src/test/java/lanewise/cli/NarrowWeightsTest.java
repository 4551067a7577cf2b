package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lanewise.files.Json;
import lanewise.files.Npy;
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
import tools.jackson.databind.JsonNode;

/** Weights of 16 bits at the command line: what was measured, limits, and what is refused with nothing written. */
class NarrowWeightsTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final Path STREAM = MODELS.resolve("stream");
    private static final Path TEXTS = MODELS.resolve("conformance/architectures/sentiment_tutorial_small");

    @TempDir
    private Path folder;

    /** Two layers of 3 x 3 weights; no examples. */
    private Path model(float... first) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put("first/kernel", TensorData.of(Shape.of(3, 3), first));
        arrays.put("second/kernel", TensorData.of(Shape.of(3, 1), 0.3f, 0.1f, -0.7f));
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(-1, 3), DType.FLOAT32), List.of(), null),
                new Graph.Node(new CoreLayer.Dense("first", 3, Activation.LINEAR, false),
                        List.of(new Graph.Ref(0, 0)), null),
                new Graph.Node(new CoreLayer.Dense("second", 1, Activation.LINEAR, false),
                        List.of(new Graph.Ref(1, 0)), null));
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, new ModelSpec("small", new Graph(nodes, List.of(0),
                List.of(new Graph.Output("y", new Graph.Ref(2, 0))))), new Weights(arrays), Examples.NONE);
        return file;
    }

    private Path samples(String... lines) throws IOException {
        return Files.write(folder.resolve("samples.txt"), List.of(lines));
    }

    private Path out() {
        return folder.resolve("out.gguf");
    }

    @Test
    void figuresAreMeasuredOnExamplesAndKeptInTheFile() {
        for (String format : List.of("bfloat16", "int16")) {
            String said = good("convert", STREAM, out(), "--weights", format);
            assertTrue(said.contains("5 matrices of " + format + ", measured on 5 calls"), said);
            assertTrue(said.contains("output 'next_change': largest difference"), said);
            assertTrue(said.contains("most by layer 'lstm"), said);
            String listed = good("inspect", out());
            assertTrue(said.lines().skip(1).allMatch(line -> listed.contains(line)), listed);
            JsonNode accuracy = Json.parse("inspect", good("inspect", out(), "--json")).get("accuracy");
            assertEquals(5, accuracy.get("calls").intValue());
            JsonNode output = accuracy.get("outputs").get(0);
            double largest = output.get("largest").doubleValue();
            assertTrue(largest > 0 && largest <= (format.equals("int16") ? 1e-4 : 5e-3), output.toString());
            assertTrue(output.get("mean").doubleValue() < largest);
            assertEquals(0, output.get("labels").intValue(), "a change of up to 0.5 either way is no label");
            // a copy keeps them
            Path copy = folder.resolve("copy.gguf");
            good("convert", out(), copy);
            assertEquals(accuracy, Json.parse("inspect", good("inspect", copy, "--json")).get("accuracy"));
        }
    }

    @Test
    void verifyChecksKernelsAndReportsTheDistance() {
        good("convert", STREAM, out(), "--weights", "bfloat16");
        String line = good("verify", out(), "--json").lines().findFirst().orElseThrow();
        JsonNode result = Json.parse("verify", line);
        double distance = result.get("max_abs_error").doubleValue();
        assertTrue(distance > 1e-4 && distance < 5e-3, line);
        assertTrue(result.get("max_kernel_error").doubleValue() < 1e-5, line);
        assertTrue(result.get("distance").doubleValue() <= distance, line);
        assertTrue(good("verify", out()).startsWith("PASS " + out() + " " + (float) distance));
        assertEquals(good("verify", out(), "--json").lines().findFirst().orElseThrow().replace(out().toString(),
                STREAM.toString()),
                good("verify", STREAM, "--weights", "bfloat16", "--json").lines().findFirst().orElseThrow());
        Ran tight = run("verify", STREAM, "--weights", "bfloat16", "--limit", "1e-4");
        assertEquals(Main.FAILED, tight.code());
        assertTrue(tight.out().startsWith("FAIL") && tight.out().contains("the limit is 1.0E-4"), tight.out());
        assertTrue(good("verify", STREAM, "--limit", "1e-9").startsWith("PASS"), "float32 weights have no limit");
        // cases too; what the file says holds where no option says otherwise
        assertTrue(good("verify", TEXTS, "--weights", "int16", "--limit", "1e-3").startsWith("PASS"));
        assertEquals(Main.FAILED, run("verify", TEXTS, "--weights", "bfloat16", "--limit", "1e-9").code());
    }

    @Test
    void theLimitInTheFileHolds() throws IOException {
        // measured on a sample that says nothing, with examples that move farther
        Path zeros = samples("0,0,0,0,0,0,0,0");
        Path model = model(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f);
        Files.writeString(zeros, "0,0,0");
        Path caseFolder = Files.createDirectory(folder.resolve("case"));
        Files.copy(model, caseFolder.resolve("model.gguf"));
        Npy.write(caseFolder.resolve("x.npy"), TensorData.of(Shape.of(1, 3), 100f, 200f, 300f));
        good("predict", model, "--input", "x=" + caseFolder.resolve("x.npy"), "--output",
                "y=" + caseFolder.resolve("y.npy"));
        Files.writeString(caseFolder.resolve("case.json"), """
                {"name": "far", "kind": "predict", "files": {"gguf": "model.gguf"},
                 "tolerance": {"absolute": 1e-4, "relative": 1e-5},
                 "calls": [{"inputs": [{"file": "x.npy"}], "outputs": [{"file": "y.npy"}]}]}""");
        Ran ran = run("convert", model, out(), "--weights", "bfloat16", "--samples", zeros, "--limit", "1e-6",
                "--examples", caseFolder);
        assertEquals(Main.FAILED, ran.code(), ran.out());
        assertTrue(ran.err().contains("does not pass its examples") && ran.err().contains("the limit is 1.0E-6"),
                ran.err());
        assertFalse(Files.exists(out()));
        good("convert", model, out(), "--weights", "bfloat16", "--samples", zeros, "--limit", "1e-6");
        Files.copy(out(), caseFolder.resolve("model.gguf"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(Main.FAILED, run("verify", caseFolder).code());
        assertTrue(good("verify", caseFolder, "--limit", "0.1").startsWith("PASS"));
    }

    @Test
    void samplesHaveTheFormsOfInputs() throws IOException {
        Path model = model(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f);
        Path array = folder.resolve("x.npy");
        Npy.write(array, TensorData.of(Shape.of(4, 3), new float[12]));
        String none = good("convert", model, out(), "--weights", "int16");
        assertTrue(none.contains("accuracy was not measured") && none.contains("--samples"), none);
        assertTrue(good("inspect", out()).contains("accuracy was not measured"));
        assertTrue(good("convert", model, out(), "--weights", "int16", "--samples",
                samples("1,2,3", "", "{\"x\": [4, 5, 6]}")).contains("measured on 2 calls"));
        assertTrue(good("convert", model, out(), "--weights", "int16", "--samples", array)
                .contains("measured on 1 call "));
        String texts = good("convert", MODELS.resolve("sentiment"), out(), "--weights", "int16", "--samples",
                samples("great phone", "awful, broke after a day"));
        assertTrue(texts.contains("measured on 2 calls") && texts.contains("0 of 2 labels changed"), texts);
        assertTrue(good("convert", TEXTS.resolve("model.keras"), out(), "--weights", "int16", "--samples", TEXTS)
                .contains("measured on 1 call "));

        Files.delete(out());
        for (Map.Entry<Path, String> wrong : Map.of(samples("1,2,3", "1,2"), "line 2", folder.resolve("no"),
                "there is no file", Files.createDirectory(folder.resolve("empty")), "case.json",
                Files.createFile(folder.resolve("nothing.txt")), "is empty").entrySet()) {
            bad(wrong.getValue(), "convert", model, out(), "--weights", "int16", "--samples", wrong.getKey());
        }
        bad("UTF-8", "convert", model, out(), "--weights", "int16", "--samples",
                Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 0}));
        Npy.write(array, TensorData.of(Shape.of(4, 2), new float[8]));
        bad("'x'", "convert", model, out(), "--weights", "int16", "--samples", array);
        assertFalse(Files.exists(out()));
    }

    @Test
    void aLimitThatIsNotMetNamesWaysThatWork() {
        for (String given : List.of("1e-3", "1e-4")) {
            Ran ran = run("convert", STREAM, out(), "--weights", "bfloat16", "--limit", given);
            assertEquals(Main.FAILED, ran.code(), ran.out());
            assertEquals(1, ran.err().lines().count(), ran.err());
            assertFalse(Files.exists(out()));
            Matcher ways = Pattern.compile("'next_change'.*layer 'lstm.*--weights (\\S+) stays.*--limit (\\S+) allows")
                    .matcher(ran.err());
            assertTrue(ways.find(), ran.err());
            assertTrue(given.equals("1e-3") == ways.group(1).contains("=float32"), ran.err());
            good("convert", STREAM, out(), "--weights", ways.group(1), "--limit", given);
            good("convert", STREAM, out(), "--weights", "bfloat16", "--limit", ways.group(2));
            good("verify", out());
            out().toFile().delete();
        }
        Ran none = run("convert", STREAM, out(), "--weights", "int16", "--limit", "0");
        assertEquals(Main.FAILED, none.code());
        assertTrue(none.err().contains("no layer can be rounded within it"), none.err());
        assertFalse(Files.exists(out()));
    }

    @Test
    void weightsThatHaveNo16BitsAreRefused() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3.39e38f}) {
            Path model = model(1, 2, 3, 4, value, 6, 7, 8, 9);
            Files.writeString(out(), "what was here before");
            for (String format : List.of("bfloat16", "int16")) {
                bad("'first' 'kernel' " + value + " row 1, column 1 first=float32", "convert", model, out(),
                        "--weights",
                        format);
                for (String command : List.of("predict", "explain", "time")) {
                    bad("'first' " + value, command, model, "--weights", format);
                }
                assertTrue(run("inspect", model, "--weights", format).out().contains("column 1"));
            }
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(2, files.count(), "nothing half-written");
            }
            assertEquals("what was here before", Files.readString(out()));
            good("convert", model, out(), "--weights", "int16,first=float32");
        }
    }

    @Test
    void zerosAndTinyWeightsStayWhatTheyAre() throws IOException {
        Path x = folder.resolve("x.npy");
        Npy.write(x, TensorData.of(Shape.of(1, 3), 1f, 2f, 3f));
        for (float[] first : new float[][] {new float[9], {0, 1, 1, 0, 1, 1, 0, 1, 1},
            {1e-42f, 0, 0, 1e-42f, 0, 0, 0, 0, 0}}) {
            Path model = model(first);
            for (String format : List.of("float32", "bfloat16", "int16")) {
                Path y = folder.resolve(format + ".npy");
                good("convert", model, out(), "--weights", format, "--samples", x, "--limit", "0.01");
                good("predict", out(), "--input", "x=" + x, "--output", "y=" + y);
                assertArrayEquals(Npy.read(folder.resolve("float32.npy")).toFloats(), Npy.read(y).toFloats(), 0.01f);
            }
        }
    }

    @Test
    void narrowModelsAreNeverRoundedAgain() {
        Path narrow = folder.resolve("narrow.gguf");
        good("convert", STREAM, narrow, "--weights", "int16");
        for (String format : List.of("int16", "bfloat16", "float32", "int16,lstm=float32")) {
            bad("int16 already", "convert", narrow, out(), "--weights", format);
            bad("int16 already", "explain", narrow, "--weights", format);
            bad("int16 already", "time", narrow, "--weights", format);
            bad("int16 already", "predict", narrow, "--weights", format);
            for (String command : List.of("inspect", "verify")) {
                Ran ran = run(command, narrow, "--weights", format);
                assertEquals(Main.BAD, ran.code(), ran.out());
                assertTrue(ran.out().contains("int16 already"), ran.out());
            }
        }
        assertFalse(Files.exists(out()));
    }

    @Test
    void wordsThatMeanNothingAreRefused() {
        bad("no layer 'nobody' lstm", "convert", STREAM, out(), "--weights", "int16,nobody=float32");
        bad("no format 'int8' int16", "convert", STREAM, out(), "--weights", "int8");
        bad("'lstm' is not LAYER=FORMAT", "convert", STREAM, out(), "--weights", "int16,lstm");
        bad("--limit -1.0 expected", "convert", STREAM, out(), "--weights", "int16", "--limit", "-1");
        bad("--limit NaN", "verify", STREAM, "--limit", "NaN");
        bad("--limit 'x'", "verify", STREAM, "--limit", "x");
        bad("--limit --weights", "convert", STREAM, out(), "--limit", "1e-3");
        bad("--samples --weights", "convert", STREAM, out(), "--samples", STREAM);
        bad("--limit --samples", "convert", model(new float[9]), out(), "--weights", "int16", "--limit", "1e-3");
        assertFalse(Files.exists(out()));
    }

    @Test
    void explainListsEachFormat() {
        String float32 = good("explain", STREAM);
        String narrow = good("explain", STREAM, "--weights", "bfloat16,lstm=float32");
        for (String text : List.of("float32", "bfloat16", "int16", "GB/s from L2", "estimates")) {
            assertTrue(narrow.contains(text), narrow);
        }
        assertTrue(float32.contains(", packed, float32" + System.lineSeparator()), float32);
        assertTrue(narrow.contains(", packed, float32: lstm/") && narrow.contains(", bfloat16: lstm_1/"), narrow);
    }

    /** The figures of the page are those that are measured; its commands are run by PagesTest. */
    @Test
    void thePageIsTrue() throws IOException {
        String section = Files.readString(MODELS.resolve("../docs/weights.md"));
        for (String model : List.of("sentiment", "forecast")) {
            String row = section.lines().filter(line -> line.startsWith("| `models/" + model)).findFirst()
                    .orElseThrow();
            String[] cells = row.split("\\|");
            for (int i = 0; i < 3; i++) {
                String line = good("verify", MODELS.resolve(model), "--json", "--weights",
                        List.of("float32", "bfloat16", "int16").get(i)).lines().findFirst().orElseThrow();
                double error = Json.parse("verify", line).get("max_abs_error").doubleValue();
                assertEquals(String.format(Locale.ROOT, "%.1e", error).replace("e-0", "e-"),
                        cells[2 + i].strip().split(";")[0], row);
            }
        }
    }
}
