package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.WindowLayer;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.PoolOp;
import lanewise.spec.WindowLayer.Windows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of state of a stream, in many rows at once, put away, taken out again, and cleared. */
class StreamRowsTest {
    /** More rows than the numbers that the smallest segment has room for. */
    private static final int ROWS = 40;
    private static final int STEPS = 7;

    private static final TestModels MODELS = new TestModels(31);

    private static String name(String path) {
        return path.substring(path.indexOf('/') + 1);
    }

    private static RecurrentLayer.Rnn gru(String path, int inputs, int units, boolean sequences) {
        MODELS.array(path + "/cell/kernel", inputs, 3 * units);
        MODELS.array(path + "/cell/recurrent_kernel", units, 3 * units);
        MODELS.array(path + "/cell/bias", 2, 3 * units);
        return new RecurrentLayer.Rnn(name(path), List.of(new RecurrentLayer.GruCell("cell", units, Activation.TANH,
                Activation.SIGMOID, true, true)), sequences, false, false, false, false);
    }

    private static Windows windows(int rank, int size, int stride, Padding padding) {
        List<Integer> ones = Collections.nCopies(rank, 1);
        return new Windows(Collections.nCopies(rank, size), Collections.nCopies(rank, stride), ones,
                padding);
    }

    private static WindowLayer.Conv conv(String path, int features, int filters, int stride, Padding padding) {
        MODELS.array(path + "/kernel", 3, features, filters);
        MODELS.array(path + "/bias", filters);
        return new WindowLayer.Conv(name(path), filters, windows(1, 3, stride, padding), 1, Activation.TANH, true,
                false);
    }

    private static ModelSpec pool(PoolOp op, boolean masked) {
        LayerSpec pooling = new WindowLayer.GlobalPooling("pool", op, 1, false, false);
        return masked ? TestModels.chain(TestModels.floats(-1, -1, 3), new CoreLayer.Masking("mask", 0), pooling)
                : TestModels.chain(TestModels.floats(-1, -1, 3), pooling);
    }

    private static ModelSpec pictures(int width, int height) {
        MODELS.array("pictures/cell/kernel", 2, 2, 1, 8);
        MODELS.array("pictures/cell/recurrent_kernel", 2, 2, 2, 8);
        MODELS.array("pictures/cell/bias", 8);
        return TestModels.chain(TestModels.floats(-1, -1, width, height, 1),
                new RecurrentLayer.ConvLstm("pictures", 2, windows(2, 2, 1, Padding.VALID), Activation.TANH,
                        Activation.SIGMOID, true, false, false, false, false, false, false));
    }

    /** Each of two sensors has a sequence of its own, which the same layer reads. */
    private static ModelSpec perSensor(LayerSpec layer) {
        return TestModels.chain(TestModels.floats(-1, -1, 2, 3), new ReshapingLayer.Permute("sensors",
                List.of(2, 1, 3)), new RecurrentLayer.TimeDistributed("each", layer));
    }

    static Stream<ModelSpec> models() {
        return Stream.of(pool(PoolOp.AVERAGE, false), pool(PoolOp.AVERAGE, true), pool(PoolOp.MAX, false),
                pictures(3, 3),
                TestModels.chain(TestModels.floats(-1, -1, 3), new CoreLayer.Masking("mask", 0),
                        gru("masked", 3, 5, false)),
                TestModels.chain(TestModels.floats(-1, -1, 3), conv("causal", 3, 4, 1, Padding.CAUSAL)),
                TestModels.chain(TestModels.floats(-1, -1, 3), conv("valid", 3, 4, 2, Padding.VALID),
                        gru("strided", 4, 5, false)),
                perSensor(gru("each/sensor_gru", 3, 5, false)),
                perSensor(conv("each/sensor_conv", 3, 4, 1, Padding.CAUSAL)),
                perSensor(new WindowLayer.GlobalPooling("sensor_pool", PoolOp.AVERAGE, 1, false, false)));
    }

    private static float[] step(int row, int t, int size) {
        return new TestModels(100L * row + t).floats(size, 1);
    }

    /** What each row gives at each step, alone in a stepper of its own; null where nothing is due. */
    private static float[][][] alone(Model model, int in, int out) {
        float[][][] all = new float[ROWS][STEPS][];
        for (int row = 0; row < ROWS; row++) {
            try (Stepper stepper = model.stepper()) {
                for (int t = 0; t < STEPS; t++) {
                    float[] y = new float[out];
                    all[row][t] = stepper.step(step(row, t, in), y) ? y : null;
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("models")
    void rowsKeepTheirStates(ModelSpec spec) {
        int[] shape = spec.graph().inputLayers().getFirst().shape().toArray();
        int in = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = MODELS.model(spec, twin);
                    Stepper together = model.stepper(ROWS);
                    Stepper one = model.stepper();
                    StateStore store = model.stateStore(ROWS)) {
                int out = one.outputs().getFirst().largestRow();
                float[][][] expected = alone(model, in, out);
                together(store, together, in, out, expected);
                moved(model, one, in, out, expected);
            }
        }
    }

    private static void together(StateStore store, Stepper stepper, int in, int out, float[][][] expected) {
        long[] keys = new long[ROWS];
        float[] x = new float[ROWS * in];
        float[] y = new float[ROWS * out];
        for (int t = 0; t < STEPS; t++) {
            for (int row = 0; row < ROWS; row++) {
                keys[row] = ROWS - 1L - row;
                System.arraycopy(step(ROWS - 1 - row, t, in), 0, x, row * in, in);
            }
            int due = stepper.step(store, keys, x, y);
            assertEquals(expected[0][t] == null ? 0 : ROWS, due);
            for (int row = 0; row < ROWS && due > 0; row++) {
                assertArrayEquals(expected[ROWS - 1 - row][t], Arrays.copyOfRange(y, row * out, (row + 1) * out),
                        "step " + t + " of row " + row);
            }
        }
    }

    /** Two streams in turns in one stepper, by states as bytes; then a third after a reset. */
    private static void moved(Model model, Stepper stepper, int in, int out, float[][][] expected) {
        byte[][] states = {stepper.state().toBytes(), stepper.state().toBytes()};
        for (int t = 0; t < STEPS; t++) {
            for (int row = 0; row < 2; row++) {
                stepper.restore(model.readState(states[row]));
                expect(stepper, row, t, in, out, expected);
                states[row] = stepper.state().toBytes();
            }
        }
        stepper.reset();
        for (int t = 0; t < STEPS; t++) {
            expect(stepper, 2, t, in, out, expected);
        }
    }

    private static void expect(Stepper stepper, int row, int t, int in, int out, float[][][] expected) {
        float[] y = new float[out];
        boolean due = stepper.step(step(row, t, in), y);
        assertEquals(expected[row][t] != null, due);
        if (due) {
            assertArrayEquals(expected[row][t], y, "step " + t + " of stream " + row);
        }
    }

    /** A state of open size was one of a negative size, or with two open axes one that was too small. */
    @Test
    void aStateHasAKnownSize() {
        for (ModelSpec spec : List.of(pictures(-1, 3), pictures(3, -1), pictures(-1, -1))) {
            try (Model model = Model.of(spec, MODELS.weights())) {
                String message = assertThrows(UnsupportedModelException.class, model::stepper).getMessage();
                assertTrue(message.contains("'pictures'") && message.contains("open sizes"), message);
                assertThrows(UnsupportedModelException.class, () -> model.stateStore(3));
            }
        }
    }
}
