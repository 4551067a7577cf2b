package lanewise.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.Model;
import lanewise.bench.kernels.Seeded;
import lanewise.convert.Imported;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * A network of seeded numbers: perhaps an embedding, LSTM layers, perhaps a dense layer on the last output. Arrays lie
 * as Keras keeps them, gates i f c o, so that every engine is built from the same numbers.
 *
 * @param vocabulary rows of the embedding, 0 for none: inputs are then floats
 * @param features   length of an embedding's row, or of an input
 * @param embeddings (vocabulary, features), or null
 * @param layers     LSTM layers; all but the last put out every step
 * @param head       the dense layer, or null
 * @param given      whether the first states are inputs rather than zeros (networks of one layer that goes forward)
 */
public record Network(int vocabulary, int features, float[] embeddings, List<Layer> layers, Head head, boolean given) {
    private static final List<String> DIRECTIONS = List.of("forward", "backward");

    /**
     * An LSTM layer.
     *
     * @param features   length of an input
     * @param units      length of an output of one direction
     * @param directions one cell, or two if it is bidirectional, whose outputs stand side by side
     */
    public record Layer(int features, int units, List<Cell> directions) {
        /**
         * Length of an output.
         *
         * @return units of all directions
         */
        public int outputs() {
            return units * directions.size();
        }
    }

    /**
     * The arrays of an LSTM.
     *
     * @param kernel    (features, 4 units)
     * @param recurrent (units, 4 units)
     * @param bias      (4 units)
     */
    public record Cell(float[] kernel, float[] recurrent, float[] bias) {}

    /**
     * A dense layer.
     *
     * @param units    length of the output
     * @param kernel   (features, units)
     * @param bias     (units)
     * @param function softmax, sigmoid or linear
     */
    public record Head(int units, float[] kernel, float[] bias, Activation function) {
        /**
         * Computes the answer to one row, as a user's loop would.
         *
         * @param h  last output of the layers
         * @param y  takes the answer
         * @param at where it begins in y
         */
        public void apply(float[] h, float[] y, int at) {
            double sum = 0;
            for (int j = 0; j < units; j++) {
                float z = bias[j];
                for (int k = 0; k < h.length; k++) {
                    z += h[k] * kernel[k * units + j];
                }
                y[at + j] = function == Activation.LINEAR ? z : (float) Math.exp(z);
                sum += y[at + j];
            }
            for (int j = 0; j < units && function != Activation.LINEAR; j++) {
                y[at + j] /= (float) (function == Activation.SOFTMAX ? sum : 1 + y[at + j]);
            }
        }
    }

    /** Makes a network with numbers of the size that training leaves. */
    static Network random(int vocabulary, int features, int[] units, boolean bidirectional, int outputs,
            boolean given) {
        Random random = new Random(5);
        float[] embeddings = vocabulary == 0 ? null : Seeded.floats(random, vocabulary * features, 0.5);
        List<Layer> layers = new ArrayList<>();
        int width = features;
        for (int u : units) {
            List<Cell> directions = new ArrayList<>();
            for (int d = 0; d < (bidirectional ? 2 : 1); d++) {
                directions.add(new Cell(Seeded.floats(random, width * 4 * u, 1 / Math.sqrt(width)),
                        Seeded.floats(random, u * 4 * u, 1 / Math.sqrt(u)), Seeded.floats(random, 4 * u, 0.1)));
            }
            Layer layer = new Layer(width, u, List.copyOf(directions));
            layers.add(layer);
            width = layer.outputs();
        }
        Head head = outputs == 0 ? null
                : new Head(outputs, Seeded.floats(random, width * outputs, 1 / Math.sqrt(width)),
                        Seeded.floats(random, outputs, 0.1), outputs > 1 ? Activation.SOFTMAX : Activation.SIGMOID);
        return new Network(vocabulary, features, embeddings, List.copyOf(layers), head, given);
    }

    /** The network of a model that was read: an embedding, LSTM layers that go forward, a dense layer on top. */
    static Network of(Imported imported) {
        Weights weights = imported.weights();
        int vocabulary = 0;
        float[] embeddings = null;
        List<Layer> layers = new ArrayList<>();
        Head head = null;
        for (Graph.Node node : imported.spec().graph().nodes()) {
            String name = node.layer().name();
            switch (node.layer()) {
                case CoreLayer.Embedding embedding -> {
                    vocabulary = embedding.inputDim();
                    embeddings = weights.find(name, "embeddings").orElseThrow().toFloats();
                }
                case RecurrentLayer.Rnn rnn -> {
                    String cell = name + "/cell";
                    TensorData kernel = weights.find(cell, "kernel").orElseThrow();
                    layers.add(new Layer(kernel.shape().dims().getFirst(), rnn.cells().getFirst().units(),
                            List.of(new Cell(kernel.toFloats(),
                                    weights.find(cell, "recurrent_kernel").orElseThrow().toFloats(),
                                    weights.find(cell, "bias").orElseThrow().toFloats()))));
                }
                case CoreLayer.Dense dense -> head = new Head(dense.units(),
                        weights.find(name, "kernel").orElseThrow().toFloats(),
                        weights.find(name, "bias").orElseThrow().toFloats(), dense.activation());
                default -> {
                    // inputs, and dropout, which does nothing
                }
            }
        }
        return new Network(vocabulary, layers.getFirst().features, embeddings, List.copyOf(layers), head, false);
    }

