package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.ShapeOperation;

/** Operators that cut, join, look up, repeat and pad. */
final class OnnxParts {
    private static final int MOST_REPEATS = 1 << 12;
    private static final int OPEN = ShapeOperation.Slice.OPEN;

    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxParts(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxParts parts = new OnnxParts(n);
        return switch (n.op()) {
            case "Split" -> parts.split();
            case "Concat" -> List.of(parts.concat());
            case "Slice" -> List.of(parts.slice());
            case "Gather" -> List.of(parts.gather());
            case "Tile" -> List.of(parts.tile());
            case "Pad" -> List.of(parts.pad());
            default -> null;
        };
    }

    private String name() {
        return graph.unique(n.name());
    }

    private Live reshaped(Live x, int... dims) {
        return OnnxShapes.reshaped(n, x, dims);
    }

    private OnnxValue concat() {
        boolean sizes = n.all().stream().allMatch(v -> v instanceof OnnxTensor);
        List<OnnxValue> all = n.all().stream()
                .map(v -> v instanceof Filled || sizes ? graph.live(n, v) : v).toList();
        Live first = all.stream().filter(v -> v instanceof Live).map(v -> (Live) v).findFirst()
                .orElseThrow(() -> new OpenSize("it joins known values over sizes known only at run time"));
        int axis = first.positive(n.integer("axis", 0));
        int[] dims = first.dims().clone();
        dims[axis] = 0;
        List<Graph.Ref> refs = new ArrayList<>();
        DType kind = all.stream().allMatch(v -> OnnxGraph.kind(v) == first.kind()) ? first.kind() : DType.FLOAT32;
        for (OnnxValue value : all) {
            if (value.rank() != first.rank()) {
                throw new Unsupported(
                        "it joins " + OnnxValue.text(value.dims()) + " and " + OnnxValue.text(first.dims()));
            }
            dims[axis] = dims[axis] < 0 || value.dims()[axis] < 0 ? graph.newSymbol() : dims[axis] + value.dims()[axis];
            refs.add(switch (value) {
                case Live l when l.row() == first.row() -> graph.as(n, l, kind).ref();
                case OnnxTensor t when first.row() < 0 && kind == DType.FLOAT32 -> graph.constant(n, t, t.rank(), -1);
                case Live l -> throw new RowsMixed("it joins values whose rows lie along different axes");
                default -> throw new RowsMixed("it joins values of the call and known ones");
            });
        }
        if (first.axis(axis) == 0) {
            throw new RowsMixed("it joins along the axis of rows");
        }
        LayerSpec spec = new MergingLayer.Concatenate(name(), first.axis(axis));
        return new Live(graph.node(spec, null, refs.toArray(Graph.Ref[]::new)), kind, dims, first.row());
    }

    private List<OnnxValue> split() {
        Live x = n.live(0);
        int axis = x.positive(n.integer("axis", 0));
        int size = x.dims()[axis];
        long[] given = n.list("split", 1);
        int parts = given != null ? given.length : n.parts();
        if (parts != n.outputs()) {
            throw new Unsupported("it has " + n.outputs() + " outputs, but cuts into " + parts + " parts");
        } else if (x.axis(axis) == 0) {
            throw new RowsMixed("it cuts the axis of rows");
        } else if (given == null && (size < parts || parts < 1)) {
            throw new Unsupported("it cuts an axis of " + OnnxValue.text(x.dims()) + " into " + parts + " parts");
        }
        List<OnnxValue> outputs = new ArrayList<>();
        int at = 0;
        int each = given == null ? Math.ceilDiv(size, parts) : 0;
        for (int i = 0; i < parts; i++) {
            int length = given == null ? Math.min(each, size - at) : OnnxSizes.exact(given[i], "part " + i);
            if (length < 0 || size >= 0 && length > size - at) {
                throw new Unsupported(
                        "it cuts " + OnnxValue.text(x.dims()) + " into parts of " + Arrays.toString(given));
            }
            outputs.add(graph.cut(n, x, axis, at, at + length, 1, false));
            at += length;
        }
        return outputs;
    }

    private OnnxValue slice() {
        Live x = n.live(0);
        Live result = x;
        for (OnnxCut cut : OnnxCut.of(n, x.rank())) {
            int size = result.dims()[cut.axis()];
            boolean known = size >= 0 && !OnnxValue.isSymbol(cut.start()) && !OnnxValue.isSymbol(cut.end());
            int begin = known ? cut.begin(size) : cut.bound(true, size, graph.symbols());
            int end = known ? cut.stop(size) : cut.bound(false, size, graph.symbols());
            boolean all = cut.step() == 1 && (begin == 0 || begin == OPEN) && end == (known ? size : OPEN);
            result = all ? result
                    : graph.cut(n, result, cut.axis(), begin, known && end < 0 ? OPEN : end, cut.step(), false);
        }
        return result;
    }

