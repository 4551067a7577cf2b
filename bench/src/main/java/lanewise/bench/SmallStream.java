package lanewise.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.bench.kernels.Seeded;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * A stream of one value: LSTM or GRU of a few units, Dense(1) on top. What is around the arithmetic counts here.
 *
 * @param cell  {@code lstm} or {@code gru}
 * @param units of the layer
 */
record SmallStream(String cell, int units) {
    static final List<String> CELLS = List.of("lstm", "gru");
    static final List<Integer> UNITS = List.of(8, 16, 32, 64);
    private static final int CHECKED = 20;

    /** Finds a stream such as {@code gru16}; null if it is none of these. */
    static SmallStream named(String name) {
        return CELLS.stream().filter(name::startsWith).findFirst()
                .map(cell -> new SmallStream(cell, Integer.parseInt(name.substring(cell.length())))).orElse(null);
    }

    private boolean isGru() {
        return cell.equals("gru");
    }

    private int gates() {
        return isGru() ? 3 : 4;
    }

    /** The same numbers in every JVM. */
    private Map<String, TensorData> arrays() {
        Random random = new Random(5);
        int width = gates() * units;
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put("rnn/cell/kernel", TensorData.of(Shape.of(1, width), Seeded.floats(random, width, 1)));
        arrays.put("rnn/cell/recurrent_kernel", TensorData.of(Shape.of(units, width),
                Seeded.floats(random, units * width, 1 / Math.sqrt(units))));
        // a GRU has one bias for the input's part and one for the state's
        arrays.put("rnn/cell/bias", isGru() ? TensorData.of(Shape.of(2, width), Seeded.floats(random, 2 * width, 0.1))
                : TensorData.of(Shape.of(width), Seeded.floats(random, width, 0.1)));
        arrays.put("dense/kernel",
                TensorData.of(Shape.of(units, 1), Seeded.floats(random, units, 1 / Math.sqrt(units))));
        arrays.put("dense/bias", TensorData.of(Shape.of(1), Seeded.floats(random, 1, 0.1)));
        return arrays;
    }

    Model model(ModelOptions options) {
        RecurrentLayer.Cell one = isGru()
                ? new RecurrentLayer.GruCell("cell", units, Activation.TANH, Activation.SIGMOID, true, true)
                : new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID, true);
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(-1, -1, 1), DType.FLOAT32), List.of(), null),
                new Graph.Node(new RecurrentLayer.Rnn("rnn", List.of(one), false, false, false, false, false),
                        List.of(new Graph.Ref(0, 0)), null),
                new Graph.Node(new CoreLayer.Dense("dense", 1, Activation.LINEAR, true), List.of(new Graph.Ref(1, 0)),
                        null));
        ModelSpec spec = new ModelSpec("stream",
                new Graph(nodes, List.of(0), List.of(new Graph.Output("y", new Graph.Ref(2, 0)))));
        return Model.of(spec, new Weights(arrays()), Examples.NONE, options);
    }

    /** Compares each of some steps with double precision; returns the input of one. */
    float[] check(Stepper stepper, float[] y) {
        Random random = new Random(6);
        double[] h = new double[units];
        double[] c = new double[units];
        float[] x = new float[1];
        for (int t = 0; t < CHECKED; t++) {
            x[0] = (float) random.nextGaussian();
            stepper.step(x, y);
            Check.close(new double[] {advance(x[0], h, c)}, y, 0, 2e-5);
        }
        return x;
    }

    /** One step in double precision; h and c are advanced. */
    private double advance(double x, double[] h, double[] c) {
        Map<String, TensorData> arrays = arrays();
        float[] bias = arrays.get("rnn/cell/bias").toFloats();
        double[] fromInput = product(new double[] {x}, arrays.get("rnn/cell/kernel").toFloats(), bias, 0);
        double[] fromState = product(h, arrays.get("rnn/cell/recurrent_kernel").toFloats(),
                isGru() ? bias : new float[gates() * units], isGru() ? gates() * units : 0);
        for (int j = 0; j < units; j++) {
            if (isGru()) {
                double z = sigmoid(fromInput[j] + fromState[j]);
                double r = sigmoid(fromInput[units + j] + fromState[units + j]);
                h[j] = z * h[j] + (1 - z) * Math.tanh(fromInput[2 * units + j] + r * fromState[2 * units + j]);
            } else {
                double i = sigmoid(fromInput[j] + fromState[j]);
                double f = sigmoid(fromInput[units + j] + fromState[units + j]);
                c[j] = f * c[j] + i * Math.tanh(fromInput[2 * units + j] + fromState[2 * units + j]);
                h[j] = sigmoid(fromInput[3 * units + j] + fromState[3 * units + j]) * Math.tanh(c[j]);
            }
        }
        return product(h, arrays.get("dense/kernel").toFloats(), arrays.get("dense/bias").toFloats(), 0)[0];
    }

    private static double[] product(double[] x, float[] matrix, float[] bias, int from) {
        double[] z = new double[matrix.length / x.length];
        for (int j = 0; j < z.length; j++) {
            z[j] = bias[from + j];
            for (int k = 0; k < x.length; k++) {
                z[j] += x[k] * matrix[k * z.length + j];
            }
        }
        return z;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
