package lanewise.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import lanewise.error.InvalidSpecException;
import lanewise.error.Shortened;

/**
 * Layers and their connections: one node per call of a layer, each after the nodes that it reads.
 *
 * @param nodes   the calls, in an order in which they can run
 * @param inputs  which nodes are the inputs, in the order in which the model takes them
 * @param outputs the model's outputs, in order
 */
public record Graph(List<Node> nodes, List<Integer> inputs, List<Output> outputs) {
    /**
     * A value in the graph.
     *
     * @param node   the node that makes it
     * @param output which of that node's outputs
     */
    public record Ref(int node, int output) {}

    /**
     * One call of a layer.
     *
     * @param layer     the layer; nodes whose layers have equal names are calls of one layer
     * @param inputs    the values that it reads
     * @param mask      an explicit mask argument, or null to use the input's own mask
     * @param arguments for layers with several arguments: the names of the inputs in Keras's call, then the names of
     *                  flags that are true, for example {@code [query, value, use_causal_mask]}; else empty
     */
    public record Node(LayerSpec layer, List<Ref> inputs, Ref mask, List<String> arguments) {
        /** Copies the lists. */
        public Node {
            inputs = List.copyOf(inputs);
            arguments = List.copyOf(arguments);
            if (!arguments.isEmpty() && arguments.size() < inputs.size()) {
                throw new InvalidSpecException(
                        "'" + layer.name() + "' reads " + inputs.size() + " inputs, of which " + arguments
                                + " are named");
            }
        }

        /**
         * A call without named arguments.
         *
         * @param layer  the layer
         * @param inputs    the values that it reads
         * @param mask   an explicit mask argument, or null
         */
        public Node(LayerSpec layer, List<Ref> inputs, Ref mask) {
            this(layer, inputs, mask, List.of());
        }
    }

    /**
     * An output of the model.
     *
     * @param name    its name: the layer's name, or the key if the model returns a dict
     * @param value   its value
     * @param rowAxis which axis of the array that a caller gets holds the rows, see
     *                {@link LayerSpec.InputLayer#rowAxis}; in the graph they come first
     */
    public record Output(String name, Ref value, int rowAxis) {
        /** Checks the axis as far as that can be done without the value's shape. */
        public Output {
            if (rowAxis < RowAxis.NONE) {
                throw new InvalidSpecException("output '" + name + "' has its rows along axis " + rowAxis);
            }
        }

        /**
         * An output whose rows come first.
         *
         * @param name  its name: the layer's name, or the key if the model returns a dict
         * @param value its value
         */
        public Output(String name, Ref value) {
            this(name, value, RowAxis.FIRST);
        }
    }

    /** Copies the lists and checks that every reference points to an earlier node. */
    public Graph {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Map<String, LayerSpec> byName = new HashMap<>();
        for (int n = 0; n < nodes.size(); n++) {
            Node node = nodes.get(n);
            for (Ref ref : node.inputs()) {
                check(ref, n, node.layer().name());
            }
            if (node.mask() != null) {
                check(node.mask(), n, node.layer().name());
            }
            LayerSpec other = byName.putIfAbsent(node.layer().name(), node.layer());
            if (other != null && !other.equals(node.layer())) {
                throw new InvalidSpecException(
                        "two different layers have the name '" + other.name() + "': " + other + " and " + node.layer());
            }
        }
        for (int n : inputs) {
            if (n < 0 || n >= nodes.size() || !(nodes.get(n).layer() instanceof LayerSpec.InputLayer)) {
                throw new InvalidSpecException("input " + n + " is not an input node");
            }
        }
        for (Output output : outputs) {
            check(output.value(), nodes.size(), "output " + output.name());
        }
    }

    private static void check(Ref ref, int end, String reader) {
        if (ref.node() < 0 || ref.node() >= end || ref.output() < 0) {
            throw new InvalidSpecException("'" + reader + "' reads " + ref + ", which is no earlier node");
        }
    }

    /**
     * The input layers in order.
     *
     * @return the layers
     */
    public List<LayerSpec.InputLayer> inputLayers() {
        return inputs.stream().map(n -> (LayerSpec.InputLayer) nodes.get(n).layer()).toList();
    }

    /**
     * Visits every layer once, including layers inside others, with its path: names joined by {@code /}.
     *
     * @param visitor receives path and layer
     */
    public void walk(BiConsumer<String, LayerSpec> visitor) {
        walk("", visitor);
    }

    private void walk(String prefix, BiConsumer<String, LayerSpec> visitor) {
        Map<String, LayerSpec> seen = new HashMap<>();
        for (Node node : nodes) {
            if (seen.put(node.layer().name(), node.layer()) == null) {
                walk(prefix, node.layer(), visitor);
            }
        }
    }

    private static void walk(String prefix, LayerSpec layer, BiConsumer<String, LayerSpec> visitor) {
        String path = prefix + layer.name();
        visitor.accept(path, layer);
        for (LayerSpec inner : layer.inner()) {
            walk(path + "/", inner, visitor);
        }
        if (layer instanceof LayerSpec.Nested nested) {
            nested.graph().walk(path + "/", visitor);
        } else if (layer instanceof RecurrentLayer.Scan scan) {
            scan.body().walk(path + "/", visitor);
        }
    }

    /** The names of the layers, in order. */
    @Override
    public String toString() {
        return "Graph" + Shortened.values(nodes.size(), i -> nodes.get((int) i).layer().name());
    }
}
