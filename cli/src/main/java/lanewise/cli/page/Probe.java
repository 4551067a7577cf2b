package lanewise.cli.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.Activation;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * A model with more outputs: for each recurrent layer what it reads, its mask, and its states after every step. So the
 * engine itself says what happens inside; the answers stay what they were.
 */
final class Probe {
    /** No layer of a file is called so. */
    private static final String NAME = "lanewise probe ";

    /**
     * A recurrent layer that is watched, in one of its directions.
     *
     * @param path    its path
     * @param rnn     what it is
     * @param first   which output of the model is what it reads, [rows, steps, features]
     * @param mask    which output is its mask, [rows, steps, 1]: 0 where a step is masked; -1 if it sees none
     * @param initial which outputs are its first states, in order; empty for zeros
     * @param states  which output is its output after every step, in the order of processing; its last states follow
     */
    record Loop(String path, RecurrentLayer.Rnn rnn, int first, int mask, List<Integer> initial, int states) {}

    private final Weights given;
    private final Map<String, TensorData> arrays;
    private final Map<String, NarrowArray> narrow;
    private final Map<String, String> left = new LinkedHashMap<>();
    private List<Loop> loops = List.of();
    private ModelSpec spec;
    private int count;

    private Probe(Weights given) {
        this.given = given;
        arrays = new LinkedHashMap<>(given.arrays());
        narrow = new LinkedHashMap<>(given.narrow());
    }

    /**
     * Adds outputs to a model.
     *
     * @param spec    the model
     * @param weights as they are kept
     */
    static Probe of(ModelSpec spec, Weights weights) {
        Probe probe = new Probe(weights);
        Watched watched = probe.watch(spec.graph(), "");
        probe.loops = watched.loops();
        probe.spec = new ModelSpec(spec.name(), watched.graph(), spec.text(), spec.labels());
        return probe;
    }

    /** The layers that are watched, in the order in which they run. */
    List<Loop> loops() {
        return loops;
    }

    /** Recurrent layers that are not, by path, with the reason. */
    Map<String, String> left() {
        return Collections.unmodifiableMap(left);
    }

    ModelSpec spec() {
        return spec;
    }

    Weights weights() {
        return new Weights(arrays, narrow, given.accuracy());
    }

    /** A graph with more outputs, and what they are. */
    private record Watched(Graph graph, List<Loop> loops) {}

    /** Collects the nodes and outputs of one graph. */
    private static final class Builder {
        private final List<Graph.Node> nodes;
        private final List<Graph.Output> outputs;
        private final List<Loop> loops = new ArrayList<>();

        Builder(Graph graph) {
            nodes = new ArrayList<>(graph.nodes());
            outputs = new ArrayList<>(graph.outputs());
        }

        int output(Graph.Ref value) {
            outputs.add(new Graph.Output(NAME + outputs.size(), value));
            return outputs.size() - 1;
        }

        int node(LayerSpec layer, List<Graph.Ref> inputs, Graph.Ref mask) {
            nodes.add(new Graph.Node(layer, inputs, mask));
            return nodes.size() - 1;
        }
    }

