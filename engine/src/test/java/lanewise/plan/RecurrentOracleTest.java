package lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.TestModels;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;

/**
 * Random recurrent layers against {@link Oracle}, for both twins: all cells and options, sizes around the panel width,
 * masks of any pattern, batches. With LINEAR functions a wrong gate or a wrong order shows as a wrong number.
 */
class RecurrentOracleTest {
    private static final int[] UNITS = {1, 3, 15, 16, 17, 40};
    private static final int CASES = 150;

    private enum Kind {
        SIMPLE, LSTM, GRU_AFTER, GRU_BEFORE, PEEPHOLE_LSTM
    }

    @Test
    void randomLayersMatchTheOracle() {
        for (int seed = 0; seed < CASES; seed++) {
            check(seed);
        }
    }

    private static void check(int seed) {
        Random random = new Random(seed);
        Kind kind = Kind.values()[seed % 5];
        int units = UNITS[random.nextInt(UNITS.length)];
        int features = 1 + random.nextInt(20);
        int steps = 1 + random.nextInt(30);
        int batch = 1 + random.nextInt(6);
        boolean sequences = random.nextBoolean();
        boolean backwards = random.nextBoolean();
        boolean bias = random.nextInt(4) > 0;
        boolean masked = random.nextBoolean();
        boolean zeroOutput = masked && random.nextBoolean();
        Activation[] choices = {Activation.TANH, Activation.LINEAR, Activation.RELU, Activation.SIGMOID};
        Activation f = seed % 8 < 4 ? Activation.TANH : choices[random.nextInt(choices.length)];
        Activation gate = seed % 8 < 4 ? Activation.SIGMOID
                : random.nextBoolean() ? Activation.HARD_SIGMOID : Activation.LINEAR;
        if (f == Activation.LINEAR || f == Activation.RELU || gate == Activation.LINEAR) {
            // without limits to the values, rounding errors grow with every step
            steps = Math.min(steps, 3);
        }
        TestModels models = new TestModels(seed);
        int gates = kind == Kind.SIMPLE ? 1 : kind == Kind.LSTM || kind == Kind.PEEPHOLE_LSTM ? 4 : 3;
        float[] w = models.array("rnn/cell/kernel", features, gates * units);
        float[] u = models.array("rnn/cell/recurrent_kernel", units, gates * units);
        float[] b = !bias ? null : kind == Kind.GRU_AFTER ? models.array("rnn/cell/bias", 2, 3 * units)
                : models.array("rnn/cell/bias", gates * units);
        float[] peephole = kind == Kind.PEEPHOLE_LSTM ? models.array("rnn/cell/peephole", 3, units) : null;
        float clip = random.nextBoolean() ? 0.7f : Float.POSITIVE_INFINITY;
        boolean coupled = random.nextBoolean();
        RecurrentLayer.Cell cell = switch (kind) {
            case SIMPLE -> new RecurrentLayer.SimpleRnnCell("cell", units, f, bias);
            case LSTM -> new RecurrentLayer.LstmCell("cell", units, f, gate, bias);
            case PEEPHOLE_LSTM ->
                new RecurrentLayer.PeepholeLstmCell("cell", units, gate, f, Activation.TANH, clip, coupled, bias);
            default -> new RecurrentLayer.GruCell("cell", units, f, gate, bias, kind == Kind.GRU_AFTER);
        };
        Oracle.CellStep step = switch (kind) {
            case SIMPLE -> Oracle.simpleRnn(units, w, u, b, f);
            case LSTM -> Oracle.lstm(units, w, u, b, f, gate);
            case PEEPHOLE_LSTM -> Oracle.peepholeLstm(units, w, u, b, peephole,
                    new Activation[] {gate, f, Activation.TANH}, clip, coupled);
            default -> Oracle.gru(units, w, u, b, f, gate, kind == Kind.GRU_AFTER);
        };
        List<LayerSpec> layers = new ArrayList<>(List.of(TestModels.floats(-1, -1, features)));
        if (masked) {
            layers.add(new CoreLayer.Masking("mask", 0f));
        }
        layers.add(new RecurrentLayer.Rnn("rnn", List.of(cell), sequences, false, backwards, false, zeroOutput));
        ModelSpec spec = TestModels.chain(layers.toArray(new LayerSpec[0]));
        float[] x = models.floats(batch * steps * features, 1);
        boolean[][] mask = new boolean[batch][steps];
        for (int r = 0; r < batch; r++) {
            for (int t = 0; t < steps; t++) {
                mask[r][t] = !masked || random.nextDouble() < 0.6 && !(r == 1 && seed % 3 == 0);
                for (int k = 0; !mask[r][t] && k < features; k++) {
                    x[(r * steps + t) * features + k] = 0f;
                }
            }
        }
        double[] expected = expected(step, kind, units, features, steps, batch, x, masked ? mask : null, sequences,
                backwards,
                zeroOutput);
        double largest = 1;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(spec, twin); Predictor predictor = model.predictor(batch, steps)) {
                float[] y = new float[expected.length];
                assertEquals(expected.length, predictor.predict(x, batch, y));
                for (int i = 0; i < y.length; i++) {
                    assertEquals(expected[i], y[i], 2e-5 * largest,
                            "seed " + seed + ", " + kind + "(" + units + "), " + twin + ", value " + i);
                }
            }
        }
    }

    private static double[] expected(Oracle.CellStep step, Kind kind, int units, int features, int steps, int batch,
            float[] x,
            boolean[][] mask, boolean sequences, boolean backwards, boolean zeroOutput) {
        double[] all = new double[batch * (sequences ? steps : 1) * units];
        for (int r = 0; r < batch; r++) {
            double[][] row = new double[steps][features];
            for (int t = 0; t < steps; t++) {
                for (int k = 0; k < features; k++) {
                    row[t][k] = x[(r * steps + t) * features + k];
                }
            }
            Oracle.Result result = Oracle.run(step, row, mask == null ? null : mask[r],
                    new double[kind == Kind.LSTM || kind == Kind.PEEPHOLE_LSTM ? 2 : 1][units], backwards, zeroOutput);
            double[][] out = sequences ? result.outputs() : new double[][] {result.last()};
            for (int t = 0; t < out.length; t++) {
                System.arraycopy(out[t], 0, all, (r * out.length + t) * units, units);
            }
        }
        return all;
    }
}
