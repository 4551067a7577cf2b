package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;

/** Operators that change shapes, the order of axes and types. */
final class OnnxShapes {
    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxShapes(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxShapes shapes = new OnnxShapes(n);
        if (n.op().equals("Dropout")) {
            return shapes.dropped();
        }
        OnnxValue value = shapes.single();
        return value == null ? null : List.of(value);
    }

    private OnnxValue single() {
        if (n.inputs() > 0 && n.has(0) && n.in(0) instanceof Filled f) {
            return filled(f);
        }
        OnnxValue byRow = OnnxByRow.translate(n);
        if (byRow != null) {
            return byRow;
        }
        return switch (n.op()) {
            case "Identity" -> n.in(0);
            case "Cast" -> cast(n.count("to", OnnxTensor.FLOAT));
            case "CastLike" -> castLike();
            // computed where all is known
            case "ConstantOfShape", "Range" -> {
                for (int i = 0; i < n.inputs(); i++) {
                    n.constant(i);
                }
                throw new Unsupported("it is not computed");
            }
            case "Shape" -> shape();
            case "Size" -> OnnxTensor.of(OnnxTensor.INT64, known(n.in(0).dims(), "count"));
            case "Reshape" -> reshape();
            case "Flatten" -> flatten();
            case "Transpose" -> transpose();
            case "Squeeze" -> squeeze();
            case "Unsqueeze" -> unsqueeze();
            case "Expand" -> expand();
            default -> null;
        };
    }

    /** The same number over other sizes; null for an operator that does more. */
    private Filled filled(Filled f) {
        int[] dims = f.dims();
        return switch (n.op()) {
            case "Identity" -> f;
            case "Cast" -> new Filled(f.value(), kind(n.count("to", 1)), dims);
            case "Expand" -> spread(n.shape(1).ints());
            case "Reshape" -> {
                n.ignore("allowzero");
                yield new Filled(f.value(), f.kind(), n.shape(1).ints());
            }
            case "Transpose" -> {
                int[] order = OnnxSizes.order(n.integers("perm"), dims.length);
                yield new Filled(f.value(), f.kind(), Arrays.stream(order).map(axis -> dims[axis]).toArray());
            }
            case "Squeeze" -> new Filled(f.value(), f.kind(), OnnxSizes.squeezed(dims, n.list("axes", 1)));
            case "Unsqueeze" -> {
                int[] sizes = dims;
                for (int axis : OnnxSizes.added(n.list("axes", 1), dims.length)) {
                    sizes = OnnxSizes.inserted(sizes, axis);
                }
                yield new Filled(f.value(), f.kind(), sizes);
            }
            case "Slice" -> {
                int[] sizes = dims.clone();
                for (OnnxCut cut : OnnxCut.of(n, dims.length)) {
                    int size = sizes[cut.axis()];
                    boolean known = size >= 0 && !OnnxValue.isSymbol(cut.start()) && !OnnxValue.isSymbol(cut.end());
                    sizes[cut.axis()] = known ? cut.count(size) : graph.newSymbol();
                }
                yield new Filled(f.value(), f.kind(), sizes);
            }
            case "Gather" -> new Filled(f.value(), f.kind(),
                    OnnxSizes.replaced(dims, OnnxSizes.axis(n.integer("axis", 0), dims.length), n.constant(1).dims()));
            default -> null;
        };
    }

    private String name() {
        return graph.unique(n.name());
    }

    private OnnxValue dropout() {
        n.ignore("ratio", "seed", "is_test");
        if (n.has(2) && n.single(2) != 0) {
            throw new Unsupported("it is in training mode");
        }
        return n.in(0);
    }

    /** The input, and where it was kept: everywhere. */
    private List<OnnxValue> dropped() {
        OnnxValue x = dropout();
        List<OnnxValue> outputs = new ArrayList<>(List.of(x));
        if (n.gives(1) && x instanceof Live live) {
            outputs.add(graph.layer(new Operation.FilledLike(name(), 1f, true), live, DType.BOOL, live.dims()));
        }
        return outputs;
    }