    /** The same network with a dense layer that is linear. */
    Network linear() {
        return new Network(vocabulary, features, embeddings, layers,
                new Head(head.units, head.kernel, head.bias, Activation.LINEAR), given);
    }

    /** The network whose matrices are what is left of these in a format. */
    Network rounded(WeightFormat format) {
        if (!format.isNarrow()) {
            return this;
        }
        List<Layer> others = new ArrayList<>();
        for (Layer layer : layers) {
            int gates = 4 * layer.units;
            others.add(new Layer(layer.features, layer.units, layer.directions.stream()
                    .map(cell -> new Cell(rounded(format, cell.kernel, gates), rounded(format, cell.recurrent, gates),
                            cell.bias))
                    .toList()));
        }
        return new Network(vocabulary, features, rounded(format, embeddings, features), List.copyOf(others),
                head == null ? null
                        : new Head(head.units, rounded(format, head.kernel, head.units), head.bias, head.function),
                given);
    }

    private static float[] rounded(WeightFormat format, float[] matrix, int columns) {
        return matrix == null ? null
                : NarrowArray.of(format, TensorData.of(Shape.of(matrix.length / columns, columns), matrix)).decode()
                        .toFloats();
    }

    /**
     * Length of the answer to one row.
     *
     * @return outputs of the head, else of the last layer
     */
    public int outputs() {
        return head != null ? head.units : layers.getLast().outputs();
    }

    /** The same as a model of Lanewise. */
    Model model(int steps, ModelOptions options) {
        return Model.of(spec(steps), weights(), Examples.NONE, options);
    }

    /** The arrays by their Keras paths. */
    Weights weights() {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        if (vocabulary > 0) {
            arrays.put("embedding/embeddings", TensorData.of(Shape.of(vocabulary, features), embeddings));
        }
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            int gates = 4 * layer.units;
            for (int d = 0; d < layer.directions.size(); d++) {
                Cell cell = layer.directions.get(d);
                String path = "lstm" + i + (layer.directions.size() == 1 ? "" : "/" + DIRECTIONS.get(d)) + "/cell/";
                arrays.put(path + "kernel", TensorData.of(Shape.of(layer.features, gates), cell.kernel));
                arrays.put(path + "recurrent_kernel", TensorData.of(Shape.of(layer.units, gates), cell.recurrent));
                arrays.put(path + "bias", TensorData.of(Shape.of(gates), cell.bias));
            }
        }
        if (head != null) {
            arrays.put("dense/kernel", TensorData.of(Shape.of(layers.getLast().outputs(), head.units), head.kernel));
            arrays.put("dense/bias", TensorData.of(Shape.of(head.units), head.bias));
        }
        return new Weights(arrays);
    }

    /** The layers. */
    ModelSpec spec(int steps) {
        List<Graph.Node> nodes = new ArrayList<>();
        Shape shape = vocabulary > 0 ? Shape.of(-1, steps) : Shape.of(-1, steps, features);
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("x", shape, vocabulary > 0 ? DType.INT32 : DType.FLOAT32),
                List.of(), null));
        List<Integer> inputs = new ArrayList<>(List.of(0));
        if (given) {
            for (String state : List.of("h", "c")) {
                inputs.add(nodes.size());
                Shape row = Shape.of(-1, layers.getFirst().units);
                nodes.add(new Graph.Node(new LayerSpec.InputLayer(state, row, DType.FLOAT32), List.of(), null));
            }
        }
        if (vocabulary > 0) {
            add(nodes, new CoreLayer.Embedding("embedding", vocabulary, features, false), List.of(0));
        }
        for (int i = 0; i < layers.size(); i++) {
            List<Integer> from = i == 0 && given ? inputs : List.of(i == 0 && vocabulary == 0 ? 0 : nodes.size() - 1);
            add(nodes, layer("lstm" + i, layers.get(i), i < layers.size() - 1), from);
        }
        if (head != null) {
            add(nodes, new CoreLayer.Dense("dense", head.units, head.function, true), List.of(nodes.size() - 1));
        }
        return new ModelSpec("network",
                new Graph(nodes, inputs, List.of(new Graph.Output("y", new Graph.Ref(nodes.size() - 1, 0)))));
    }

    private static void add(List<Graph.Node> nodes, LayerSpec layer, List<Integer> from) {
        nodes.add(new Graph.Node(layer, from.stream().map(n -> new Graph.Ref(n, 0)).toList(), null));
    }

    private static LayerSpec layer(String name, Layer layer, boolean sequences) {
        if (layer.directions.size() == 1) {
            return rnn(name, layer, sequences, false);
        }
        return new RecurrentLayer.Bidirectional(name, rnn(DIRECTIONS.get(0), layer, sequences, false),
                rnn(DIRECTIONS.get(1), layer, sequences, true), RecurrentLayer.MergeMode.CONCAT);
    }

    private static RecurrentLayer.Rnn rnn(String name, Layer layer, boolean sequences, boolean backwards) {
        return new RecurrentLayer.Rnn(name,
                List.of(new RecurrentLayer.LstmCell("cell", layer.units, Activation.TANH, Activation.SIGMOID, true)),
                sequences, false,
                backwards, false, false);
    }
}
