package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;

/** Makes a layer of the body of a Scan or Loop that runs over sequences whose length only the call knows. */
final class OnnxScan {
    private final OnnxNode n;
    private final OnnxGraph graph;

    OnnxScan(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** A sequence with its steps along the first axis, perhaps from the last to the first. */
    Live timeFirst(Live x, int axis, boolean backwards) {
        int[] order = IntStream.concat(IntStream.of(axis), IntStream.range(0, x.rank()).filter(i -> i != axis))
                .toArray();
        return turned(graph.transposed(n, x, order), backwards);
    }

    /** A sequence with steps along the first axis, with them along another. */
    Live timeAt(Live x, int axis, boolean backwards) {
        int at = x.positive(axis);
        List<Integer> order = new ArrayList<>(IntStream.range(1, x.rank()).boxed().toList());
        order.add(at, 0);
        return graph.transposed(n, turned(x, backwards), order.stream().mapToInt(i -> i).toArray());
    }

    private Live turned(Live x, boolean backwards) {
        return backwards ? graph.layer(new ShapeOperation.Flip(graph.unique(n.name()), List.of(x.axis(0))), x, x.kind(),
                x.dims()) : x;
    }

    /**
     * A Loop whose body takes a step of sequences around it by its number: {@code Gather(x, i)}.
     *
     * @param steps the name of the size that says how often it runs
     */
    List<OnnxValue> loop(GraphProto body, Consumer<NodeProto> translate, int steps) {
        needInputs(body, n.inputs());
        String number = body.getInput(0).getName();
        List<Live> sequences = new ArrayList<>();
        List<String> elements = new ArrayList<>();
        for (NodeProto node : body.getNodeList()) {
            if (node.getOpType().equals("Gather") && node.getInputCount() == 2
                    && node.getOutputCount() == 1 && node.getInput(1).equals(number)) {
                OnnxNode gather = new OnnxNode(node, graph, n.opset());
                Live x = gather.live(0);
                int axis = x.positive(gather.integer("axis", 0));
                if (x.dims()[axis] != steps) {
                    throw new Unsupported("its body takes steps of " + OnnxValue.text(x.dims())
                            + ", but runs another number of times");
                }
                sequences.add(timeFirst(x, axis, false));
                elements.add(node.getOutput(0));
            }
        }
        List<OnnxValue> start = IntStream.range(2, n.inputs()).mapToObj(n::in).toList();
        return new ArrayList<>(run(body, translate, start, sequences, elements, 1));
    }

    /**
     * Adds the layer.
     *
     * @param body       its graph: for a Loop its inputs begin with the number of the step and whether to go on
     * @param translate  adds a node of the body
     * @param start      first states
     * @param sequences  steps along their first axis
     * @param elements   values in the body that are a step of each sequence, or empty: then they are its last inputs
     * @param conditions outputs of the body that say whether to go on: 1 for a Loop
     * @return last states, outputs with steps along the first axis
     */
    List<Live> run(GraphProto body, Consumer<NodeProto> translate, List<OnnxValue> start, List<Live> sequences,
            List<String> elements, int conditions) {
        if (sequences.isEmpty()) {
            throw new OpenSize("its body reads no sequence, but how often it runs is known only at run time");
        }
        int firstState = conditions == 0 ? 0 : 2;
        needInputs(body, firstState + start.size() + (elements.isEmpty() ? sequences.size() : 0));
        if (body.getOutputCount() < conditions + start.size()) {
            throw new Unsupported("its body has " + body.getOutputCount() + " outputs, expected at least "
                    + (conditions + start.size()));
        }
        List<Live> inputs = new ArrayList<>();
        for (OnnxValue state : start) {
            inputs.add(state(state, sequences.getFirst()));
        }
        inputs.addAll(sequences);
        String name = graph.unique(n.name());
        List<Graph.Output> outputs = new ArrayList<>();
        List<Live> made = new ArrayList<>();
        List<Integer> inputNodes = new ArrayList<>();
        List<Graph.Node> nodes = graph.inside(name, () -> {
            for (TensorProto tensor : body.getInitializerList()) {
                graph.put(tensor.getName(), OnnxTensor.read(graph.file(), tensor));
            }
            if (conditions > 0) {
                graph.put(body.getInput(1).getName(), OnnxTensor.of(OnnxTensor.BOOL, 1));
            }
            for (int i = 0; i < inputs.size(); i++) {
                boolean element = i >= start.size();
                String value = !element || elements.isEmpty() ? body.getInput(firstState + i).getName()
                        : elements.get(i - start.size());
                Live input = input(value, inputs.get(i), element);
                inputNodes.add(input.ref().node());
                graph.put(value, input);
            }
            Set<String> given = new HashSet<>(elements);
            body.getNodeList().stream().filter(node -> node.getOutputCount() != 1 || !given.contains(node.getOutput(0)))
                    .forEach(translate);
            for (int i = conditions; i < body.getOutputCount(); i++) {
                if (!(graph.get(body.getOutput(i).getName()) instanceof Live live)) {
                    throw new Unsupported(
                            "its body gives '" + body.getOutput(i).getName() + "', which is the same at every step");
                }
                made.add(live);
                outputs.add(new Graph.Output(body.getOutput(i).getName(), live.ref()));
            }
            if (conditions > 0
                    && !(graph.get(body.getOutput(0).getName()) instanceof OnnxTensor t && t.isSingle()
                            && t.values()[0] != 0)) {
                throw new Unsupported("whether its body runs again is known only at run time");
            }
        });
        RecurrentLayer.Scan spec = new RecurrentLayer.Scan(name, new Graph(nodes, inputNodes, outputs), start.size());
        int node = graph.node(spec, null, inputs.stream().map(Live::ref).toArray(Graph.Ref[]::new)).node();
        return results(node, made, inputs, start.size());
    }

    private static void needInputs(GraphProto body, int count) {
        if (body.getInputCount() != count) {
            throw new Unsupported("its body takes " + body.getInputCount() + " inputs, but is given " + count);
        }
    }

    private static List<Live> results(int node, List<Live> made, List<Live> inputs, int states) {
        List<Live> results = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            Live value = made.get(i);
            if (i < states) {
                if (value.row() != inputs.get(i).row()) {
                    throw new RowsMixed("the rows of its state " + i + " move to another axis");
                }
                results.add(new Live(new Graph.Ref(node, i), value.kind(), inputs.get(i).dims(), value.row()));
                continue;
            }
            int[] dims = new int[value.rank() + 1];
            dims[0] = inputs.get(states).dims()[0];
            System.arraycopy(value.dims(), 0, dims, 1, value.rank());
            results.add(new Live(new Graph.Ref(node, i), value.kind(), dims, value.row() < 0 ? -1 : value.row() + 1));
        }
        return results;
    }

