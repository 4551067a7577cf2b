package lanewise.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.Model;
import lanewise.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/** One LSTM layer of seeded numbers that gives its last output. Arrays lie as Keras keeps them. */
final class RandomLstm {
    private final int steps;
    private final int features;
    private final int units;
    private final float[] kernel;
    private final float[] recurrentKernel;
    private final float[] bias;

    RandomLstm(int steps, int features, int units) {
        this.steps = steps;
        this.features = features;
        this.units = units;
        Random random = new Random(5);
        kernel = floats(random, features * 4 * units, 1 / Math.sqrt(features));
        recurrentKernel = floats(random, units * 4 * units, 1 / Math.sqrt(units));
        bias = floats(random, 4 * units, 0.1);
    }

    float[] kernel() {
        return kernel;
    }

    float[] recurrentKernel() {
        return recurrentKernel;
    }

    float[] bias() {
        return bias;
    }

    /** A model of the layer alone. */
    Model model(ModelOptions options) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put("lstm/cell/kernel", TensorData.of(Shape.of(features, 4 * units), kernel));
        arrays.put("lstm/cell/recurrent_kernel", TensorData.of(Shape.of(units, 4 * units), recurrentKernel));
        arrays.put("lstm/cell/bias", TensorData.of(Shape.of(4 * units), bias));
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID, true);
        LayerSpec lstm = new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false);
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, steps, features), DType.FLOAT32);
        Graph graph = new Graph(List.of(new Graph.Node(input, List.of(), null),
                new Graph.Node(lstm, List.of(new Graph.Ref(0, 0)), null)), List.of(0),
                List.of(new Graph.Output("h", new Graph.Ref(1, 0))));
        return Model.of(new ModelSpec("lstm", graph), new Weights(arrays), Examples.NONE, options);
    }

    static float[] floats(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }
}