    private OnnxValue cast(int type) {
        n.ignore("saturate", "round_mode");
        return cast(n, n.live(0), type);
    }

    /** A value of the call as another type. */
    static Live cast(OnnxNode n, Live x, int type) {
        OnnxGraph graph = n.graph();
        DType kind = kind(type);
        return switch (type) {
            case OnnxTensor.FLOAT, OnnxTensor.DOUBLE, OnnxTensor.INT32, OnnxTensor.INT64, OnnxTensor.BOOL ->
                graph.as(n, x, kind);
            case OnnxTensor.FLOAT16 -> graph.map(n, MapOp.TO_FLOAT16, graph.floats(n, x), kind);
            case OnnxTensor.BFLOAT16 -> graph.map(n, MapOp.TO_BFLOAT16, graph.floats(n, x), kind);
            case OnnxTensor.INT8 -> OnnxArithmetic.wrapped(n, x, Byte.SIZE, true);
            case OnnxTensor.UINT8 -> OnnxArithmetic.wrapped(n, x, Byte.SIZE, false);
            case OnnxTensor.INT16 -> OnnxArithmetic.wrapped(n, x, Short.SIZE, true);
            case OnnxTensor.UINT16 -> OnnxArithmetic.wrapped(n, x, Short.SIZE, false);
            default -> throw new Unsupported("it casts to " + OnnxTensor.typeName(type)
                    + ", which holds values that a call can't; cast to int64 instead");
        };
    }

    private static DType kind(int type) {
        DType kind = OnnxTensor.kind(type);
        if (kind == null) {
            throw new Unsupported("it casts to " + OnnxTensor.typeName(type));
        }
        return kind;
    }

    private OnnxValue castLike() {
        n.ignore("saturate", "round_mode");
        if (n.in(1) instanceof OnnxTensor like) {
            return cast(n, n.live(0), like.type());
        }
        DType kind = OnnxGraph.kind(n.in(1));
        if (n.in(0) instanceof OnnxTensor known) {
            return OnnxConstants.cast(known,
                    kind == DType.FLOAT32 ? OnnxTensor.FLOAT : kind == DType.BOOL ? OnnxTensor.BOOL : OnnxTensor.INT64);
        }
        return graph.as(n, n.live(0), kind);
    }

    private OnnxValue shape() {
        int[] dims = n.in(0).dims();
        int start = bound(n.integer("start", 0), dims.length);
        int end = bound(n.integer("end", dims.length), dims.length);
        return OnnxTensor.sizes(Arrays.copyOfRange(dims, start, Math.max(start, end)));
    }

    private static int bound(long at, int rank) {
        return Math.clamp(at < 0 ? at + rank : at, 0, rank);
    }

    private static int known(int[] dims, String what) {
        if (Arrays.stream(dims).anyMatch(d -> d < 0)) {
            throw new OnnxValue.OpenSize("its " + what + " depends on the call: " + OnnxValue.text(dims));
        }
        return OnnxSizes.count(dims);
    }

    // ---- shapes

    private OnnxValue reshape() {
        long[] wanted = n.shape(1).longs();
        boolean allowZero = n.flag("allowzero", false);
        Live x = n.live(0);
        int[] dims = new int[wanted.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = wanted[i] == 0 && !allowZero && i < x.rank() ? x.dims()[i]
                    : OnnxSizes.exact(wanted[i], "size");
            if (dims[i] < -1 && !OnnxValue.isSymbol(dims[i])) {
                throw new Unsupported("it makes the sizes " + Arrays.toString(wanted));
            }
        }
        return OnnxRows.haveLength(n, x, dims) ? OnnxRows.asLong(n, x, dims) : reshaped(x, dims);
    }

    private OnnxValue flatten() {
        Live x = n.live(0);
        long axis = n.integer("axis", 1);
        // behind the last axis is a place, too
        int at = axis == x.rank() ? x.rank() : x.positive(axis);
        int[] dims = x.dims();
        int[] before = Arrays.copyOf(dims, at);
        int[] after = Arrays.copyOfRange(dims, at, dims.length);
        boolean open = Arrays.stream(before).filter(d -> d < 0).count() > 0;
        return reshaped(x, open ? new int[] {at == 1 ? dims[0] : -1, known(after, "second size")}
                : new int[] {known(before, "first size"), -1});
    }

