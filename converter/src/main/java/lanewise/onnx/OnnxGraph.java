package lanewise.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;
import lanewise.spec.WideOperation;

/** The graph that is being built of an ONNX graph, and what all operators need to build it. */
final class OnnxGraph {
    /** What names of values begin with that are not the file's. */
    private static final String OWN = "@inner:";

    private final Path file;
    /** For each value, which operators read it; empty text where the model gives it. */
    private final Map<String, Set<String>> read;
    private List<Graph.Node> nodes = new ArrayList<>();
    boolean wide; // whether the node that is translated makes integers of 64 bits
    /** Path of the layer whose graph is being built, with a slash, or empty. */
    private String prefix = "";
    private final Map<String, TensorData> weights = new LinkedHashMap<>();
    private final Map<String, OnnxValue> values = new HashMap<>();
    private final OnnxNames names = new OnnxNames();
    private final OnnxSizes.Symbols symbols = new OnnxSizes.Symbols();
    private final OnnxBudget budget;
    private final Set<String> notes = new TreeSet<>();
    private int made;
    /** Names of values that can't be made, for a reason that was said already. */
    private final Set<String> failed = new HashSet<>();
    private final Map<String, LayerSpec> specs = new HashMap<>();

    /**
     * Starts with nothing.
     *
     * @param file  the model's file
     * @param read  the values that somebody reads, with the operators that do
     * @param known how many numbers the file holds
     */
    OnnxGraph(Path file, Map<String, Set<String>> read, long known) {
        this.file = file;
        this.read = read;
        this.budget = new OnnxBudget(known);
    }

    /** An empty graph for values of their own: what is built there is no part of this one. */
    OnnxGraph apart() {
        return new OnnxGraph(file, read, 0);
    }

    Path file() {
        return file;
    }

    boolean isRead(String value) {
        return read.containsKey(value) || value.startsWith(OWN);
    }

    /** Whether only some operators read a value. */
    boolean isReadOnlyBy(String value, Set<String> operators) {
        return operators.containsAll(read.getOrDefault(value, Set.of()));
    }

    /** A name for a value that is not the file's. */
    String newName() {
        return OWN + ++made;
    }

    /** What is to be said about the whole model. */
    Set<String> notes() {
        return notes;
    }

    List<Graph.Node> nodes() {
        return nodes;
    }