    /** What the graph is given at each step. */
    private Live input(String name, Live whole, boolean element) {
        int[] dims = element ? OnnxSizes.without(whole.dims(), 0) : whole.dims();
        int row = element && whole.row() >= 0 ? whole.row() - 1 : whole.row();
        if (element && whole.row() == 0) {
            throw new RowsMixed("its steps are the rows");
        }
        List<Integer> sizes = new ArrayList<>(List.of(Shape.ANY));
        for (int i = 0; i < dims.length; i++) {
            if (i != row) {
                sizes.add(dims[i] < 0 ? Shape.ANY : dims[i]);
            }
        }
        LayerSpec spec = new LayerSpec.InputLayer(graph.unique(name), new Shape(sizes), whole.kind());
        return new Live(graph.node(spec, null), whole.kind(), dims, row);
    }

    /** A first state as a value of the call. */
    private Live state(OnnxValue value, Live sequence) {
        if (value instanceof Live live) {
            return live;
        }
        int[] dims = value.dims();
        int rows = sequence.row() < 0 ? 0 : sequence.dims()[sequence.row()];
        int row = sequence.row() < 0 ? -1
                : IntStream.range(0, dims.length).filter(i -> dims[i] == rows).findFirst().orElse(-2);
        if (row == -2) {
            throw new RowsMixed(
                    "its first state has the sizes " + OnnxValue.text(dims) + ", none of which is that of the rows");
        }
        double[] numbers = switch (value) {
            case Filled f -> filled(f.value(), dims, row);
            case OnnxTensor t -> sameForAll(t, row);
            default -> throw new Unsupported("its first state has no values of its own");
        };
        int[] built = dims.clone();
        if (row >= 0) {
            built[row] = 1;
        }
        Live zeros = new Live(rowsOfZeros(n, sequence, row < 0 ? dims.length + 1 : dims.length), DType.FLOAT32,
                ones(dims, row), row);
        return graph.as(n, graph.pair(n, PairOp.ADD, zeros, new OnnxTensor(OnnxTensor.FLOAT, built, numbers)),
                OnnxGraph.kind(value));
    }

    private static int[] ones(int[] dims, int row) {
        return IntStream.range(0, dims.length).map(i -> i == row ? dims[i] : 1).toArray();
    }

    private static double[] filled(double value, int[] dims, int row) {
        int count = OnnxConstants
                .size(IntStream.range(0, dims.length).filter(i -> i != row).map(i -> dims[i]).toArray());
        double[] numbers = new double[count];
        Arrays.fill(numbers, value);
        return numbers;
    }

    private static double[] sameForAll(OnnxTensor state, int row) {
        if (row < 0) {
            return state.values();
        }
        OnnxTensor rowsFirst = state.transposed(
                IntStream.concat(IntStream.of(row), IntStream.range(0, state.rank()).filter(i -> i != row)).toArray());
        double[] first = rowsFirst.part(0).values();
        for (int i = 1; i < rowsFirst.dims()[0]; i++) {
            if (!Arrays.equals(first, rowsFirst.part(i).values())) {
                throw new RowsMixed("its first states differ from row to row");
            }
        }
        return first;
    }

    /** Zeros for each row of a sequence, with more axes of size 1. */
    static Graph.Ref rowsOfZeros(OnnxNode n, Live sequence, int rank) {
        OnnxGraph graph = n.graph();
        Graph.Ref zeros = graph.node(new Operation.FilledLike(graph.unique(n.name() + "_rows"), 0f, false), null,
                sequence.ref());
        List<Integer> axes = IntStream.range(1, sequence.builtRank()).boxed().toList();
        Graph.Ref flat = graph.node(new Operation.Reduce(graph.unique(n.name() + "_rows"), ReduceOp.MAX, axes, false),
                null, zeros);
        for (int i = 1; i < rank; i++) {
            flat = graph.node(new ShapeOperation.ExpandDims(graph.unique(n.name() + "_rows"), 1), null, flat);
        }
        return flat;
    }
}
