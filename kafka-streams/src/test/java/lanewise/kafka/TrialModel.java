package lanewise.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.format.ModelFile;
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
 * A small model for trials: an LSTM layer over every step, then one number.
 *
 * @param seed     of the weights
 * @param features how many floats an event has
 * @param units    of the LSTM layer
 */
record TrialModel(long seed, int features, int units) {
    /** No thread besides those of a test. */
    static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);
    static final int FEATURES = 3;

    static TrialModel seeded(long seed) {
        return new TrialModel(seed, FEATURES, 8);
    }

    /** Adds the model to a folder, returns its fingerprint. */
    String addTo(ModelFolder folder) {
        Path file = folder.folder().resolveSibling("trial-" + this.hashCode() + ".gguf");
        write(file);
        return folder.add(file);
    }

    void write(Path file) {
        Random random = new Random(seed);
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        put(arrays, random, "lstm/cell/kernel", features, 4 * units);
        put(arrays, random, "lstm/cell/recurrent_kernel", units, 4 * units);
        put(arrays, random, "lstm/cell/bias", 4 * units);
        put(arrays, random, "dense/kernel", units, 1);
        put(arrays, random, "dense/bias", 1);
        ModelFile.write(file, spec(), new Weights(arrays), Examples.NONE);
    }

    private ModelSpec spec() {
        List<LayerSpec> layers = List.of(new LayerSpec.InputLayer("x", Shape.of(-1, -1, features), DType.FLOAT32),
                new RecurrentLayer.Rnn("lstm", List.of(new RecurrentLayer.LstmCell("cell", units, Activation.TANH,
                        Activation.SIGMOID, true)), false, false, false, false, false),
                new CoreLayer.Dense("dense", 1, Activation.SIGMOID, true));
        List<Graph.Node> nodes = new ArrayList<>();
        for (LayerSpec layer : layers) {
            nodes.add(new Graph.Node(layer, nodes.isEmpty() ? List.of() : List.of(new Graph.Ref(nodes.size() - 1, 0)),
                    null));
        }
        return new ModelSpec("trial", new Graph(nodes, List.of(0),
                List.of(new Graph.Output("out", new Graph.Ref(nodes.size() - 1, 0)))));
    }

    private static void put(Map<String, TensorData> arrays, Random random, String key, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        arrays.put(key, TensorData.of(Shape.of(shape), values));
    }

    /** The features of a key's event, the same in every process. */
    static float[] event(String key, int number) {
        Random random = new Random(31L * key.hashCode() + number);
        float[] features = new float[FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return features;
    }

    /** One step of a stepper. */
    static float step(Stepper stepper, float[] features) {
        float[] y = new float[1];
        stepper.step(features, y);
        return y[0];
    }

    static Model open(ModelFolder folder, String fingerprint) {
        return new ModelFolder(folder.folder(), QUIET).open(fingerprint);
    }
}