    Map<String, TensorData> weights() {
        return weights;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    OnnxValue get(String name) {
        OnnxValue value = values.get(name);
        if (value == null && failed.contains(name)) {
            throw new OnnxValue.Missing();
        } else if (value == null) {
            throw new Unsupported("it reads '" + name + "', which no earlier node produces");
        }
        return value;
    }

    void put(String name, OnnxValue value) {
        values.put(name, value);
    }

    /**
     * Builds a graph that is inside a layer of this one. In it the values of this graph that are made at each call
     * can't be read.
     *
     * @param layer  the layer's name
     * @param action adds the nodes
     * @return the nodes
     */
    List<Graph.Node> inside(String layer, Runnable action) {
        List<Graph.Node> outer = nodes;
        String outerPrefix = prefix;
        Map<String, OnnxValue> before = snapshot();
        nodes = new ArrayList<>();
        prefix = outerPrefix + layer + "/";
        values.values().removeIf(value -> value instanceof Live);
        try {
            action.run();
            return nodes;
        } finally {
            nodes = outer;
            prefix = outerPrefix;
            restore(before);
        }
    }

    /** Values by name as they are now, to be put back by {@link #restore}. */
    Map<String, OnnxValue> snapshot() {
        return Map.copyOf(values);
    }

    void restore(Map<String, OnnxValue> snapshot) {
        values.clear();
        values.putAll(snapshot);
    }

    void fail(String name) {
        failed.add(name);
    }

    /** Names of sizes known only at run time. */
    OnnxSizes.Symbols symbols() {
        return symbols;
    }

    int newSymbol() {
        return symbols.next();
    }

    /**
     * Runs something again and again so that the layers it makes are the same ones, called again: they share their
     * weights.
     *
     * @param times how often
     * @param each  takes the number of the time
     * @throws OnnxNames.Conflict if it makes something else at a later time; what it made is gone then
     */
    void repeat(int times, IntConsumer each) {
        int before = nodes.size();
        Set<String> kept = new HashSet<>(weights.keySet());
        names.repeat(times, each, made -> {
            nodes.subList(before, nodes.size()).clear();
            weights.keySet().retainAll(kept);
            made.forEach(specs::remove);
        });
    }

    /** Lets what follows have names of its own, also within {@link #repeat}. */
    void ownNames(Runnable action) {
        names.own(action);
    }

    /** A name for a layer: one that none has yet, but for a layer that is called again. */
    String unique(String wanted) {
        return names.unique(wanted);
    }

    Graph.Ref node(LayerSpec made, Graph.Ref mask, Graph.Ref... inputs) {
        LayerSpec spec = wide ? WideOperation.of(made) : made;
        if (!spec.equals(specs.computeIfAbsent(spec.name(), name -> spec))) {
            throw new OnnxNames.Conflict();
        }
        nodes.add(new Graph.Node(spec, List.of(inputs), mask));
        return new Graph.Ref(nodes.size() - 1, 0);
    }

    OnnxBudget budget() {
        return budget;
    }

    /** Counts known values that are about to be made. */
    void spend(long known) {
        budget.values(known);
    }

    void weight(String layer, String role, TensorData data) {
        spend(data.shape().size());
        TensorData before = weights.putIfAbsent(prefix + layer + "/" + role, data);
        if (before != null && (!before.shape().equals(data.shape()) || before.values().mismatch(data.values()) >= 0)) {
            throw new OnnxNames.Conflict();
        }
    }

    /** A layer of one input and output that keeps the axis of rows where it is. */
    Live layer(LayerSpec spec, Live x, DType kind, int... dims) {
        return new Live(node(spec, null, x.ref()), kind, dims, x.row());
    }

    Live map(OnnxNode n, MapOp op, Live x, DType kind) {
        return layer(new Operation.Map(unique(n.name()), op), x, kind, x.dims());
    }

    /** The value as floats. */
    Live floats(OnnxNode n, Live x) {
        return x.kind() == DType.FLOAT32 ? x : map(n, MapOp.TO_FLOAT, x, DType.FLOAT32);
    }

    /** The value as another kind. */
    Live as(OnnxNode n, Live x, DType kind) {
        return x.kind() == kind ? x : switch (kind) {
            case FLOAT32 -> floats(n, x);
            case BOOL -> map(n, MapOp.TO_BOOL, x, DType.BOOL);
            default -> map(n, MapOp.TO_INT, x, DType.INT32);
        };
    }

    /** A value as one of the call: a known one is the same for all rows and has no axis of them. */
    Live live(OnnxNode n, OnnxValue value) {
        return switch (value) {
            case Live l -> l;
            case OnnxTensor t when t.isSingle() && t.hasSymbols() -> {
                Live size = OnnxSpread.size(n, (int) t.values()[0]);
                yield expanded(n, size, t.rank());
            }
            case OnnxTensor t -> new Live(constant(n, t, t.rank(), -1), t.kind(), t.dims(), -1);
            case Filled f -> OnnxSpread.live(n, f);
            case OnnxValue.ByRow b -> throw b.refusal();
            case OnnxValue.Steps s -> throw s.refusal();
        };
    }

    /** The value that is made first of those that somebody can read now and that a condition holds for. */
    Live first(Predicate<Live> condition) {
        return values.values().stream().filter(v -> v instanceof Live).map(v -> (Live) v).filter(condition)
                .min(Comparator.comparingInt(l -> l.ref().node())).orElse(null);
    }

    /** A known value as a node; its axis of rows, if the others have one at that place, must have size 1. */
    Graph.Ref constant(OnnxNode n, OnnxTensor tensor, int rank, int row) {
        List<Integer> dims = new ArrayList<>(Collections.nCopies(rank - tensor.rank(), 1));
        Arrays.stream(tensor.dims()).forEach(dims::add);
        if (row >= 0 && dims.remove(row) != 1) {
            throw new RowsMixed(
                    "a constant of the sizes " + OnnxValue.text(tensor.dims()) + " differs from row to row");
        }
        dims.addFirst(1);
        tensor.needExact();
        String name = unique(n.name() + "_constant");
        weight(name, "value", tensor.data(dims.stream().mapToInt(Integer::intValue).toArray()));
        return node(new Operation.Constant(name), null);
    }

    /** With axes of size 1 in front. */
    Live expanded(OnnxNode n, Live x, int rank) {
        Live result = x;
        while (result.rank() < rank) {
            int[] dims = OnnxSizes.inserted(result.dims(), 0);
            Graph.Ref ref = node(new ShapeOperation.ExpandDims(unique(n.name() + "_expanded"), 1), null, result.ref());
            result = new Live(ref, x.kind(), dims, x.row() < 0 ? -1 : result.row() + 1);
        }
        return result;
    }

    /** Two values, of which one at least is made at each call; integers of them stay integers, also their quotient. */
    Live pair(OnnxNode n, PairOp op, OnnxValue a, OnnxValue b) {
        boolean whole = kind(a) != DType.FLOAT32 && kind(b) != DType.FLOAT32;
        if (whole && op == PairOp.DIVIDE) {
            // what is cut toward zero: nothing is left to divide
            return pair(n, PairOp.FLOOR_DIVIDE, pair(n, PairOp.SUBTRACT, a, pair(n, PairOp.FMOD, a, b)), b);
        }
        OnnxValue other = a instanceof Live ? b : a;
        Live live = live(n, a instanceof Live ? a : b);
        DType kind = op.isTruth() ? DType.BOOL : whole ? DType.INT32 : DType.FLOAT32;
        if (other instanceof OnnxTensor t && t.isSingle() && !t.hasSymbols() && (!whole || t.isFloat())) {
            Live x = expanded(n, live, t.rank());
            return layer(new Operation.Pair(unique(n.name()), op, (float) t.values()[0], b instanceof Live), x, kind,
                    x.dims());
        } else if (other instanceof OnnxTensor t && !t.hasSymbols()) {
            t.needWithin(op);
        }
        OnnxAligned both = OnnxAligned.of(n, a instanceof Live ? List.of(live, b) : List.of(a, live));
        Graph.Ref ref = node(new Operation.Pair(unique(n.name()), op, 0, false), null, both.refs().get(0),
                both.refs().get(1));
        return new Live(ref, kind, both.dims(), both.row());
    }

    Live pair(OnnxNode n, PairOp op, OnnxValue a, double b) {
        return pair(n, op, a, OnnxTensor.of(kind(a) == DType.FLOAT32 ? OnnxTensor.FLOAT : OnnxTensor.INT64, b));
    }

    static DType kind(OnnxValue value) {
        return switch (value) {
            case Live l -> l.kind();
            case OnnxTensor t -> t.kind();
            case Filled f -> f.kind();
            case OnnxValue.ByRow b -> DType.INT32;
            case OnnxValue.Steps s -> s.of().kind();
        };
    }

    /** Axes in another order. */
    Live transposed(OnnxNode n, Live x, int... order) {
        int[] dims = new int[order.length];
        int row = -1;
        List<Integer> built = new ArrayList<>(List.of(0));
        for (int i = 0; i < order.length; i++) {
            dims[i] = x.dims()[order[i]];
            row = order[i] == x.row() ? i : row;
            if (order[i] != x.row()) {
                built.add(x.axis(order[i]));
            }
        }
        boolean same = IntStream.range(0, built.size()).allMatch(i -> built.get(i) == i);
        return new Live(same ? x.ref() : node(new ShapeOperation.Transpose(unique(n.name()), built), null, x.ref()),
                x.kind(), dims, row);
    }

    /** One position of an axis, which vanishes. */
    Live part(OnnxNode n, Live x, int axis, int index) {
        return cut(n, x, axis, index, index == -1 ? ShapeOperation.Slice.OPEN : index + 1, 1, true);
    }

    /** Positions of an axis, as Python's slices count them. */
    Live cut(OnnxNode n, Live x, int axis, int begin, int end, int step, boolean dropped) {
        int at = x.axis(axis);
        if (at == 0) {
            throw new RowsMixed("it selects some of the rows");
        }
        List<Integer> from = new ArrayList<>(Collections.nCopies(at, ShapeOperation.Slice.OPEN));
        List<Integer> to = new ArrayList<>(from);
        List<Integer> by = new ArrayList<>(Collections.nCopies(at, 1));
        from.set(at - 1, begin);
        to.set(at - 1, end);
        by.set(at - 1, step);
        LayerSpec slice = new ShapeOperation.Slice(unique(n.name()), from, to, by, dropped ? List.of(at) : List.of(),
                List.of());
        int[] dims = dropped ? OnnxSizes.without(x.dims(), axis) : x.dims().clone();
        if (!dropped) {
            dims[axis] = x.dims()[axis] < 0 ? newSymbol() : OnnxSizes.length(x.dims()[axis], begin, end, step);
        }
        int row = dropped && x.row() > axis ? x.row() - 1 : x.row();
        return new Live(node(slice, null, x.ref()), x.kind(), dims, row);
    }

    /** Puts in an axis of size 1. */
    Live unsqueezed(OnnxNode n, Live x, int axis) {
        int[] dims = OnnxSizes.inserted(x.dims(), axis);
        int row = x.row() >= axis ? x.row() + 1 : x.row();
        Live shape = new Live(x.ref(), x.kind(), dims, row);
        return new Live(node(new ShapeOperation.ExpandDims(unique(n.name()), shape.axis(axis)), null, x.ref()),
                x.kind(), dims, row);
    }

    /** Joins values along a new axis. */
    Live stacked(OnnxNode n, List<Live> parts, int axis) {
        if (parts.isEmpty()) {
            throw new Unsupported("it joins no values");
        }
        Live first = unsqueezed(n, parts.getFirst(), axis);
        int[] dims = first.dims().clone();
        dims[axis] = parts.size();
        if (parts.size() == 1) {
            return first;
        }
        nodes.removeLast();
        Graph.Ref[] refs = parts.stream().map(Live::ref).toArray(Graph.Ref[]::new);
        return new Live(node(new ShapeOperation.Stack(unique(n.name()), first.axis(axis)), null, refs), first.kind(),
                dims, first.row());
    }
}
