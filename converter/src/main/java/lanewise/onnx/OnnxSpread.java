package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;

/** Values over sizes that only the call knows, made of values of the call that have those sizes. */
final class OnnxSpread {
    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxSpread(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The same number everywhere. */
    static Live live(OnnxNode n, Filled f) {
        OnnxSpread spread = new OnnxSpread(n);
        Live zeros = spread.zeros(f.dims());
        Live same = f.kind() == DType.FLOAT32 ? zeros : n.graph().as(n, zeros, DType.INT32);
        return n.graph().as(n, f.value() == 0 ? same : n.graph().pair(n, PairOp.ADD, same, f.value()), f.kind());
    }

    /** A value repeated along axes of size 1, and along new axes in front. */
    static Live over(OnnxNode n, Live x, int[] dims) {
        Live zeros = new OnnxSpread(n).zeros(dims);
        Live same = x.kind() == DType.FLOAT32 ? zeros : n.graph().as(n, zeros, DType.INT32);
        return n.graph().as(n, n.graph().pair(n, PairOp.ADD, same, x), x.kind());
    }

    private Live zeros(int[] dims) {
        int[] known = Arrays.stream(dims).map(d -> d < 0 ? 1 : d).toArray();
        OnnxValue result = new OnnxTensor(OnnxTensor.FLOAT, known, new double[OnnxSizes.count(known)]);
        graph.spend(OnnxSizes.count(known));
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] < 0) {
                result = graph.pair(n, PairOp.ADD, along(dims[i], i, dims.length), result);
            }
        }
        return graph.live(n, result);
    }

    /** Zeros along one axis of some number of axes, the others have size 1. */
    private Live along(int symbol, int axis, int rank) {
        Live source = source(symbol);
        int at = axisOf(source, symbol);
        Live zeros = graph.layer(new Operation.FilledLike(graph.unique(n.name() + "_zeros"), 0f, false), source,
                DType.FLOAT32, source.dims());
        List<Integer> others = IntStream.range(1, source.builtRank()).filter(i -> i != source.axis(at)).boxed()
                .toList();
        Graph.Ref ref = others.isEmpty() ? zeros.ref()
                : graph.node(new Operation.Reduce(graph.unique(n.name() + "_zeros"), ReduceOp.MAX, others, false), null,
                        zeros.ref());
        // along another axis than that of rows they are the same for every row
        Live made = new Live(ref, DType.FLOAT32, new int[] {symbol}, at == source.row() ? 0 : -1);
        for (int i = 0; i < axis; i++) {
            made = graph.unsqueezed(n, made, 0);
        }
        while (made.rank() < rank) {
            made = graph.unsqueezed(n, made, made.rank());
        }
        return made;
    }

    private static int axisOf(Live source, int symbol) {
        return IntStream.range(0, source.rank()).filter(i -> source.dims()[i] == symbol).findFirst().orElseThrow();
    }

    /** The positions along an axis of a value, as integers that are the same for all rows. */
    static Live positions(OnnxNode n, Live x, int axis) {
        if (x.axis(axis) == 0) {
            throw new OnnxValue.RowsMixed("it counts along the axis of rows");
        }
        AxisOperation spec = new AxisOperation.Positions(n.graph().unique(n.name() + "_positions"), x.axis(axis));
        return new Live(n.graph().node(spec, null, x.ref()), DType.INT32, new int[] {x.dims()[axis]}, -1);
    }

    /** The numbers from 0 to before a size that only the call knows. */
    static OnnxValue range(OnnxNode n, int symbol) {
        if (symbol == OnnxValue.ROWS) {
            return new OnnxValue.ByRow(1, null, false, new int[] {symbol});
        }
        Live source = new OnnxSpread(n).source(symbol);
        return positions(n, source, axisOf(source, symbol));
    }

    private Live source(int symbol) {
        Live source = graph.first(l -> Arrays.stream(l.dims()).anyMatch(d -> d == symbol));
        if (source == null) {
            throw new Unsupported("it makes values over a size that no value of the call has");
        }
        return source;
    }

    /** How large an axis is at the call, as an integer that is the same for all rows. */
    static Live size(OnnxNode n, int symbol) {
        if (symbol == OnnxValue.ROWS) {
            throw new Unsupported("it computes with the number of rows of the call, on which no row may depend");
        }
        return new OnnxSpread(n).size(symbol);
    }

    private Live size(int sum) {
        int[] base = graph.symbols().base(sum);
        Live source = source(base[0]);
        int at = axisOf(source, base[0]);
        Graph.Ref ones = graph.node(new Operation.FilledLike(graph.unique(n.name() + "_ones"), 1f, false), null,
                source.ref());
        Graph.Ref sums = graph.node(
                new Operation.Reduce(graph.unique(n.name() + "_size"), ReduceOp.SUM, List.of(source.axis(at)), true),
                null, ones);
        List<Integer> all = IntStream.range(1, source.builtRank()).boxed().toList();
        Graph.Ref size = graph.node(new Operation.Reduce(graph.unique(n.name() + "_size"), ReduceOp.MAX, all, false),
                null, sums);
        Live live = new Live(size, DType.FLOAT32, new int[0], -1);
        return graph.as(n, base[1] == 0 ? live : graph.pair(n, PairOp.ADD, live, base[1]), DType.INT32);
    }
}
