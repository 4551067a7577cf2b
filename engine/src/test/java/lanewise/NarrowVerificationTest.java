package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.options.Shortcut;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two checks of narrow weights: kernels against double precision, and what rounding moved. */
class NarrowVerificationTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final int STEPS = 6;
    private static final int UNITS = 21;

    private final TestModels models = new TestModels(3);
    private final ModelSpec spec = model();
    private final TensorData ids = TensorData.of(DType.INT32, Shape.of(2, STEPS),
            models.ids(2 * STEPS, 9, 0.3));

    private ModelSpec model() {
        models.array("embedding/embeddings", 9, 4);
        models.array("lstm/cell/kernel", 4, 4 * UNITS);
        models.array("lstm/cell/recurrent_kernel", UNITS, 4 * UNITS);
        models.array("lstm/cell/bias", 4 * UNITS);
        models.array("dense/kernel", UNITS, 3);
        models.array("dense/bias", 3);
        return TestModels.chain(TestModels.ids(-1, STEPS), new CoreLayer.Embedding("embedding", 9, 4, false),
                new RecurrentLayer.Rnn("lstm",
                        List.of(new RecurrentLayer.LstmCell("cell", UNITS, Activation.TANH, Activation.SIGMOID, true)),
                        false, false, false, false, false),
                new CoreLayer.Dense("dense", 3, Activation.LINEAR, true));
    }

    private TensorData answer(ModelOptions options) {
        try (Model model = Model.of(spec, models.weights(), Examples.NONE, options);
                Predictor predictor = model.predictor(2, STEPS)) {
            predictor.inputs().getFirst().set(ids);
            predictor.run();
            return predictor.outputs().getFirst().toArray();
        }
    }

    private Examples examples(double tolerance, TensorData expected) {
        return new Examples(List.of(new Example(false, List.of(ids), List.of(expected))), tolerance, 0);
    }

    private Verification verify(ModelOptions options, Examples examples) {
        try (Model model = Model.of(spec, models.weights(), examples, options)) {
            return model.verify();
        }
    }

    @Test
    void theDistanceIsReportedAndFailsOnlyBeyondALimit() {
        Verification found = verify(OPTIONS.withWeights(WeightFormat.BFLOAT16), examples(1e-5, answer(OPTIONS)));
        assertTrue(found.passed(), found.toString());
        Verification.Rounding rounding = found.rounding().orElseThrow();
        assertTrue(found.maxError() > 1e-4 && found.maxError() < 2e-2, found.toString());
        assertEquals(found.maxError() - 1e-5, rounding.distance(), 1e-9, "values below 1: absolute");
        assertTrue(rounding.kernelError() < 1e-6, rounding.toString());
        assertTrue(found.within(rounding.distance()).passed());
        Verification.Failure failure = found.within(rounding.distance() / 2).failure().orElseThrow();
        assertTrue(failure.message().contains("output 'out' value") && failure.message().contains("limit"),
                failure.message());
    }

    @Test
    void largeOutputsAreMeasuredByTheirLargestValue() {
        Examples near = examples(0, answer(OPTIONS));
        TensorData scaled = near.calls().getFirst().outputs().getFirst();
        float[] values = scaled.toFloats();
        values[0] += 1000;
        Verification found = verify(OPTIONS.withWeights(WeightFormat.INT16),
                examples(1, TensorData.of(scaled.shape(), values)));
        assertEquals(999 / (double) values[0], found.rounding().orElseThrow().distance(), 1e-5);
    }

    @Test
    void kernelsThatDifferFromDoublePrecisionFail() {
        ModelOptions narrow = OPTIONS.withWeights(WeightFormat.INT16);
        TensorData own = answer(narrow);
        Verification exact = verify(narrow, examples(0, own));
        assertEquals(0, exact.maxError(), "the expected answers are its own");
        assertTrue(exact.failure().orElseThrow().message().contains("in double precision"), exact.toString());
        assertTrue(verify(narrow, examples(1e-5, own)).passed());
    }

    @Test
    void aNumberThatIsNoneFailsWithoutALimit() {
        TensorData expected = answer(OPTIONS);
        float[] values = expected.toFloats();
        values[4] = Float.NaN;
        Verification found = verify(OPTIONS.withWeights(WeightFormat.BFLOAT16),
                examples(1e-5, TensorData.of(expected.shape(), values)));
        assertTrue(found.failure().orElseThrow().message().contains("value 4"), found.toString());
    }

    @Test
    void floatWeightsHaveOneCheck() {
        Verification found = verify(OPTIONS, examples(1e-5, answer(OPTIONS)));
        assertTrue(found.rounding().isEmpty() && found.passed() && found.within(0).passed());
    }

    @Test
    void theFileKeepsWhatWasMeasuredAndItsLimitHolds(@TempDir Path folder) {
        Weights narrow = new WeightFormats(WeightFormat.BFLOAT16, Map.of()).apply(spec, models.weights());
        Examples examples = examples(1e-5, answer(OPTIONS));
        Path file = folder.resolve("narrow.gguf");
        for (double limit : new double[] {0.1, 1e-6}) {
            Accuracy accuracy = new Accuracy(7, limit,
                    List.of(new Accuracy.Output("out", 0.25, 0.125, 2, 9, 1, limit < 1e-3 ? "" : "lstm", 0)));
            ModelFile.write(file, spec, narrow.with(accuracy), examples);
            try (ModelFile read = ModelFile.open(file); Model model = Model.open(file, OPTIONS)) {
                assertEquals(accuracy, read.weights().accuracy().orElseThrow());
                assertEquals(limit > 1e-3, model.verify().passed());
                assertTrue(model.verify(examples, 0.1).passed());
                assertFalse(model.verify(examples, 1e-6).passed());
            }
        }
        ModelFile.write(file, spec, narrow, examples);
        try (ModelFile read = ModelFile.open(file); Model model = Model.open(file, OPTIONS)) {
            assertTrue(read.weights().accuracy().isEmpty());
            assertTrue(model.verify().passed(), "nothing is said, so nothing limits it");
        }
    }

    @Test
    void distancesOfLargeOutputsAreParts() {
        Accuracy.Output small = new Accuracy.Output("a", 0.5, 0, 0.1, 0, 0, "", 0);
        Accuracy.Output large = new Accuracy.Output("b", 30, 0, 100, 0, 0, "", 0);
        assertEquals(0.5, small.distance());
        assertEquals(0.3, large.distance());
        assertEquals(small, new Accuracy(1, 0.5, List.of(large, small)).worst());
        assertTrue(new Accuracy(1, 0.5, List.of(large, small)).isWithin());
        assertFalse(new Accuracy(1, 0.4, List.of(large, small)).isWithin());
    }

    /** What shortcuts have looked up is checked too: a run in double precision takes nothing from their tables. */
    @Test
    void doublePrecisionDependsOnNoShortcut() {
        for (WeightFormat format : WeightFormat.values()) {
            ModelOptions doubles = OPTIONS.withKernels(ModelOptions.KernelChoice.DOUBLE).withWeights(format);
            float[] plain = answer(doubles.without(Shortcut.values())).toFloats();
            assertArrayEquals(plain, answer(doubles).toFloats());
            assertFalse(Arrays.equals(plain, answer(OPTIONS.withWeights(format)).toFloats()),
                    "sums of floats differ somewhere");
            try (Model model = Model.of(spec, models.weights(), Examples.NONE, doubles)) {
                assertFalse(model.usesVectors());
                assertTrue(model.explain().contains("double precision"));
            }
        }
    }
}
