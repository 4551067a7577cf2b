package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import tools.jackson.databind.JsonNode;

/** Reads recurrent layers, their cells, and the layers around them. */
final class RecurrentReader {
    private static final Set<String> CELLS = Set.of("SimpleRNN", "LSTM", "GRU", "RNN");
    private static final Set<String> CUDNN = Set.of("CuDNNLSTM", "CuDNNGRU");
    private static final Set<String> OTHERS = Set.of("Bidirectional", "TimeDistributed", "ConvLSTM1D", "ConvLSTM2D",
            "ConvLSTM3D");
    /** Cells that are called as layers, each for one step. */
    private static final Set<String> STEPS = Set.of("SimpleRNNCell", "LSTMCell", "GRUCell");
    /** A stack of cells; the layer of this class holds a graph of them. */
    static final String STACK = "StackedRNNCells";

    private final LayerReader layers;

    RecurrentReader(LayerReader layers) {
        this.layers = layers;
    }

    static boolean knows(String className) {
        return CELLS.contains(className) || CUDNN.contains(className) || OTHERS.contains(className)
                || STEPS.contains(className) || className.equals(STACK);
    }

    KerasLayer read(Options o, String className, String name, String path, boolean trainable) {
        List<KerasLayer> inner = new ArrayList<>();
        if (CUDNN.contains(className)) {
            return cudnn(o, className, name, trainable);
        } else if (STEPS.contains(className)) {
            o.ignore("implementation");
            return LayerReader.layer(className, cell(o, className.substring(0, className.length() - 4), name),
                    trainable, List.of());
        } else if (className.equals(STACK)) {
            inner.addAll(cells(path, o.get("cells"), trainable));
            return LayerReader.layer(className, stack(o, name, inner), trainable, inner);
        }
        return switch (className) {
            case "Bidirectional" -> LayerReader.layer(className, bidirectional(o, name, path, inner), trainable, inner);
            case "TimeDistributed" ->
                LayerReader.layer(className, timeDistributed(o, name, path, inner), trainable, inner);
            case "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D" ->
                LayerReader.layer(className, convLstm(o, name), trainable, List.of());
            default -> recurrent(o, className, name, path, trainable);
        };
    }

    /** The class of a cell for finding its arrays: Keras 1 has one array per gate. */
    private String stored(Options o, String className) {
        boolean joined = o.has("implementation") && o.integer("implementation") == Keras1.GATES_JOINED;
        return (layers.kerasMajor() == 1 && !className.equals("SimpleRNN") && !joined ? ListedWeights.KERAS_1 : "")
                + className + "Cell";
    }

