package lanewise.flink;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.format.ModelFile;
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

/** A small stream model with seeded weights: an LSTM, then a Dense layer. */
final class SmallModel {
    static final int FEATURES = 16;
    static final int UNITS = 64;

    private SmallModel() {}

    /** Writes it as a file. */
    static Path write(Path file, long seed) {
        return write(file, seed, UNITS);
    }

    static Path write(Path file, long seed, int units) {
        Random random = new Random(seed);
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        put(arrays, random, "lstm/cell/kernel", FEATURES, 4 * units);
        put(arrays, random, "lstm/cell/recurrent_kernel", units, 4 * units);
        put(arrays, random, "lstm/cell/bias", 4 * units);
        put(arrays, random, "dense/kernel", units, 1);
        put(arrays, random, "dense/bias", 1);
        List<LayerSpec> layers = List.of(
                new LayerSpec.InputLayer("x", Shape.of(-1, -1, FEATURES), DType.FLOAT32),
                new RecurrentLayer.Rnn("lstm", List.of(new RecurrentLayer.LstmCell("cell", units, Activation.TANH,
                        Activation.SIGMOID, true)), false, false, false, false, false),
                new CoreLayer.Dense("dense", 1, Activation.SIGMOID, true));
        ModelSpec spec = new ModelSpec("small", new Graph(List.of(
                new Graph.Node(layers.get(0), List.of(), null),
                new Graph.Node(layers.get(1), List.of(new Graph.Ref(0, 0)), null),
                new Graph.Node(layers.get(2), List.of(new Graph.Ref(1, 0)), null)), List.of(0),
                List.of(new Graph.Output("y", new Graph.Ref(2, 0)))));
        ModelFile.write(file, spec, new Weights(arrays), Examples.NONE);
        return file;
    }

    private static void put(Map<String, TensorData> arrays, Random random, String name, int... shape) {
        float[] values = new float[shape.length == 1 ? shape[0] : shape[0] * shape[1]];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        arrays.put(name, TensorData.of(Shape.of(shape), values));
    }
}