    private OnnxValue gather() {
        long first = n.integer("axis", 0);
        if (n.in(0) instanceof OnnxTensor table && n.in(1) instanceof Live ids && table.rank() > 0
                && (first == 0 || first == -table.rank())
                && (table.kind() != DType.INT32 || table.isFloat() || ids.row() > 0)) {
            return lookedUp(table, ids);
        }
        Live x = n.live(0);
        int axis = x.positive(n.integer("axis", 0));
        if (n.in(1) instanceof Live at) {
            return OnnxAxes.gathered(n, x, at, axis);
        }
        OnnxTensor indices = n.known(1);
        int at = x.axis(axis);
        if (at == 0) {
            throw new RowsMixed("it selects some of the rows");
        }
        int[] wanted = Arrays.stream(indices.ints())
                .map(i -> OnnxValue.isSymbol(i) ? graph.symbols().fromEnd(i, x.dims()[axis]) : i).toArray();
        if (indices.rank() == 0) {
            return graph.part(n, x, axis, wanted[0]);
        }
        int[] dims = x.dims().clone();
        dims[axis] = wanted.length;
        LayerSpec take = new ShapeOperation.Take(name(), Arrays.stream(wanted).boxed().toList(), at);
        Live taken = new Live(graph.node(take, null, x.ref()), x.kind(), dims, x.row());
        if (indices.rank() == 1) {
            return taken;
        }
        return reshaped(taken, OnnxSizes.replaced(dims, axis, indices.dims()));
    }

    /** Rows of a table by ids of the call: an embedding. */
    private Live lookedUp(OnnxTensor table, Live ids) {
        long axis = n.integer("axis", 0);
        if (table.rank() < 1 || axis != 0 && axis != -table.rank()) {
            throw new Unsupported("it looks ids up along axis " + axis + " of " + OnnxValue.text(table.dims())
                    + ", supported is the first");
        }
        if (table.kind() == DType.INT32 && !table.isFloat()) {
            throw new Unsupported("it looks up integers of more than 24 bits where the rows lie along axis "
                    + ids.row());
        }
        int[] rest = Arrays.copyOfRange(table.dims(), 1, table.rank());
        int width = OnnxSizes.count(rest);
        String name = name();
        graph.weight(name, "embeddings",
                table.asFloats().reshaped(table.dims()[0], width).data(table.dims()[0], width));
        int[] dims = Arrays.copyOf(ids.dims(), ids.rank() + 1);
        dims[ids.rank()] = width;
        Live rows = graph.layer(new CoreLayer.Embedding(name, table.dims()[0], width, false), ids, DType.FLOAT32, dims);
        int[] target = Arrays.copyOf(ids.dims(), ids.rank() + rest.length);
        System.arraycopy(rest, 0, target, ids.rank(), rest.length);
        Live shaped = rest.length == 1 ? rows : reshaped(rows, target);
        return graph.as(n, shaped, table.kind());
    }

    private OnnxValue tile() {
        if (n.known(1).hasSymbols()) {
            return tiled(n.in(0), n.known(1).ints());
        }
        Live x = n.live(0);
        int[] repeats = n.vector(1, x.rank()).ints();
        List<Integer> built = new ArrayList<>(Collections.nCopies(x.builtRank() - 1, 1));
        int[] dims = x.dims().clone();
        for (int i = 0; i < repeats.length; i++) {
            if (repeats[i] < 1 || repeats[i] > MOST_REPEATS) {
                throw new Unsupported("it repeats " + Arrays.toString(repeats) + " times");
            } else if (repeats[i] > 1 && x.axis(i) == 0) {
                throw new RowsMixed("it repeats the rows");
            } else if (repeats[i] > 1) {
                built.set(x.axis(i) - 1, repeats[i]);
                dims[i] = dims[i] < 0 ? graph.newSymbol() : dims[i] * repeats[i];
            }
        }
        return graph.layer(new ShapeOperation.Tile(name(), built), x, x.kind(), dims);
    }

    /** Repeated as often as the call says, along axes of size 1: learned states for each row. */
    private OnnxValue tiled(OnnxValue x, int[] repeats) {
        int[] dims = x.dims().clone();
        for (int i = 0; i < dims.length; i++) {
            if (repeats.length != dims.length || dims[i] != 1 && repeats[i] != 1) {
                throw new Unsupported("it repeats " + OnnxValue.text(dims) + ", " + OnnxValue.text(repeats)
                        + " times, expected axes of size 1 where the call decides how often");
            }
            dims[i] = dims[i] == 1 ? repeats[i] : dims[i];
        }
        return x instanceof Filled f ? new Filled(f.value(), f.kind(), dims)
                : OnnxSpread.over(n, graph.live(n, x), dims);
    }

    private OnnxValue pad() {
        Live x = n.live(0);
        long[] pads = n.needList("pads", 1);
        double value = n.hasAttribute("value") ? n.number("value", 0) : n.has(2) ? n.single(2) : 0;
        int[] axes = n.has(3) ? Arrays.stream(n.list("", 3)).mapToInt(x::positive).toArray()
                : IntStream.range(0, x.rank()).toArray();
        if (pads.length != 2 * axes.length) {
            throw new Unsupported("its pads are " + Arrays.toString(pads) + " for " + axes.length + " axes");
        }
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            before[axes[i]] = OnnxPadding.width(pads[i]);
            after[axes[i]] = OnnxPadding.width(pads[i + axes.length]);
        }
        return new OnnxPadding(n).pad(x, before, after, n.text("mode", "constant"), value);
    }
}