    private Watched watch(Graph graph, String prefix) {
        Builder builder = new Builder(graph);
        Map<String, Watched> nested = new HashMap<>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            Graph.Node node = graph.nodes().get(n);
            String path = prefix + node.layer().name();
            switch (node.layer()) {
                case RecurrentLayer.Rnn rnn -> {
                    List<Graph.Ref> initial = node.inputs().subList(1, node.inputs().size());
                    add(builder, path, rnn, node, initial, prefix);
                }
                case RecurrentLayer.Bidirectional both -> {
                    int half = (node.inputs().size() - 1) / 2;
                    direction(builder, path, both.forward(), node, node.inputs().subList(1, 1 + half), prefix);
                    direction(builder, path, both.backward(), node, node.inputs().subList(1 + half,
                            node.inputs().size()), prefix);
                }
                case LayerSpec.Nested inner -> nest(builder, n, inner,
                        nested.computeIfAbsent(inner.name(), name -> watch(inner.graph(), path + "/")));
                case RecurrentLayer.TimeDistributed distributed -> {
                    if (hasLoop(distributed.layer())) {
                        left.put(path, "its layer runs anew for each step");
                    }
                }
                case RecurrentLayer.ConvLstm _ -> left.put(path, "its state is a picture for each filter");
                case RecurrentLayer.Scan _ -> left.put(path, "its step is a graph of its own");
                default -> {
                }
            }
        }
        return new Watched(new Graph(builder.nodes, graph.inputs(), builder.outputs), builder.loops);
    }

    private static boolean hasLoop(LayerSpec layer) {
        return layer instanceof RecurrentLayer || layer instanceof LayerSpec.Nested nested
                && nested.graph().nodes().stream().anyMatch(node -> hasLoop(node.layer()));
    }

    private void direction(Builder builder, String path, RecurrentLayer.TimeLoop loop, Graph.Node node,
            List<Graph.Ref> initial, String prefix) {
        String inner = path + "/" + loop.name();
        if (loop instanceof RecurrentLayer.Rnn rnn) {
            add(builder, inner, rnn, node, initial, prefix);
        } else {
            left.put(inner, "its state is a picture for each filter");
        }
    }

    /** The layers inside a nested model: their outputs become outputs of the nested model, then of this one. */
    private static void nest(Builder builder, int node, LayerSpec.Nested inner, Watched watched) {
        Graph.Node call = builder.nodes.get(node);
        builder.nodes.set(node, new Graph.Node(new LayerSpec.Nested(inner.name(), watched.graph()), call.inputs(),
                call.mask(), call.arguments()));
        for (Loop loop : watched.loops()) {
            int first = builder.output(new Graph.Ref(node, loop.first()));
            int mask = loop.mask() < 0 ? -1 : builder.output(new Graph.Ref(node, loop.mask()));
            List<Integer> initial = loop.initial().stream()
                    .map(state -> builder.output(new Graph.Ref(node, state))).toList();
            int states = builder.output(new Graph.Ref(node, loop.states()));
            for (int s = 1; s <= loop.rnn().states(); s++) {
                builder.output(new Graph.Ref(node, loop.states() + s));
            }
            builder.loops.add(new Loop(loop.path(), loop.rnn(), first, mask, initial, states));
        }
    }

    private void add(Builder builder, String path, RecurrentLayer.Rnn rnn, Graph.Node node, List<Graph.Ref> initial,
            String prefix) {
        Graph.Ref x = node.inputs().getFirst();
        int first = builder.output(x);
        // a layer that is given its first states sees no mask but an explicit one
        boolean masked = node.mask() != null || initial.isEmpty();
        int mask = masked ? builder.output(new Graph.Ref(maskProbe(builder, path, rnn, x, node.mask(), prefix), 0))
                : -1;
        List<Integer> starts = initial.stream().map(builder::output).toList();
        String name = NAME + count++;
        for (RecurrentLayer.Cell cell : rnn.cells()) {
            copy(path + "/" + cell.name() + "/", prefix + name + "/" + cell.name() + "/");
        }
        List<Graph.Ref> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(initial);
        int run = builder.node(new RecurrentLayer.Rnn(name, rnn.cells(), true, true, rnn.goBackwards(), false, false),
                inputs, node.mask());
        int states = builder.output(new Graph.Ref(run, 0));
        for (int s = 1; s <= rnn.states(); s++) {
            builder.output(new Graph.Ref(run, s));
        }
        builder.loops.add(new Loop(path, rnn, first, mask, starts, states));
    }

    /** A layer that puts out 1 at each step, whatever it reads, and 0 where the step is masked. */
    private int maskProbe(Builder builder, String path, RecurrentLayer.Rnn rnn, Graph.Ref x, Graph.Ref mask,
            String prefix) {
        String name = NAME + count++;
        String cell = "cell";
        int features = given.shapes().get(path + "/" + rnn.cells().getFirst().name() + "/kernel").dim(0);
        String key = prefix + name + "/" + cell + "/";
        arrays.put(key + "kernel", TensorData.of(Shape.of(features, 1), new float[features]));
        arrays.put(key + "recurrent_kernel", TensorData.of(Shape.of(1, 1), 0f));
        arrays.put(key + "bias", TensorData.of(Shape.of(1), 1f));
        return builder.node(new RecurrentLayer.Rnn(name,
                List.of(new RecurrentLayer.SimpleRnnCell(cell, 1, Activation.LINEAR, true)), true, false, false, false,
                true), List.of(x), mask);
    }

    private void copy(String from, String to) {
        given.arrays().forEach((key, array) -> {
            if (key.startsWith(from)) {
                arrays.put(to + key.substring(from.length()), array);
            }
        });
        given.narrow().forEach((key, array) -> {
            if (key.startsWith(from)) {
                narrow.put(to + key.substring(from.length()), array);
            }
        });
    }
}
