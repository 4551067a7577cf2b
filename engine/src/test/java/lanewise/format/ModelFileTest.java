package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.TestModels;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.ModelSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WindowLayer;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model file: what is written comes back, and damaged files are refused with a message. */
class ModelFileTest {
    private static final int MUTATIONS = 4000;

    @TempDir
    private Path folder;
    private final TestModels models = new TestModels(2);

    private final ModelSpec spec = createSpec();

    private ModelSpec createSpec() {
        models.array("embedding/embeddings", 9, 4);
        RecurrentLayer.Rnn forward = new RecurrentLayer.Rnn("f", List.of(
                new RecurrentLayer.GruCell("cell", 3, Activation.TANH, Activation.HARD_SIGMOID_KERAS_2, true, false)),
                true, false, false,
                false, false);
        RecurrentLayer.Rnn backward = new RecurrentLayer.Rnn("b", forward.cells(), true, false, true, false, false);
        for (String path : List.of("both/f/cell/", "both/b/cell/")) {
            models.array(path + "kernel", 4, 9);
            models.array(path + "recurrent_kernel", 3, 9);
            models.array(path + "bias", 9);
        }
        models.array("inner/dense/kernel", 6, 2);
        ModelSpec inner = TestModels.chain(TestModels.floats(-1, 5, 6),
                new CoreLayer.Dense("dense", 2, Activation.RELU, false));
        LayerSpec[] chain = {TestModels.ids(-1, 5), new CoreLayer.Embedding("embedding", 9, 4, true),
            new RecurrentLayer.Bidirectional("both", forward, backward, RecurrentLayer.MergeMode.CONCAT),
            new LayerSpec.Nested("inner", inner.graph()), new LayerSpec.Identity("drop", "Dropout"),
            new ReshapingLayer.Reshape("shape", Shape.of(-1, 5)), new ReshapingLayer.Permute("turn", List.of(2, 1)),
            new WindowLayer.Pooling("pool", WindowLayer.PoolOp.MAX,
                    new WindowLayer.Windows(List.of(2), List.of(1), List.of(1), WindowLayer.Padding.SAME), false),
            new NormalizationLayer.LayerNormalization("norm", List.of(-1), 1e-3f, false, false),
            new MergingLayer.Concatenate("join", -1), new ReshapingLayer.Flatten("flat", false)};
        Tokenizer tokenizer = new Tokenizer(new Tokenizer.Options(8, "!?", true, " ", false, "<oov>"),
                List.of("<oov>", "été"),
                new int[] {1, 2}, new int[] {5, 6}, 7);
        TextInput text = new TextInput(List.of(CleaningRule.STRIP, CleaningRule.DROP_DIGITS), tokenizer,
                new PadSequences(5, PadSequences.Side.POST, PadSequences.Side.PRE, 0));
        return TestModels.chain(chain).with(text, List.of("no", "yes"));
    }

    private Path write() {
        float[] answer;
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR)) {
            answer = model.predictor().predict("été 1 nothing");
        }
        Examples examples = new Examples(List.of(
                new Example(true, List.of(TensorData.of(Shape.of(1), List.of("été 1 nothing"))),
                        List.of(TensorData.of(Shape.of(1, answer.length), answer))),
                new Example(false,
                        List.of(TensorData.of(DType.INT32, Shape.of(1, 5), 2, 1, 0, 0, 0)),
                        List.of(TensorData.of(Shape.of(1, answer.length), answer)))),
                1e-6, 0);
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, spec, models.weights(), examples);
        return file;
    }

    @Test
    void whatIsWrittenComesBack() {
        Path file = write();
        try (ModelFile read = ModelFile.open(file); Model model = Model.open(file)) {
            assertEquals(spec.graph(), read.spec().graph());
            assertEquals(spec.labels(), read.spec().labels());
            assertEquals(spec.text().cleaning(), read.spec().text().cleaning());
            assertEquals(spec.text().padding(), read.spec().text().padding());
            assertEquals(spec.text().tokenizer().options(), read.spec().text().tokenizer().options());
            assertArrayEquals(new int[] {2, 1}, read.spec().text().tokenizer().textToSequence("Été?x!"));
            models.weights().arrays().forEach((key, data) -> assertArrayEquals(data.toFloats(),
                    read.weights().arrays().get(key).toFloats(), key));
            assertTrue(model.verify().passed(), model.verify().toString());
            assertEquals(2, model.verify().calls());
            assertEquals(Model.arithmeticVersion(), read.arithmeticVersion());
            assertTrue(model.explain().contains("arithmetic version " + Model.arithmeticVersion()), model.explain());
        }
    }

    @Test
    void damagedFilesAreRefusedWithAMessage() throws IOException {
        byte[] whole = Files.readAllBytes(write());
        Random random = new Random(9);
        Path file = folder.resolve("damaged.gguf");
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = 0; bytes.length > 0 && k < 1 + i % 4; k++) {
                // most of what can be got wrong stands in front of the weights
                bytes[random.nextInt(Math.min(bytes.length, 6000))] = (byte) random.nextInt();
            }
            if (i % 2 == 0) {
                Files.write(file, bytes);
            } else {
                Checksums.write(file, bytes);
            }
            try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false))) {
                model.explain();
            } catch (LanewiseException e) {
                assertTrue(e.getMessage().length() > 10, e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > MUTATIONS / 2, "only " + refused + " refused");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("note.txt"), "no model", StandardCharsets.UTF_8);
        assertTrue(assertThrows(ModelFileException.class, () -> Model.open(text)).getMessage().contains("GGUF"));
        assertTrue(assertThrows(ModelFileException.class, () -> Model.open(folder)).getMessage().contains("folder"));
        Path missing = folder.resolve("missing.gguf");
        assertTrue(assertThrows(ModelFileException.class, () -> Model.open(missing)).getMessage().contains("no file"));
        Path empty = Files.createFile(folder.resolve("empty.gguf"));
        assertThrows(ModelFileException.class, () -> Model.open(empty));
    }

    @Test
    void nothingIsLeftWhereWritingFails() throws IOException {
        Path file = folder.resolve("missing").resolve("model.gguf");
        ModelFileException e = assertThrows(ModelFileException.class,
                () -> ModelFile.write(file, spec, models.weights(), Examples.NONE));
        assertTrue(e.getMessage().contains("no folder"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> WholeFile.write(folder.resolve("half"), stream -> {
            stream.write(1);
            throw new IllegalStateException("in the middle");
        }));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }
}