    /** Other sizes for the same values; -1 for the one that follows from the others. */
    static Live reshaped(OnnxNode n, Live x, int... wanted) {
        return new OnnxShapes(n).reshaped(x, wanted);
    }

    private Live reshaped(Live x, int[] wanted) {
        int[] dims = wanted.clone();
        int[] rest = x.row() < 0 ? x.dims() : OnnxSizes.without(x.dims(), x.row());
        int row = x.row() < 0 ? -1 : rowOf(x, dims);
        if (row >= 0) {
            dims[row] = x.dims()[x.row()];
        }
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            open = dims[i] == -1 ? i : open;
        }
        if (open >= 0) {
            dims[open] = left(rest, dims, row, open);
        }
        List<Integer> target = new ArrayList<>();
        long unknown = 0;
        for (int i = 0; i < dims.length; i++) {
            if (i != row) {
                target.add(dims[i] < 0 ? Shape.ANY : dims[i]);
                unknown += dims[i] < 0 ? 1 : 0;
            }
        }
        if (unknown > 1) {
            throw new OnnxValue.OpenSize(
                    "it makes " + OnnxValue.text(dims) + ", of which the call decides more than one size");
        }
        LayerSpec spec = new ReshapingLayer.Reshape(name(), new Shape(target));
        return new Live(graph.node(spec, null, x.ref()), x.kind(), dims, row);
    }

    /** What the size that is left open is, given all others. */
    private int left(int[] rest, int[] dims, int row, int open) {
        List<Integer> names = new ArrayList<>(Arrays.stream(rest).filter(d -> d < 0).boxed().toList());
        long have = Arrays.stream(rest).filter(d -> d >= 0).asLongStream().reduce(1, (a, b) -> a * b);
        long taken = 1;
        for (int i = 0; i < dims.length; i++) {
            if (i != open && i != row) {
                if (dims[i] >= 0) {
                    taken *= dims[i];
                } else {
                    names.remove((Integer) dims[i]);
                }
            }
        }
        if (names.isEmpty()) {
            return taken == 0 ? 0 : (int) (have / taken);
        }
        return names.size() == 1 && have == taken ? names.getFirst() : graph.newSymbol();
    }

    /** Which of the new axes is the one of rows: what stands before it must stay in front of it. */
    private int rowOf(Live x, int[] dims) {
        int rows = x.dims()[x.row()];
        for (int i = 0; i < dims.length; i++) {
            boolean same = dims[i] == rows || dims[i] == -1 && only(x, dims, i);
            if (same && equal(Arrays.copyOf(x.dims(), x.row()), Arrays.copyOf(dims, i))) {
                return i;
            }
        }
        // where the sizes behind the rows are equal, those in front of them are, or no call fits: a file may fix a size
        // here that it leaves open at the input
        int[] behind = Arrays.copyOfRange(x.dims(), x.row() + 1, x.rank());
        boolean open = Arrays.stream(x.dims(), 0, x.row()).anyMatch(d -> d < 0)
                && Arrays.stream(behind).allMatch(d -> d >= 0) && Arrays.stream(dims).noneMatch(d -> d == -1);
        for (int i = 0; i < dims.length && open; i++) {
            if (dims[i] == rows && equal(behind, Arrays.copyOfRange(dims, i + 1, dims.length))) {
                return i;
            }
        }
        throw new RowsMixed(
                "it makes " + OnnxValue.text(dims) + " of " + OnnxValue.text(x.dims()) + ", which mixes rows");
    }

    /** Whether an open size can be that of rows: all others are what is left without rows. */
    static boolean only(Live x, int[] dims, int open) {
        return equal(OnnxSizes.without(x.dims(), x.row()), OnnxSizes.without(dims, open));
    }

    /** Whether sizes hold as many values, as far as that is known. */
    private static boolean equal(int[] a, int[] b) {
        long countA = Arrays.stream(a).filter(d -> d >= 0).asLongStream().reduce(1, (x, y) -> x * y);
        long countB = Arrays.stream(b).filter(d -> d >= 0).asLongStream().reduce(1, (x, y) -> x * y);
        int[] namesA = Arrays.stream(a).filter(d -> d < 0).sorted().toArray();
        int[] namesB = Arrays.stream(b).filter(d -> d < 0).sorted().toArray();
        return countA == countB && Arrays.equals(namesA, namesB);
    }

    private OnnxValue transpose() {
        Live x = n.live(0);
        return graph.transposed(n, x, OnnxSizes.order(n.integers("perm"), x.rank()));
    }

    private OnnxValue squeeze() {
        Live x = n.live(0);
        long[] given = n.list("axes", 1);
        int[] axes = given == null ? IntStream.range(0, x.rank()).filter(i -> x.dims()[i] == 1).toArray()
                : Arrays.stream(given).mapToInt(x::positive).distinct().toArray();
        List<Integer> built = new ArrayList<>();
        for (int axis : axes) {
            if (axis == x.row()) {
                throw new RowsMixed("it takes the axis of rows away");
            }
            built.add(x.axis(axis));
        }
        if (axes.length == 0) {
            return x;
        }
        int[] dims = OnnxSizes.squeezed(x.dims(), given);
        int row = x.row() - (int) Arrays.stream(axes).filter(axis -> axis < x.row()).count();
        return new Live(graph.node(new ShapeOperation.Squeeze(name(), built), null, x.ref()), x.kind(), dims,
                x.row() < 0 ? -1 : row);
    }

    private OnnxValue unsqueeze() {
        Live x = n.live(0);
        long[] given = n.list("axes", 1);
        for (int axis : OnnxSizes.added(given, x.rank())) {
            x = graph.unsqueezed(n, x, axis);
        }
        return x;
    }

    private static int type(Live x) {
        return x.kind() == DType.FLOAT32 ? OnnxTensor.FLOAT : OnnxTensor.INT64;
    }

    private OnnxValue expand() {
        OnnxTensor shape = n.shape(1);
        int[] wanted = shape.ints();
        if (n.in(0) instanceof Filled || n.in(0) instanceof OnnxTensor t && t.isSingle() && !t.hasSymbols()) {
            return spread(wanted);
        }
        if (Arrays.stream(wanted).anyMatch(OnnxValue::isSymbol) && (!(n.in(0) instanceof Live l)
                || !Arrays.equals(OnnxSizes.broadcast(l.dims(), wanted), l.dims()))) {
            return OnnxSpread.over(n, n.live(0), OnnxSizes.broadcast(n.in(0).dims(), wanted));
        }
        Live x = graph.expanded(n, n.live(0), wanted.length);
        int[] zeros = new int[x.rank()];
        Arrays.fill(zeros, 1);
        boolean same = true;
        for (int i = 0; i < wanted.length; i++) {
            int at = x.rank() - wanted.length + i;
            boolean grows = wanted[i] != 1 && wanted[i] != x.dims()[at];
            if (grows && (wanted[i] < 0 || x.axis(at) == 0 || x.dims()[at] != 1)) {
                throw new RowsMixed("it spreads " + OnnxValue.text(x.dims()) + " over " + OnnxValue.text(wanted));
            }
            zeros[at] = grows ? wanted[i] : 1;
            same &= !grows;
        }
        int count = OnnxSizes.count(zeros);
        graph.spend(count);
        Live spread = same ? x
                : graph.pair(n, PairOp.ADD, x, new OnnxTensor(type(x), zeros, new double[count]));
        return graph.as(n, spread, x.kind());
    }

    /** A known number over sizes of which some are known only at run time. */
    private Filled spread(int[] wanted) {
        double value = switch (n.in(0)) {
            case Filled f -> f.value();
            case OnnxTensor t -> t.values()[0];
            default -> throw new IllegalStateException("spread before");
        };
        return new Filled(value, OnnxGraph.kind(n.in(0)), OnnxSizes.broadcast(n.in(0).dims(), wanted));
    }
}
