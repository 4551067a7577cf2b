package lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.TestModels;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WindowLayer;
import org.junit.jupiter.api.Test;

/** An answer's bits do not depend on the twin, on the batch, on its neighbours, or on what was scored before. */
class SameBitsTest {
    private static final int STEPS = 23;
    private static final int VOCABULARY = 50;

    private final TestModels models = new TestModels(11);

    /** Embedding with masks, convolution-free stack of all cells, softmax. */
    private ModelSpec text() {
        models.array("embedding/embeddings", VOCABULARY, 9);
        models.array("lstm/cell/kernel", 9, 4 * 17);
        models.array("lstm/cell/recurrent_kernel", 17, 4 * 17);
        models.array("lstm/cell/bias", 4 * 17);
        models.array("gru/cell/kernel", 17, 3 * 33);
        models.array("gru/cell/recurrent_kernel", 33, 3 * 33);
        models.array("gru/cell/bias", 2, 3 * 33);
        models.array("dense/kernel", 33, 5);
        models.array("dense/bias", 5);
        RecurrentLayer.Cell lstm = new RecurrentLayer.LstmCell("cell", 17, Activation.TANH, Activation.SIGMOID, true);
        RecurrentLayer.Cell gru = new RecurrentLayer.GruCell("cell", 33, Activation.TANH, Activation.SIGMOID, true,
                true);
        return TestModels.chain(TestModels.ids(-1, STEPS), new CoreLayer.Embedding("embedding", VOCABULARY, 9, true),
                new RecurrentLayer.Rnn("lstm", List.of(lstm), true, false, false, false, false),
                new RecurrentLayer.Rnn("gru", List.of(gru), false, false, true, false, false),
                new CoreLayer.Dense("dense", 5, Activation.SOFTMAX, true));
    }

    /** Convolution, normalization, pooling over a series. */
    private ModelSpec series() {
        models.array("conv/kernel", 3, 7, 18);
        models.array("conv/bias", 18);
        models.array("norm/gamma", 18);
        models.array("norm/beta", 18);
        models.array("rnn/cell/kernel", 18, 20);
        models.array("rnn/cell/recurrent_kernel", 20, 20);
        models.array("rnn/cell/bias", 20);
        WindowLayer.Windows windows = new WindowLayer.Windows(List.of(3), List.of(2), List.of(1),
                WindowLayer.Padding.SAME);
        LayerSpec conv = new WindowLayer.Conv("conv", 18, windows, 1, Activation.GELU, true, false);
        RecurrentLayer.Cell rnn = new RecurrentLayer.SimpleRnnCell("cell", 20, Activation.TANH, true);
        return TestModels.chain(TestModels.floats(-1, STEPS, 7), conv,
                new NormalizationLayer.LayerNormalization("norm", List.of(-1), 1e-3f, true, true),
                new RecurrentLayer.Rnn("rnn", List.of(rnn), true, false, false, false, false),
                new WindowLayer.GlobalPooling("pool", WindowLayer.PoolOp.AVERAGE, 1, false, false));
    }

    @Test
    void twinsAndBatchesGiveTheSameBits() {
        int rows = 37;
        ModelSpec text = text();
        int[] ids = models.ids(rows * STEPS, VOCABULARY, 0.3);
        List<float[]> answers = new ArrayList<>();
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(text, twin);
                    Predictor many = model.predictor(rows, STEPS);
                    Predictor one = model.predictor()) {
                float[] together = new float[rows * 5];
                many.predict(ids, rows, together);
                answers.add(together);
                for (int r = 0; r < rows; r++) {
                    float[] alone = one.predict(Arrays.copyOfRange(ids, r * STEPS, (r + 1) * STEPS));
                    assertBits(Arrays.copyOfRange(together, r * 5, (r + 1) * 5), alone, twin + ", row " + r);
                }
            }
        }
        answers.forEach(answer -> assertBits(answers.getFirst(), answer, "twins"));
    }

    @Test
    void convolutionsToo() {
        int rows = 6;
        ModelSpec series = series();
        float[] x = models.floats(rows * STEPS * 7, 1);
        List<float[]> answers = new ArrayList<>();
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(series, twin);
                    Predictor many = model.predictor(rows, STEPS);
                    Predictor one = model.predictor()) {
                float[] together = new float[rows * 20];
                many.predict(x, rows, together);
                answers.add(together);
                for (int r = 0; r < rows; r++) {
                    float[] alone = one.predict(Arrays.copyOfRange(x, r * STEPS * 7, (r + 1) * STEPS * 7));
                    assertBits(Arrays.copyOfRange(together, r * 20, (r + 1) * 20), alone, twin + ", row " + r);
                }
            }
        }
        answers.forEach(answer -> assertBits(answers.getFirst(), answer, "twins"));
    }

    @Test
    void longSequencesGoInChunksWithTheSameBits() {
        // so long that the input part is computed in several chunks, and as the tail of a batch in others
        int steps = 3000;
        models.array("lstm/cell/kernel", 3, 4 * 40);
        models.array("lstm/cell/recurrent_kernel", 40, 4 * 40);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", 40, Activation.TANH, Activation.SIGMOID, false);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 3),
                new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false));
        float[] x = models.floats(2 * steps * 3, 1);
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor(2, steps)) {
            float[] both = new float[80];
            predictor.predict(x, 2, both);
            float[] alone = predictor.predict(Arrays.copyOf(x, steps * 3));
            assertBits(Arrays.copyOf(both, 40), alone, "first row");
        }
    }

    private static void assertBits(float[] want, float[] got, String what) {
        assertEquals(want.length, got.length, what);
        int[] a = new int[want.length];
        int[] b = new int[want.length];
        for (int i = 0; i < want.length; i++) {
            a[i] = Float.floatToIntBits(want[i]);
            b[i] = Float.floatToIntBits(got[i]);
        }
        assertArrayEquals(a, b, what);
    }
}
