package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.options.Shortcut;
import lanewise.options.WeightFormats;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;
import lanewise.spec.WindowLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Models with weights of 16 bits: the same bits however they are run, and refusals. */
class NarrowModelTest {
    private static final int STEPS = 11;
    private static final int VOCABULARY = 13;
    private static final int ROWS = 9;

    @TempDir
    private Path folder;

    private final TestModels models = new TestModels(5);

    private static RecurrentLayer.Rnn rnn(String name, RecurrentLayer.Cell cell) {
        return new RecurrentLayer.Rnn(name, List.of(cell), true, false, false, false, false);
    }

    private void cell(String layer, int features, int units, int gates, int biases) {
        models.array(layer + "/cell/kernel", features, gates * units);
        models.array(layer + "/cell/recurrent_kernel", units, gates * units);
        models.array(layer + "/cell/bias", biases == 1 ? new int[] {gates * units} : new int[] {biases, gates * units});
    }

    /** All matrices that can be narrow, with odd numbers of rows. */
    private ModelSpec model() {
        models.array("embedding/embeddings", VOCABULARY, 5);
        cell("lstm", 5, 33, 4, 1);
        cell("gru", 33, 17, 3, 2);
        cell("before", 17, 19, 3, 1);
        models.array("conv/kernel", 3, 19, 6);
        models.array("conv/bias", 6);
        cell("simple", 6, 7, 1, 1);
        models.array("dense/kernel", 7, 3);
        models.array("dense/bias", 3);
        LayerSpec[] layers = {TestModels.ids(-1, STEPS), new CoreLayer.Embedding("embedding", VOCABULARY, 5, false),
            rnn("lstm", new RecurrentLayer.LstmCell("cell", 33, Activation.TANH, Activation.SIGMOID, true)),
            rnn("gru", new RecurrentLayer.GruCell("cell", 17, Activation.TANH, Activation.SIGMOID, true, true)),
            rnn("before", new RecurrentLayer.GruCell("cell", 19, Activation.RELU, Activation.SIGMOID, true, false)),
            new WindowLayer.Conv("conv", 6, new WindowLayer.Windows(List.of(3), List.of(1), List.of(1),
                    WindowLayer.Padding.CAUSAL), 1, Activation.RELU, true, false),
            rnn("simple", new RecurrentLayer.SimpleRnnCell("cell", 7, Activation.TANH, true)),
            new CoreLayer.Dense("dense", 3, Activation.SIGMOID, true)};
        return TestModels.chain(layers);
    }

