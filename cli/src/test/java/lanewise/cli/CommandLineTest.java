package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.files.Json;
import lanewise.files.Npy;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command line as scripts call it: exit codes, one clear message for bad input, and no half-written files. */
class CommandLineTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final String SENTIMENT = MODELS.resolve("sentiment").toString();

    @TempDir
    private Path folder;

    @Test
    void scoresTexts() {
        Ran ran = run("predict", SENTIMENT, "--text", "great phone, works perfectly", "--text", "zxqv");
        assertEquals(Main.GOOD, ran.code(), ran.err());
        assertEquals(List.of("positive", "negative"), ran.out().lines().map(line -> line.split(" ")[0]).toList());
        assertTrue(ran.err().contains("knows no word of \"zxqv\""), ran.err());
        JsonNode json = Json.parse("answer",
                good("predict", SENTIMENT, "--text", "awful", "--json", "--labels", "no,yes"));
        assertTrue(json.toString().contains("\"no\""), json.toString());
    }

    @Test
    void scoresArrays() {
        Path x = folder.resolve("x.npy");
        Path y = folder.resolve("y.npy");
        JsonNode model = Json.parse("inspect", good("inspect", SENTIMENT, "--json"));
        String input = model.get("inputs").get(0).get("name").stringValue();
        String output = model.get("outputs").get(0).get("name").stringValue();
        Npy.write(x, TensorData.of(DType.INT32, Shape.of(3, 40), new int[3 * 40]));
        good("predict", SENTIMENT, "--input", input + "=" + x, "--output", output + "=" + y);
        assertEquals(Shape.of(3, 2), Npy.read(y).shape());

        bad("'nothing' " + input, "predict", SENTIMENT, "--input", "nothing=" + x);
        bad("'nothing' " + output, "predict", SENTIMENT, "--input", input + "=" + x, "--output", "nothing=" + y);
        bad("missing.npy", "predict", SENTIMENT, "--input", input + "=" + folder.resolve("missing.npy"));
        Npy.write(x,
                TensorData.of(DType.INT32, Shape.of(1, 40), Arrays.stream(new int[40]).map(i -> 2000000).toArray()));
        bad("2000000", "predict", SENTIMENT, "--input", input + "=" + x);
        Npy.write(x, TensorData.of(DType.INT32, Shape.of(1, 39), new int[39]));
        bad("39 40", "predict", SENTIMENT, "--input", input + "=" + x);
        Npy.write(x, TensorData.of(DType.INT32, Shape.of(40), new int[40]));
        bad("(40,)", "predict", SENTIMENT, "--input", input + "=" + x);
    }

    @Test
    void fixesInputsInEveryCommand() {
        Path branches = MODELS.resolve("conformance/onnx_fixed/branch__inner_else");
        Path model = branches.resolve("model.onnx");
        Path gguf = folder.resolve("fixed.gguf");
        Path y = folder.resolve("y.npy");
        List<String> fixed = List.of("--set", "rate=16", "--set", "loud=false");
        for (List<Object> command : List.<List<Object>>of(List.of("inspect", model), List.of("explain", model),
                List.of("predict", model, "--input", "x=" + branches.resolve("input_0.npy"), "--output", "y=" + y),
                List.of("convert", model, gguf, "--examples", branches), List.of("time", model, "--seconds", "0.1"))) {
            Ran open = run(command.toArray());
            assertEquals(Main.BAD, open.code(), open.out());
            assertTrue((open.out() + open.err()).contains("--set "), () -> open.out() + open.err());
            List<Object> all = new ArrayList<>(command);
            all.addAll(fixed);
            good(all.toArray());
        }
        assertEquals(Npy.read(branches.resolve("output_0.npy")).shape(), Npy.read(y).shape());
        assertTrue(good("verify", gguf).startsWith("PASS"));
        assertTrue(good("verify", branches).startsWith("PASS"));
        // what is given on the command line wins over the case
        Ran other = run("verify", branches, "--set", "loud=true");
        assertEquals(Main.FAILED, other.code(), other.out());
        assertTrue(good("inspect", MODELS.resolve("conformance/onnx_fixed/pad__edge/model.onnx"), "--shape", "x=?x6")
                .contains("(None, 6)"));
        bad("rate expected number", "inspect", model, "--set", "rate=fast");
        bad("x=?y6 expected sizes", "inspect", model, "--shape", "x=?y6");
    }

    /** The commands of the example of a voice detector; its stand-in takes the place of the user's own file. */
    @Test
    void runsTheCommandsOfTheVoiceDetector() throws IOException {
        Path voice = MODELS.resolve("voice");
        Path caseFolder = Files.createDirectory(folder.resolve("case"));
        Files.copy(voice.resolve("model.onnx"), caseFolder.resolve("model.onnx"));
        Path chunk = caseFolder.resolve("chunk.npy");
        Path state = caseFolder.resolve("state.npy");
        Npy.write(chunk, TensorData.of(Shape.of(1, 576), new float[576]));
        Npy.write(state, TensorData.of(stateShape(voice), new float[24]));
        Map<String, Path> files = Map.of("silero_vad.onnx", voice.resolve("model.onnx"), "models/voice", voice,
                "voice.gguf", folder.resolve("voice.gguf"), "chunk.npy", chunk, "state.npy", state, "probability.npy",
                caseFolder.resolve("probability.npy"), "next.npy", caseFolder.resolve("next.npy"), "CASE", caseFolder);
        int commands = 0;
        for (String line : Files.readAllLines(voice.resolve("README.md"))) {
            if (line.startsWith("    ./lanewise ")) {
                commands++;
                String given = line.strip().substring("./lanewise ".length());
                Object[] words = Arrays.stream(given.split(" ")).map(word -> {
                    String file = word.substring(word.lastIndexOf('=') + 1);
                    return files.containsKey(file) ? word.replace(file, files.get(file).toString()) : word;
                }).toArray();
                good(words);
                if (given.startsWith("predict")) {
                    describeCall(caseFolder);
                }
            }
        }
        assertEquals(5, commands);
    }

    private static Shape stateShape(Path voice) {
        JsonNode inputs = Json.parse("inspect", good("inspect", voice, "--json")).get("inputs");
        return inputs.get(1).get("shape").get(0).intValue() == 2 ? Shape.of(2, 1, 12) : Shape.of(1, 2, 12);
    }

    /** Makes a case of what predict read and wrote; it lists a value for the rate, too. */
    private static void describeCall(Path folder) throws IOException {
        Npy.write(folder.resolve("rate.npy"), TensorData.of(DType.INT32, Shape.of(1), 8000));
        Files.writeString(folder.resolve("case.json"),
                """
                        {"name": "voice", "files": {"onnx": "model.onnx"}, "set": {"sr": 16000},
                         "shape": {"input": [null, 576]},
                         "calls": [{"inputs": [{"file": "chunk.npy"}, {"file": "state.npy"}, {"file": "rate.npy"}],
                                    "outputs": [{"file": "probability.npy"}, {"file": "next.npy"}]}]}
                        """);
    }

    @Test
    void saysWhatBecomesOfNarrowWeights() {
        Path quantized = MODELS.resolve("conformance/quantized/text/model.keras");
        assertTrue(good("convert", quantized, folder.resolve("narrow.gguf")).contains("its 8-bit weights"));
        assertFalse(good("convert", SENTIMENT, folder.resolve("wide.gguf")).contains("8-bit"));
    }

    @Test
    void convertsAndVerifies() throws IOException {
        Path file = folder.resolve("model.gguf");
        assertTrue(good("convert", SENTIMENT, file).contains("600 examples"));
        assertTrue(good("verify", file).endsWith("1 passed, 0 failed, 0 rejected" + System.lineSeparator()));
        assertTrue(good("explain", file).contains("lstm"));
        JsonNode time = Json.parse("time", good("time", file, "--seconds", "0.2", "--json"));
        for (String key : List.of("min_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us", "mean_us",
                "calls_per_second",
                "bytes_per_call", "first_answer_ms", "full_speed_ms", "timer_us")) {
            assertTrue(time.get(key).isNumber(), key);
        }
        for (List<String> options : List.of(List.of("--stream"), List.of("--stream", "--prepare"))) {
            List<Object> args = new ArrayList<>(
                    List.of("time", MODELS.resolve("stream"), "--seconds", "0.1", "--json"));
            args.addAll(options);
            JsonNode step = Json.parse("time", good(args.toArray()));
            assertEquals(0, step.get("bytes_per_call").doubleValue(), "bytes a step");
            // some clocks tick slower than they are read
            double timer = step.get("timer_us").doubleValue();
            assertTrue(timer >= 0 && timer < 100, "timer " + timer);
            assertTrue(step.get("min_us").doubleValue() >= 0, "a step takes less than nothing");
        }

        // a case that expects something else fails, with exit code 1
        Path wrong = Files.createDirectory(folder.resolve("wrong"));
        Path right = MODELS.resolve("conformance/recurrent/lstm__return_sequences");
        for (String name : List.of("case.json", "model.keras", "input_0.npy")) {
            Files.copy(right.resolve(name), wrong.resolve(name));
        }
        Npy.write(wrong.resolve("output_0.npy"), TensorData.of(Shape.of(2, 4, 5), new float[40]));
        Ran ran = run("verify", wrong, right);
        assertEquals(Main.FAILED, ran.code(), ran.out() + ran.err());
        assertTrue(ran.out().endsWith("1 passed, 1 failed, 0 rejected" + System.lineSeparator()), ran.out());
    }

    @Test
    void badUsageAndMissingFiles() throws IOException {
        Path missing = folder.resolve("missing.keras");
        for (String command : List.of("predict", "inspect", "explain", "time")) {
            bad("missing.keras no file", command, missing);
            bad(folder + " no model", command, folder);
        }
        Path text = Files.writeString(folder.resolve("note.h5"), "not a model");
        bad("note.h5 .keras .gguf", "predict", text, "--text", "x");
        Path out = folder.resolve("out.gguf");
        bad("missing.keras", "convert", missing, out);
        bad("--stream", "time", SENTIMENT, "--prepare");
        bad("backwards", "time", MODELS.resolve("conformance/recurrent/lstm__go_backwards"), "--stream");
        bad("bf16", "convert", SENTIMENT, out, "--weights", "bf16");
        bad("no folder", "convert", SENTIMENT, folder.resolve("none/out.gguf"));
        bad("--nothing", "predict", SENTIMENT, "--nothing");
        bad("nothing", "nothing");
        bad("MODEL", "predict");
        bad("labels", "predict", SENTIMENT, "--labels", "a,b,c", "--text", "great");
        assertFalse(Files.exists(out));
    }

    @Test
    void damagedFilesAreRefusedWithoutOutput() throws IOException {
        Path keras = MODELS.resolve("sentiment/model.keras");
        byte[] whole = Files.readAllBytes(keras);
        Path cut = folder.resolve("cut.keras");
        Path out = folder.resolve("out.gguf");
        for (int length : new int[] {0, 1, 4, 30, 1000, whole.length / 2, whole.length - 1}) {
            Files.write(cut, Arrays.copyOf(whole, length));
            bad("cut.keras", "convert", cut, out);
        }
        assertFalse(Files.exists(out));
    }
}
