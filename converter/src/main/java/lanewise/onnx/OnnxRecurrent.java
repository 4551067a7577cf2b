package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.files.Gates;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.Operation;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;

/**
 * The operators LSTM, GRU and RNN (docs/Operators.md of ONNX). Gates lie as i, o, f, c and z, r, h in the rows of W
 * (directions, gates * units, features), R (directions, gates * units, units) and B (directions, 2 * gates * units).
 */
final class OnnxRecurrent {
    /** For Keras's gates i, f, c, o where ONNX has them. */
    private static final int[] LSTM_ORDER = {0, 2, 3, 1};
    private static final Map<String, Integer> GATES = Map.of("LSTM", 4, "GRU", 3, "RNN", 1);
    /** Values of ONNX's functions where no alpha and beta are given: those for which there is a function here. */
    private static final Map<String, Activation> FUNCTIONS = Map.of("relu", Activation.RELU, "tanh", Activation.TANH,
            "sigmoid",
            Activation.SIGMOID, "hardsigmoid", Activation.HARD_SIGMOID_KERAS_2, "elu", Activation.ELU, "softsign",
            Activation.SOFTSIGN,
            "softplus", Activation.SOFTPLUS, "affine", Activation.LINEAR);
    private static final Map<String, List<Float>> DEFAULTS = Map.of("hardsigmoid", List.of(0.2f, 0.5f), "elu",
            List.of(1f), "affine",
            List.of(1f, 0f));

    private final OnnxNode n;
    private final OnnxGraph graph;
    private final boolean lstm;
    private final int gates;
    private final boolean batchFirst;
    private final int units;
    private final List<Activation> functions = new ArrayList<>();

    private OnnxRecurrent(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
        this.lstm = n.op().equals("LSTM");
        this.gates = GATES.get(n.op());
        this.batchFirst = n.integer("layout", 0) == 1;
        int[] r = n.constant(2).dims();
        this.units = r.length == 3 ? r[2] : 0;
    }

    static boolean knows(String op) {
        return GATES.containsKey(op);
    }

    static List<? extends OnnxValue> translate(OnnxNode n) {
        return new OnnxRecurrent(n).translate();
    }

