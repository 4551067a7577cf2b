package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.ValueInfoProto;

/**
 * Which axes of the values of an ONNX graph are one and the same: the axis of rows of a state is that of the sequence
 * that a GRU reads it with. Found by following the operators that most models consist of; of others nothing is known.
 * This only proposes what to try, see {@link OnnxRowChoices}: a translation follows the rows exactly, and refuses what
 * would mix them.
 */
final class OnnxAxisTrace {
    /** An axis of which nothing is known, or which no input has. */
    private static final int NONE = -1;
    private static final Set<String> KEEPING = Set.of("Identity", "Cast", "CastLike", "Dropout", "Relu", "Tanh",
            "Sigmoid", "Exp", "Log", "Sqrt", "Neg", "Abs", "Sign", "Clip", "LeakyRelu", "Elu", "Selu", "Celu",
            "Softplus", "Softsign", "Gelu", "Erf", "Not", "Softmax", "LogSoftmax", "LayerNormalization",
            "RMSNormalization", "BatchNormalization", "InstanceNormalization", "Floor", "Ceil", "Round", "HardSigmoid",
            "HardSwish", "Mish", "Swish", "ThresholdedRelu", "Reciprocal", "Sin", "Cos", "CumSum", "IsNaN", "Trilu",
            "Slice", "Split", "Pad", "Tile");
    private static final Set<String> JOINING = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Mod", "Equal", "Less",
            "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Where", "Max", "Min", "Mean", "Sum",
            "PRelu", "Concat");
    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN", "DynamicQuantizeLSTM");

    private final OnnxGraph known;
    /** For each value the number of each of its axes. */
    private final Map<String, int[]> axes = new HashMap<>();
    /** For each number another one that is the same axis, or itself. */
    private final List<Integer> same = new ArrayList<>();
    /** For each number its size in the file, or -1. */
    private final List<Integer> sizes = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();

    /**
     * Follows a graph.
     *
     * @param graph its nodes and inputs
     * @param known holds the values that are known
     * @param opset version of its operators
     */
    OnnxAxisTrace(GraphProto graph, OnnxGraph known, int opset) {
        this.known = known;
        for (ValueInfoProto input : graph.getInputList()) {
            axes.put(input.getName(), input.getType().getTensorType().getShape().getDimList().stream()
                    .mapToInt(dim -> add(OnnxInputs.size(dim)))
                    .toArray());
        }
        for (NodeProto node : graph.getNodeList()) {
            List<int[]> made = List.of();
            try {
                made = outputs(new OnnxNode(node, known, opset));
            } catch (Unsupported | OnnxValue.NeedsConstant | OnnxValue.Missing | IndexOutOfBoundsException e) {
                // the translation says what is wrong
            }
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (i < made.size() && made.get(i) != null) {
                    axes.put(node.getOutput(i), made.get(i));
                }
            }
        }
    }

    private int add(int size) {
        same.add(same.size());
        sizes.add(size);
        return same.size() - 1;
    }

    /** The axes of a value: numbers that are equal for axes that are the same. */
    int[] of(String value) {
        return Arrays.stream(axes.getOrDefault(value, new int[0])).map(this::find).toArray();
    }

    /** The axes that operators treat as rows, in the order of the operators. */
    List<Integer> batches() {
        return batches.stream().map(this::find).distinct().toList();
    }

    private int find(int axis) {
        int at = axis;
        while (at >= 0 && same.get(at) != at) {
            at = same.get(at);
        }
        return at;
    }

    private int join(int a, int b) {
        int x = find(a);
        int y = find(b);
        if (x < 0 || y < 0) {
            return Math.max(x, y);
        }
        same.set(Math.max(x, y), Math.min(x, y));
        return Math.min(x, y);
    }

    private int size(int axis) {
        return axis < 0 ? NONE : sizes.get(axis);
    }

    private static int[] fill(int[] axes) {
        Arrays.fill(axes, NONE);
        return axes;
    }

    /** The axes of an input. */
    private int[] in(OnnxNode n, int input) {
        int[] found = find(n, input);
        if (found == null) {
            throw new Unsupported("nothing is known of its input " + input);
        }
        return found;
    }

    /** The axes of an input, or null if they are not known. */
    private int[] find(OnnxNode n, int input) {
        if (!n.has(input)) {
            return null;
        }
        int[] found = axes.get(n.input(input));
        return found == null && known.has(n.input(input)) ? fill(new int[n.in(input).rank()]) : found;
    }

    private List<int[]> outputs(OnnxNode n) {
        if (RECURRENT.contains(n.op())) {
            return recurrent(n);
        }
        if (n.op().equals("Constant")) {
            known.put(n.output(0), OnnxConstants.fold(n).getFirst());
            return List.of();
        }
        if (JOINING.contains(n.op())) {
            return List.of(joined(n));
        }
        int[] x = in(n, 0);
        if (KEEPING.contains(n.op())) {
            return IntStream.range(0, n.outputs()).mapToObj(i -> x).toList();
        }
        int[] made = n.op().startsWith("Reduce") || n.op().startsWith("Arg") ? reduced(n, x) : switch (n.op()) {
            case "Transpose" -> Arrays.stream(OnnxSizes.order(n.integers("perm"), x.length)).map(i -> x[i]).toArray();
            case "Squeeze" -> without(x, n.list("axes", 1));
            case "Unsqueeze" -> inserted(x, OnnxSizes.added(n.list("axes", 1), x.length));
            case "Gather" -> OnnxSizes.replaced(x, OnnxSizes.axis(n.integer("axis", 0), x.length), in(n, 1));
            case "Flatten" -> n.integer("axis", 1) == 1 ? new int[] {x[0], NONE} : fill(new int[2]);
            case "Expand" -> expanded(x, n.known(1).values().length);
            case "Reshape" -> reshaped(x, n.known(1).longs());
            case "MatMul" -> product(x, in(n, 1));
            case "Gemm" -> new int[] {x[(int) n.integer("transA", 0)], NONE};
            case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool" -> {
                batches.add(x[0]);
                int[] out = fill(x.clone());
                out[0] = x[0];
                yield out;
            }
            case "ReverseSequence" -> {
                int rows = x[(int) n.integer("batch_axis", 1)];
                batches.add(join(rows, in(n, 1)[0]));
                yield x;
            }
            default -> null;
        };
        return made == null ? List.of() : List.of(made);
    }

    private List<int[]> recurrent(OnnxNode n) {
        boolean first = n.integer("layout", 0) == 1;
        int[] x = find(n, 0) == null ? fill(new int[3]) : in(n, 0);
        int rows = x[first ? 0 : 1] < 0 ? add(NONE) : x[first ? 0 : 1];
        int steps = x[first ? 1 : 0];
        for (int input = 5; input < (n.op().endsWith("LSTM") ? 7 : 6); input++) {
            int[] state = find(n, input);
            if (state != null) {
                join(rows, state[first ? 0 : 1]);
            }
        }
        if (find(n, 4) != null) {
            join(rows, in(n, 4)[0]);
        }
        batches.add(rows);
        int[] y = first ? new int[] {rows, steps, NONE, NONE} : new int[] {steps, NONE, rows, NONE};
        int[] last = first ? new int[] {rows, NONE, NONE} : new int[] {NONE, rows, NONE};
        return List.of(y, last, last);
    }

    /** Values side by side, as ONNX broadcasts them; an axis that a Concat joins along stays as it is, too. */
    private int[] joined(OnnxNode n) {
        List<int[]> all = IntStream.range(0, n.inputs()).mapToObj(i -> find(n, i)).toList();
        int rank = all.stream().mapToInt(x -> x == null ? 0 : x.length).max().orElse(0);
        int along = n.op().equals("Concat") ? OnnxSizes.axis(n.integer("axis", 0), rank) : NONE;
        int[] out = fill(new int[rank]);
        for (int[] x : all) {
            for (int i = 0; x != null && i < x.length; i++) {
                int at = rank - x.length + i;
                boolean stretched = size(x[i]) == 1 != (size(out[at]) == 1) && out[at] >= 0 && x[i] >= 0;
                if (at != along && !stretched) {
                    out[at] = join(out[at], x[i]);
                } else if (at != along && size(out[at]) == 1) {
                    out[at] = x[i];
                }
            }
        }
        return out;
    }

    private int[] reduced(OnnxNode n, int[] x) {
        boolean one = n.op().startsWith("Arg");
        long[] given = one ? new long[] {n.integer("axis", 0)} : n.list("axes", 1);
        boolean kept = n.integer("keepdims", 1) != 0;
        if (given == null || given.length == 0) {
            return n.integer("noop_with_empty_axes", 0) != 0 ? x : kept ? fill(x.clone()) : new int[0];
        }
        if (!kept) {
            return without(x, given);
        }
        int[] out = x.clone();
        for (long axis : given) {
            out[OnnxSizes.axis(axis, x.length)] = NONE;
        }
        return out;
    }

    private int[] without(int[] x, long[] given) {
        boolean[] gone = new boolean[x.length];
        for (int i = 0; i < x.length; i++) {
            gone[i] = given == null && (x[i] < 0 || size(x[i]) == 1);
        }
        for (int i = 0; given != null && i < given.length; i++) {
            gone[OnnxSizes.axis(given[i], x.length)] = true;
        }
        return IntStream.range(0, x.length).filter(i -> !gone[i]).map(i -> x[i]).toArray();
    }

    private static int[] inserted(int[] x, int[] places) {
        int[] out = new int[x.length + places.length];
        for (int place : places) {
            out[place] = NONE;
        }
        int from = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i] == NONE ? NONE : x[from++];
        }
        return out;
    }

    private static int[] expanded(int[] x, int rank) {
        int[] out = fill(new int[Math.max(rank, x.length)]);
        System.arraycopy(x, 0, out, out.length - x.length, x.length);
        return out;
    }

    /** Axes keep their places from both ends as far as their sizes do. */
    private int[] reshaped(int[] x, long[] target) {
        int[] out = fill(new int[target.length]);
        int first = 0;
        while (first < Math.min(x.length, target.length)
                && (target[first] == 0 || size(x[first]) > 0 && target[first] == size(x[first]))) {
            out[first] = x[first];
            first++;
        }
        for (int i = 1; i <= Math.min(x.length, target.length) - first; i++) {
            int axis = x[x.length - i];
            if (size(axis) < 1 || target[target.length - i] != size(axis)) {
                break;
            }
            out[target.length - i] = axis;
        }
        return out;
    }

    private int[] product(int[] a, int[] b) {
        if (a.length < 2 || b.length < 2) {
            return null;
        }
        int[] out = fill(new int[Math.max(a.length, b.length)]);
        for (int[] x : List.of(a, b)) {
            for (int i = 0; i < x.length - 2; i++) {
                int at = out.length - x.length + i;
                out[at] = join(out[at], x[i]);
            }
        }
        out[out.length - 2] = a[a.length - 2];
        out[out.length - 1] = b[b.length - 1];
        return out;
    }
}
