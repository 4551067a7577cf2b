package lanewise.bench.rivals;

import java.util.Map;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j on ND4J's native code: the layers that its Keras import makes, with the arrays in the order that
 * import gives them. Embedding rows are looked up, and the dense layer is computed, in plain Java.
 */
public final class Deeplearning4j implements Engine {
    /** Where the gates c f o i, as they lie here, are in Keras's i f c o. */
    private static final int[] ORDER = {2, 1, 3, 0};

    /** For ServiceLoader. */
    public Deeplearning4j() {}

    @Override
    public String name() {
        return "deeplearning4j";
    }

    @Override
    public String version() {
        return "1.0.0-M2.1";
    }

    /** Whole sequences from zeros: states are given to single steps only, by another call. */
    @Override
    public boolean takes(Workload workload) {
        return !workload.name().endsWith("-given");
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
        for (Network.Layer layer : network.layers()) {
            LSTM lstm = new LSTM.Builder().nIn(layer.features()).nOut(layer.units()).activation(Activation.TANH)
                    .gateActivationFunction(Activation.SIGMOID).build();
            list.layer(layer.directions().size() == 1 ? lstm : new Bidirectional(Bidirectional.Mode.CONCAT, lstm));
        }
        MultiLayerNetwork made = new MultiLayerNetwork(list.build());
        made.init();
        for (int i = 0; i < network.layers().size(); i++) {
            Network.Layer layer = network.layers().get(i);
            for (int d = 0; d < layer.directions().size(); d++) {
                Network.Cell cell = layer.directions().get(d);
                String prefix = i + "_" + (layer.directions().size() == 1 ? "" : d == 0 ? "f" : "b");
                Map.of("W", gates(cell.kernel(), layer.features(), layer.units()), "RW",
                        gates(cell.recurrent(), layer.units(), layer.units()),
                        "b", gates(cell.bias(), 1, layer.units()))
                        .forEach((key, values) -> made.setParam(prefix + key, values));
            }
        }
        return new NetworkScorer(workload, network, made);
    }

    private static INDArray gates(float[] keras, int rows, int units) {
        float[] values = new float[keras.length];
        for (int r = 0; r < rows; r++) {
            for (int g = 0; g < 4; g++) {
                System.arraycopy(keras, (4 * r + ORDER[g]) * units, values, (4 * r + g) * units, units);
            }
        }
        return Nd4j.create(values, new int[] {rows, 4 * units}, 'c');
    }

    private record NetworkScorer(Workload workload, Network network, MultiLayerNetwork made) implements Scorer {
        @Override
        public float[] score(Workload.Call call) {
            int steps = workload.steps();
            int features = network.features();
            float[] rows = call.x();
            if (rows == null) {
                rows = new float[call.ids().length * features];
                for (int i = 0; i < call.ids().length; i++) {
                    System.arraycopy(network.embeddings(), call.ids()[i] * features, rows, i * features, features);
                }
            }
            INDArray x = Nd4j.create(rows, new int[] {workload.batch(), steps, features}, 'c').permute(0, 2, 1);
            float[] h = made.output(x).dup('c').data().asFloat();
            Network.Layer last = network.layers().getLast();
            float[] output = new float[last.outputs()];
            float[] y = new float[workload.batch() * network.outputs()];
            for (int b = 0; b < workload.batch(); b++) {
                for (int j = 0; j < output.length; j++) {
                    // the second direction ends at the first step
                    output[j] = h[(b * output.length + j) * steps + (j < last.units() ? steps - 1 : 0)];
                }
                if (network.head() == null) {
                    System.arraycopy(output, 0, y, b * output.length, output.length);
                } else {
                    network.head().apply(output, y, b * network.outputs());
                }
            }
            return y;
        }

        @Override
        public void close() {
            made.close();
        }
    }
}