    private List<? extends OnnxValue> translate() {
        if (n.count("hidden_size", units) != units) {
            throw new Unsupported("its hidden_size is " + n.count("hidden_size", units) + ", but its weights are for "
                    + units + " units");
        }
        String direction = n.text("direction", "forward");
        int directions = direction.equals("bidirectional") ? 2 : 1;
        int[] w = n.constant(1).dims();
        if (w.length != 3 || w[0] != directions || w[1] != gates * units
                || !Arrays.equals(n.constant(2).dims(), new int[] {directions, gates * units, units})) {
            throw new Unsupported(
                    "its W and R have the sizes " + OnnxValue.text(w) + " and " + OnnxValue.text(n.constant(2).dims())
                            + " for " + directions + " directions");
        }
        if (n.outputs() > 3) {
            throw new Unsupported("it has " + n.outputs() + " outputs, expected at most 3");
        }
        functions(directions);
        Live x = graph.floats(n, n.live(0));
        if (x.rank() != 3) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims()) + ", expected 3 axes");
        }
        int rows = batchFirst ? 0 : 1;
        boolean[] gives = {n.gives(0) || !n.gives(1) && !n.gives(2), n.gives(1), n.gives(2)};
        int[] outputRows = IntStream.range(0, 3).filter(i -> gives[i]).map(i -> batchFirst ? 0 : i == 0 ? 2 : 1)
                .toArray();
        List<Live> wanted = new ArrayList<>(OnnxRows.with(n, x, rows, outputRows, part -> run(part, direction)));
        List<Live> outputs = new ArrayList<>();
        for (int i = 0; i < n.outputs(); i++) {
            outputs.add(gives[i] ? wanted.removeFirst() : null);
        }
        return outputs;
    }

    /** The functions of each direction, and that those of both are the same is not asked for. */
    private void functions(int directions) {
        List<String> names = n.texts("activations");
        List<Float> alphas = new ArrayList<>(n.numbers("activation_alpha"));
        List<Float> betas = new ArrayList<>(n.numbers("activation_beta"));
        List<String> usual = lstm ? List.of("Sigmoid", "Tanh", "Tanh")
                : gates == 3 ? List.of("Sigmoid", "Tanh") : List.of("Tanh");
        for (int i = 0; i < directions * usual.size(); i++) {
            String name = (names.isEmpty() ? usual.get(i % usual.size()) : i < names.size() ? names.get(i) : "missing")
                    .toLowerCase(Locale.ROOT);
            List<Float> defaults = DEFAULTS.getOrDefault(name, List.of());
            List<Float> found = new ArrayList<>();
            for (int p = 0; p < defaults.size(); p++) {
                List<Float> given = p == 0 ? alphas : betas;
                found.add(given.isEmpty() ? defaults.get(p) : given.removeFirst());
            }
            if (!FUNCTIONS.containsKey(name) || !found.equals(defaults)) {
                throw new Unsupported("its function " + name + found + " is not supported, only "
                        + FUNCTIONS.keySet().stream().sorted().toList()
                        + " with their usual parameters");
            }
            functions.add(FUNCTIONS.get(name));
        }
    }

    private List<Live> run(Live x, String direction) {
        boolean sequence = n.gives(0) || !n.gives(1) && !n.gives(2);
        boolean states = n.gives(1) || n.gives(2);
        Graph.Ref mask = mask(x);
        List<Graph.Ref> inputs = new ArrayList<>(List.of(x.ref()));
        boolean both = direction.equals("bidirectional");
        for (int d = 0; d < (both ? 2 : 1); d++) {
            inputs.addAll(initial(x, d));
        }
        String name = graph.unique(n.name());
        int[] stepDims = {x.dims()[0], x.dims()[1], units};
        int first;
        RecurrentLayer spec;
        if (both) {
            spec = new RecurrentLayer.Bidirectional(name,
                    rnn(name, "forward", 0, sequence, states, false, mask != null),
                    rnn(name, "backward", 1, sequence, states, true, mask != null), RecurrentLayer.MergeMode.NONE);
            first = 2;
        } else {
            spec = rnn("", name, 0, sequence, states, direction.equals("reverse"), mask != null);
            first = 1;
        }
        int node = graph.node(spec, mask, inputs.toArray(Graph.Ref[]::new)).node();
        int perDirection = lstm ? 2 : 1;
        List<Live> y = new ArrayList<>();
        List<Live> h = new ArrayList<>();
        List<Live> c = new ArrayList<>();
        for (int d = 0; d < first; d++) {
            if (sequence) {
                Live out = new Live(new Graph.Ref(node, d), DType.FLOAT32, stepDims, x.row());
                y.add(direction.equals("reverse") ? turned(out) : out);
            }
            if (states) {
                int at = first + d * perDirection;
                int[] dims = {x.dims()[x.row()], units};
                h.add(new Live(new Graph.Ref(node, at), DType.FLOAT32, dims, 0));
                c.add(new Live(new Graph.Ref(node, at + perDirection - 1), DType.FLOAT32, dims, 0));
            }
        }
        List<Live> wanted = new ArrayList<>();
        int stack = batchFirst ? 1 : 0;
        if (sequence) {
            wanted.add(graph.stacked(n, y, stack + 1));
        }
        if (n.gives(1)) {
            wanted.add(graph.stacked(n, h, stack));
        }
        if (n.gives(2)) {
            wanted.add(graph.stacked(n, c, stack));
        }
        return wanted;
    }

    /** Outputs of a layer that goes backwards come in the order of processing. */
    private Live turned(Live y) {
        int time = batchFirst ? 1 : 0;
        return graph.layer(new ShapeOperation.Flip(graph.unique(n.name() + "_turned"), List.of(y.axis(time))), y,
                DType.FLOAT32, y.dims());
    }

    private RecurrentLayer.Rnn rnn(String outer, String name, int direction, boolean sequence, boolean states,
            boolean backwards, boolean masked) {
        String path = (outer.isEmpty() ? "" : outer + "/") + name + "/cell";
        boolean after = n.flag("linear_before_reset", false);
        boolean plain = true;
        OnnxTensor peephole = lstm && n.has(7) ? part(7, direction, 3 * units) : null;
        float clip = n.hasAttribute("clip") ? n.number("clip", 0) : Float.POSITIVE_INFINITY;
        boolean coupled = lstm && n.flag("input_forget", false);
        int at = direction * functions.size() / (n.text("direction", "").equals("bidirectional") ? 2 : 1);
        RecurrentLayer.Cell cell;
        if (lstm) {
            Activation gate = functions.get(at);
            Activation candidate = functions.get(at + 1);
            Activation output = functions.get(at + 2);
            plain = peephole == null && !coupled && clip == Float.POSITIVE_INFINITY && candidate == output;
            cell = plain ? new RecurrentLayer.LstmCell("cell", units, candidate, gate, true)
                    : new RecurrentLayer.PeepholeLstmCell("cell", units, gate, candidate, output, clip, coupled, true);
        } else if (gates == 3) {
            cell = new RecurrentLayer.GruCell("cell", units, functions.get(at + 1), functions.get(at), true, after);
        } else {
            cell = new RecurrentLayer.SimpleRnnCell("cell", units, functions.get(at), true);
        }
        if (!lstm && clip < Float.POSITIVE_INFINITY) {
            cell = new RecurrentLayer.ClippedCell(cell, clip);
        }
        graph.weight(path, "kernel", columns(n.constant(1).part(direction)));
        graph.weight(path, "recurrent_kernel", columns(n.constant(2).part(direction)));
        graph.weight(path, "bias", bias(direction, gates == 3 && after));
        if (!plain) {
            graph.weight(path, "peephole", peephole(peephole));
        }
        return new RecurrentLayer.Rnn(name, List.of(cell), sequence, states, backwards, false, masked);
    }

    /** The numbers of one direction of an input that has some for each. */
    private OnnxTensor part(int input, int direction, int count) {
        OnnxTensor all = n.constant(input);
        int directions = n.constant(1).dims()[0];
        if (!Arrays.equals(all.dims(), new int[] {directions, count})) {
            throw new Unsupported("its input " + input + " has the sizes " + OnnxValue.text(all.dims())
                    + ", expected " + OnnxValue.text(new int[] {directions, count}));
        }
        return all.part(direction);
    }

    private int[] order() {
        return lstm ? LSTM_ORDER : IntStream.range(0, gates).toArray();
    }

    private TensorData columns(OnnxTensor rows) {
        return TensorData.of(Shape.of(rows.dims()[1], gates * units), Gates.columns(rows.floats(), units, order()));
    }

    private TensorData bias(int direction, boolean apart) {
        int width = gates * units;
        float[] given = n.has(3) ? part(3, direction, 2 * width).floats() : new float[2 * width];
        float[] both = Gates.biases(Arrays.copyOf(given, width), Arrays.copyOfRange(given, width, 2 * width), units,
                order());
        return apart ? TensorData.of(Shape.of(2, width), both) : TensorData.of(Shape.of(width), Gates.sum(both));
    }

    /** From ONNX's i, o, f to i, f, o. */
    private TensorData peephole(OnnxTensor given) {
        float[] rows = new float[3 * units];
        if (given != null) {
            float[] floats = given.floats();
            System.arraycopy(floats, 0, rows, 0, units);
            System.arraycopy(floats, 2 * units, rows, units, units);
            System.arraycopy(floats, units, rows, 2 * units, units);
        }
        return TensorData.of(Shape.of(3, units), rows);
    }

    /** Which steps of each row count, or null for all. */
    private Graph.Ref mask(Live x) {
        if (!n.has(4)) {
            return null;
        }
        int steps = x.dims()[batchFirst ? 1 : 0];
        return switch (n.in(4)) {
            case OnnxTensor t when steps >= 0 && Arrays.stream(t.values()).allMatch(length -> length == steps) -> null;
            case Live l when l.row() == 0 && l.rank() == 1 ->
                graph.node(new Operation.WithinLength(graph.unique(n.name() + "_mask")), null, x.ref(), l.ref());
            default ->
                throw new RowsMixed("its lengths of sequences differ from row to row, but are not given for each");
        };
    }

    private boolean isZero(int input) {
        return !n.has(input) || switch (n.in(input)) {
            case Filled f -> f.value() == 0;
            case OnnxTensor t -> Arrays.stream(t.values()).allMatch(v -> v == 0);
            default -> false;
        };
    }

    /** The states that one direction starts with; none if all are zeros. */
    private List<Graph.Ref> initial(Live x, int direction) {
        List<Graph.Ref> refs = new ArrayList<>();
        if (isZero(5) && (!lstm || isZero(6))) {
            return refs;
        }
        for (int input = 5; input < (lstm ? 7 : 6); input++) {
            refs.add(isZero(input) ? constantState(x, new float[units]) : switch (n.in(input)) {
                case Live l when l.rank() == 3 && l.row() == (batchFirst ? 0 : 1)
                        && l.dims()[batchFirst ? 1 : 0] > direction ->
                    graph.part(n, graph.floats(n, l), batchFirst ? 1 : 0, direction).ref();
                case OnnxTensor t -> constantState(x, sameForAll(t, direction));
                default ->
                    throw new RowsMixed("its initial states have the sizes " + OnnxValue.text(n.in(input).dims()));
            });
        }
        return refs;
    }

    /** A state that is the same for every row. */
    private float[] sameForAll(OnnxTensor state, int direction) {
        OnnxSizes.needRank(state, 3, "initial state");
        if (state.dims()[batchFirst ? 1 : 0] <= direction || state.dims()[batchFirst ? 0 : 1] < 1
                || state.dims()[2] != units) {
            throw new Unsupported("its initial state has the sizes " + OnnxValue.text(state.dims()) + " for " + units
                    + " units");
        }
        OnnxTensor own = batchFirst ? state.transposed(1, 0, 2).part(direction) : state.part(direction);
        float[] first = own.part(0).floats();
        if (!IntStream.range(0, own.dims()[0]).allMatch(i -> Arrays.equals(own.part(i).floats(), first))) {
            throw new RowsMixed("its initial states differ from row to row");
        }
        return first;
    }

    private Graph.Ref constantState(Live x, float[] state) {
        Graph.Ref column = OnnxScan.rowsOfZeros(n, x, 2);
        String name = graph.unique(n.name() + "_state");
        graph.weight(name, "value", TensorData.of(Shape.of(1, units), state));
        Graph.Ref constant = graph.node(new Operation.Constant(name), null);
        return graph.node(new Operation.Pair(graph.unique(n.name() + "_state"), Operation.PairOp.ADD, 0, false), null,
                column, constant);
    }
}