    /** The layers of Keras 2 that ran on a GPU only: the same functions, fixed, and other layouts of arrays. */
    private KerasLayer cudnn(Options o, String className, String name, boolean trainable) {
        int units = o.count("units");
        o.ignore("unit_forget_bias", "input_length", "input_dim");
        RecurrentLayer.Cell cell = className.equals("CuDNNLSTM")
                ? new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID, true)
                : new RecurrentLayer.GruCell("cell", units, Activation.TANH, Activation.SIGMOID, true, true);
        RecurrentLayer.Rnn rnn = new RecurrentLayer.Rnn(name, List.of(cell), o.bool("return_sequences", false),
                o.bool("return_state", false), o.bool("go_backwards", false), o.bool("stateful", false), false);
        o.require("time_major", "false", "; put a Permute layer before and after it");
        return LayerReader.layer(className, rnn, trainable,
                List.of(LayerReader.layer(className + "Cell", cell, trainable, List.of())));
    }

    private LayerSpec convLstm(Options o, String name) {
        o.numbers("dropout", "recurrent_dropout");
        o.ignore("unit_forget_bias", "implementation");
        boolean zeroOutputForMask = o.bool("zero_output_for_mask", false);
        noteLoop(o);
        o.require("time_major", "false", "; put a Permute layer before and after it");
        Activation usual = layers.kerasMajor() < 3 ? Activation.HARD_SIGMOID_KERAS_2 : Activation.SIGMOID;
        return new RecurrentLayer.ConvLstm(name, o.count("filters"),
                WindowReader.windows(o, "kernel_size", Integer.parseInt(
                        o.kerasClass().substring("ConvLSTM".length(), "ConvLSTM".length() + 1)), true),
                o.activation("activation", Activation.TANH), o.activation("recurrent_activation", usual),
                o.bool("use_bias", true),
                o.bool("return_sequences", false), o.bool("return_state", false), o.bool("go_backwards", false),
                o.channelsFirst(), o.bool("stateful", false),
                // Keras 2 did not pass it on: base_conv_rnn.py
                zeroOutputForMask && layers.kerasMajor() >= 3);
    }

    /** Notes what the whole model must allow. */
    private void noteLoop(Options o) {
        if (o.isStrict() && o.bool("stateful", false)) {
            layers.whole().stateful(o);
        }
        if (o.bool("unroll", false) && o.bool("go_backwards", false) && o.bool("zero_output_for_mask", false)) {
            layers.whole().unrolledBackwards(o);
        }
    }

    private KerasLayer recurrent(Options o, String className, String name, String path, boolean trainable) {
        List<KerasLayer> cells = new ArrayList<>();
        if (className.equals("RNN")) {
            JsonNode cell = o.get("cell");
            // TensorFlow.js writes the list a second time, without the stack around it
            JsonNode list = o.get("cells");
            JsonNode stacked = cell == null ? list : cell.path("config").get("cells");
            if (list != null && !list.equals(stacked)) {
                o.problem("option 'cells' has other cells than option 'cell'");
            }
            if (stacked != null && (cell == null || cell.path("class_name").asString("").equals(STACK))) {
                cells.addAll(cells(path, stacked, trainable));
            } else {
                cells.add(cell(path, cell, "cell", trainable));
            }
        } else {
            cells.add(LayerReader.layer(stored(o, className), cell(o, className, "cell"), trainable, List.of()));
        }
        noteLoop(o);
        // time_major and input_length are of Keras 2
        o.ignore("implementation", "use_cudnn", "input_length", "input_dim");
        o.require("time_major", "false", "; put a Permute layer before and after it");
        RecurrentLayer.Rnn rnn = new RecurrentLayer.Rnn(name,
                cells.stream().map(c -> (RecurrentLayer.Cell) c.spec()).toList(),
                o.bool("return_sequences", false), o.bool("return_state", false), o.bool("go_backwards", false),
                o.bool("stateful", false), o.bool("zero_output_for_mask", false));
        return LayerReader.layer(className, rnn, trainable, cells);
    }

    private List<KerasLayer> cells(String path, JsonNode list, boolean trainable) {
        List<KerasLayer> cells = new ArrayList<>();
        for (int i = 0; i < (list == null ? 0 : list.size()); i++) {
            cells.add(cell(path, list.get(i), "cell_" + i, trainable));
        }
        return cells;
    }

    /** A stack that is called as a layer: a graph of the cells, each of which reads the output of the one before. */
    private static LayerSpec stack(Options o, String name, List<KerasLayer> cells) {
        if (cells.isEmpty()) {
            o.problem("has no cells");
            return new LayerSpec.Identity(name, STACK);
        }
        List<Graph.Node> nodes = new ArrayList<>();
        List<Integer> inputs = new ArrayList<>();
        List<Graph.Output> states = new ArrayList<>();
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("inputs", Shape.of(-1, -1), DType.FLOAT32), List.of(), null));
        inputs.add(0);
        Graph.Ref last = new Graph.Ref(0, 0);
        for (KerasLayer layer : cells) {
            RecurrentLayer.Cell cell = (RecurrentLayer.Cell) layer.spec();
            List<Graph.Ref> reads = new ArrayList<>(List.of(last));
            for (int s = 0; s < cell.states(); s++) {
                String state = cell.name() + "_state_" + s;
                reads.add(new Graph.Ref(nodes.size(), 0));
                inputs.add(nodes.size());
                nodes.add(new Graph.Node(
                        new LayerSpec.InputLayer(state, Shape.of(-1, cell.units()), DType.FLOAT32), List.of(), null));
            }
            last = new Graph.Ref(nodes.size(), 0);
            for (int s = 0; s < cell.states(); s++) {
                states.add(new Graph.Output(cell.name() + "_state_" + s, new Graph.Ref(nodes.size(), 1 + s)));
            }
            nodes.add(new Graph.Node(cell, reads, null));
        }
        states.addFirst(new Graph.Output("outputs", last));
        return new LayerSpec.Nested(name, new Graph(nodes, inputs, states));
    }

    private KerasLayer cell(String path, JsonNode entry, String name, boolean trainable) {
        String className = entry == null ? "" : entry.path("class_name").asString("");
        JsonNode config = entry == null ? null : entry.get("config");
        String kind = className.endsWith("Cell") ? className.substring(0, className.length() - 4) : "";
        if (config == null || !CELLS.contains(kind) || kind.equals("RNN")) {
            layers.problems().add(path, "RNN",
                    "its cell is of the class " + className + ", supported are SimpleRNNCell, LSTMCell, GRUCell "
                            + "and StackedRNNCells of these");
            return LayerReader.layer(className, new RecurrentLayer.SimpleRnnCell(name, 1, Activation.LINEAR, false),
                    trainable, List.of());
        }
        Options o = Options.ofLayer(layers.problems(), path + "/" + name, className, config, layers.kerasMajor());
        layers.checkDtype(o, className);
        o.seed();
        o.ignore("trainable", "implementation");
        RecurrentLayer.Cell cell = cell(o, kind, name);
        o.finish();
        return LayerReader.layer(className, cell, trainable, List.of());
    }

    private RecurrentLayer.Cell cell(Options o, String kind, String name) {
        o.numbers("dropout", "recurrent_dropout");
        o.ignore("unit_forget_bias");
        int units = o.count("units");
        Activation activation = o.activation("activation", Activation.TANH);
        boolean useBias = o.bool("use_bias", true);
        if (kind.equals("SimpleRNN")) {
            return new RecurrentLayer.SimpleRnnCell(name, units, activation, useBias);
        }
        Activation usual = layers.kerasMajor() < 3 ? Activation.HARD_SIGMOID_KERAS_2 : Activation.SIGMOID;
        Activation recurrent = o.activation("recurrent_activation", usual);
        return kind.equals("LSTM") ? new RecurrentLayer.LstmCell(name, units, activation, recurrent, useBias)
                : new RecurrentLayer.GruCell(name, units, activation, recurrent, useBias,
                        o.bool("reset_after", layers.kerasMajor() >= 3));
    }

    private LayerSpec bidirectional(Options o, String name, String path, List<KerasLayer> inner) {
        KerasLayer forward = recurrentInside(o, "layer", path);
        KerasLayer backward = o.has("backward_layer") ? recurrentInside(o, "backward_layer", path) : null;
        o.ignore("backward_layer", "merge_mode");
        RecurrentLayer.MergeMode merge = o.isNull("merge_mode") ? RecurrentLayer.MergeMode.NONE
                : o.choice("merge_mode", RecurrentLayer.MergeMode.CONCAT, RecurrentLayer.MergeMode.class);
        if (forward == null || o.has("backward_layer") && backward == null) {
            return new LayerSpec.Identity(name, "Bidirectional");
        }
        if (backward == null) {
            // Keras 2 files hold one layer; the other is its mirror image
            RecurrentLayer.TimeLoop f = (RecurrentLayer.TimeLoop) forward.spec();
            backward = LayerReader.layer(forward.className(), f.mirrored("backward_" + f.name()), forward.trainable(),
                    forward.inner());
        }
        forward = zeroing(forward);
        backward = zeroing(backward);
        inner.add(forward);
        inner.add(backward);
        return new RecurrentLayer.Bidirectional(name, (RecurrentLayer.TimeLoop) forward.spec(),
                (RecurrentLayer.TimeLoop) backward.spec(), merge);
    }

    /** Inside a Bidirectional of Keras 3, the layer's own {@code zero_output_for_mask} is not what counts. */
    private KerasLayer zeroing(KerasLayer layer) {
        return layer.spec() instanceof RecurrentLayer.ConvLstm l && layers.kerasMajor() >= 3
                ? LayerReader.layer(layer.className(), new RecurrentLayer.ConvLstm(l.name(), l.filters(), l.windows(),
                        l.activation(), l.recurrentActivation(), l.useBias(), l.returnSequences(), l.returnState(),
                        l.goBackwards(), l.channelsFirst(), l.stateful(), l.returnSequences()), layer.trainable(),
                        layer.inner())
                : layer;
    }

    private KerasLayer recurrentInside(Options o, String key, String path) {
        JsonNode entry = o.get(key);
        KerasLayer layer = entry == null ? null : layers.read(path + "/", entry);
        if (layer == null || !(layer.spec() instanceof RecurrentLayer.TimeLoop)) {
            o.problem("its " + key + " is of the class " + (layer == null ? "none" : layer.className())
                    + ", expected a recurrent layer");
            return null;
        }
        JsonNode zero = entry.path("config").path("zero_output_for_mask");
        if (zero.isNull() && ((RecurrentLayer.Rnn) layer.spec()).returnSequences()) {
            // Keras sets it unless it is None (keras/src/layers/rnn/bidirectional.py)
            o.problem("option 'zero_output_for_mask' of its " + key + " is null, expected true or false, which both"
                    + " mean true here");
        }
        return layer;
    }

    private LayerSpec timeDistributed(Options o, String name, String path, List<KerasLayer> inner) {
        JsonNode entry = o.get("layer");
        if (entry == null) {
            o.problem("has no layer");
            return new LayerSpec.Identity(name, "TimeDistributed");
        }
        KerasLayer layer = layers.read(path + "/", entry);
        inner.add(layer);
        Int8Reader.refuseInside(o, layer);
        return new RecurrentLayer.TimeDistributed(name, layer.spec());
    }
}