    private static ModelOptions options(WeightFormat format, ModelOptions.KernelChoice twin) {
        return ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false).withWeights(format);
    }

    private Model open(ModelSpec spec, ModelOptions options) {
        return Model.of(spec, models.weights(), Examples.NONE, options);
    }

    @ParameterizedTest
    @EnumSource
    void theBitsDoNotDependOnHowItIsRun(WeightFormat format) {
        ModelSpec spec = model();
        int[] ids = models.ids(ROWS * STEPS, VOCABULARY, 0.4);
        Arrays.fill(ids, 0, 4, 0);
        float[] expected = null;
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            for (boolean shortcuts : new boolean[] {true, false}) {
                ModelOptions options = options(format, twin);
                try (Model model = open(spec, shortcuts ? options : options.without(Shortcut.values()));
                        Predictor many = model.predictor(ROWS, STEPS);
                        Predictor one = model.predictor();
                        Stepper stepper = model.stepper()) {
                    float[] together = new float[ROWS * STEPS * 3];
                    many.predict(ids, ROWS, together);
                    expected = expected == null ? together : expected;
                    assertArrayEquals(expected, together, format + ", " + twin + ", shortcuts " + shortcuts);
                    for (int r = 0; r < ROWS; r++) {
                        int[] row = Arrays.copyOfRange(ids, r * STEPS, (r + 1) * STEPS);
                        float[] alone = Arrays.copyOfRange(expected, r * STEPS * 3, (r + 1) * STEPS * 3);
                        assertArrayEquals(alone, one.predict(row), format + ", " + twin + ", row " + r);
                        stepper.reset();
                        float[] y = new float[3];
                        for (int t = 0; t < STEPS; t++) {
                            if (t % 2 == 1) {
                                stepper.prepare();
                            }
                            assertTrue(stepper.step(new int[] {row[t]}, y));
                            assertArrayEquals(Arrays.copyOfRange(alone, t * 3, t * 3 + 3), y,
                                    format + ", " + twin + ", step " + t);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
    void aFileHasTheBitsOfRoundingAtOpening(WeightFormat format) {
        ModelSpec spec = model();
        int[] ids = models.ids(STEPS, VOCABULARY, 0.2);
        Weights narrow = new WeightFormats(format, Map.of()).apply(spec, models.weights());
        Path file = folder.resolve("narrow.gguf");
        ModelFile.write(file, spec, narrow, Examples.NONE);
        Path wide = folder.resolve("wide.gguf");
        ModelFile.write(wide, spec, models.weights(), Examples.NONE);
        ModelOptions options = ModelOptions.DEFAULT.withWarmUpThread(false);
        try (Model read = Model.open(file, options);
                Model rounded = Model.open(wide, options.withWeights(format));
                Model original = Model.open(wide, options)) {
            float[] answer = read.predictor().predict(ids);
            assertArrayEquals(rounded.predictor().predict(ids), answer);
            assertEquals(rounded.weightBytes(), read.weightBytes());
            assertEquals(original.layers(), read.layers());
            float[] exact = original.predictor().predict(ids);
            assertFalse(Arrays.equals(exact, answer));
            assertArrayEquals(exact, answer, format == WeightFormat.INT16 ? 1e-3f : 3e-2f);
        }
        String message = assertThrows(UnsupportedModelException.class,
                () -> Model.open(file, options.withWeights(WeightFormat.BFLOAT16))).getMessage();
        assertTrue(message.contains("already") && message.contains(format.name().toLowerCase()), message);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
    void aLargeModelTakesHalfTheMemoryAndHalfTheFile(WeightFormat format) throws Exception {
        cell("lstm", 64, 512, 4, 1);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 64),
                rnn("lstm", new RecurrentLayer.LstmCell("cell", 512, Activation.TANH, Activation.SIGMOID, true)));
        Path wide = folder.resolve("wide.gguf");
        Path narrow = folder.resolve("narrow.gguf");
        ModelFile.write(wide, spec, models.weights(), Examples.NONE);
        ModelFile.write(narrow, spec, new WeightFormats(format, Map.of()).apply(spec, models.weights()), Examples.NONE);
        assertTrue(Files.size(narrow) <= 0.51 * Files.size(wide), Files.size(narrow) + " bytes");
        ModelOptions options = ModelOptions.DEFAULT.withWarmUpThread(false);
        try (Model a = Model.open(wide, options); Model b = Model.open(narrow, options)) {
            assertTrue(b.weightBytes() <= 0.51 * a.weightBytes(), b.weightBytes() + " bytes");
        }
    }

    @Test
    void layersMayKeepTheirFormat() {
        ModelSpec spec = model();
        Weights weights = WeightFormats.parse("int16,embedding=float32,lstm=bfloat16").apply(spec, models.weights());
        assertTrue(weights.arrays().containsKey("embedding/embeddings"));
        assertEquals(WeightFormat.BFLOAT16, weights.narrow().get("lstm/cell/recurrent_kernel").format());
        assertEquals(WeightFormat.INT16, weights.narrow().get("conv/kernel").format());
        assertTrue(weights.arrays().containsKey("conv/bias"));
        assertEquals(models.weights().count(), weights.count());
        assertEquals("int16,embedding=float32,lstm=bfloat16",
                WeightFormats.parse("int16,lstm=bfloat16,embedding=float32").toString());
    }

    @Test
    void everyReasonIsGivenAtOnce() {
        ModelSpec spec = model();
        models.array("lstm/cell/kernel", 5, 4 * 33)[7] = Float.NaN;
        models.array("dense/kernel", 7, 3)[4] = Float.NEGATIVE_INFINITY;
        List<String> problems = assertThrows(UnsupportedModelException.class,
                () -> open(spec, ModelOptions.DEFAULT.withWeights(WeightFormats.parse("int16,nobody=float32"))))
                .problems();
        assertEquals(3, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("'lstm/cell'") && problems.get(0).contains("NaN")
                && problems.get(0).contains("row 0, column 7"), problems.get(0));
        assertTrue(problems.get(1).contains("'dense'") && problems.get(1).contains("-Infinity"), problems.get(1));
        assertTrue(problems.get(2).contains("'nobody'") && problems.get(2).contains("embedding, lstm/cell"),
                problems.get(2));
    }

    @Test
    void textsOfAnotherFormAreRefused() {
        for (String text : new String[] {"", "f32", "INT16", "int8", "int16,", "int16,lstm", "int16,=float32",
            "int16,lstm=int4", "int16,a=int16,a=int16"}) {
            String message = assertThrows(InvalidInputException.class, () -> WeightFormats.parse(text)).getMessage();
            assertTrue(message.contains("'" + text + "'"), message);
        }
    }

    @Test
    void anArrayHasOneFormat() {
        TensorData data = TensorData.of(Shape.of(1, 1), 1f);
        Map<String, NarrowArray> narrow = Map.of("a/kernel", NarrowArray.of(WeightFormat.INT16, data));
        assertThrows(IllegalArgumentException.class, () -> new Weights(Map.of("a/kernel", data), narrow));
    }
}
