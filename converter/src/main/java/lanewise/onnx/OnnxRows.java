package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;

/**
 * Operators that are defined for a batch, called with the axis of rows as that, or once for each where the whole call
 * is one row.
 */
final class OnnxRows {
    /** Most rows for which an operator is called one by one. */
    private static final int MOST_PARTS = 256;

    private OnnxRows() {}

    /**
     * Calls what wants an axis of rows, with the axis that the operator's definition calls its batch.
     *
     * @param x    the value
     * @param axis its batch
     * @param f    makes the outputs of x with that axis as its rows, each with rows along the given axis of the output
     * @param rows which axis of each output
     */
    static List<Live> with(OnnxNode n, Live x, int axis, int[] rows, Function<Live, List<Live>> f) {
        if (x.row() == axis) {
            return f.apply(x);
        } else if (x.row() >= 0) {
            throw new RowsMixed("its axis " + axis + " is one of rows for this operator");
        }
        int count = x.dims()[axis];
        if (count < 1 || count > MOST_PARTS) {
            String what = "it takes " + OnnxValue.text(x.dims()) + " as one whole, so that axis " + axis
                    + " needs a fixed size of 1 to " + MOST_PARTS;
            throw count < 0 ? new OpenSize(what) : new Unsupported(what);
        }
        List<List<Live>> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Live part = n.graph().part(n, x, axis, i);
            int[] dims = x.dims().clone();
            dims[axis] = 1;
            List<Live> made = f.apply(new Live(part.ref(), x.kind(), dims, axis));
            for (int o = 0; o < made.size(); o++) {
                if (i == 0) {
                    outputs.add(new ArrayList<>());
                }
                Live whole = made.get(o);
                outputs.get(o)
                        .add(new Live(whole.ref(), whole.kind(), OnnxSizes.without(whole.dims(), whole.row()), -1));
            }
        }
        List<Live> joined = new ArrayList<>();
        for (int o = 0; o < outputs.size(); o++) {
            joined.add(n.graph().stacked(n, outputs.get(o), rows[o]));
        }
        return joined;
    }

    /** Whether sizes are (-1, ..., T, ...), where it is not known that the first is that of the rows. */
    static boolean haveLength(OnnxNode n, Live x, int[] dims) {
        if (x.row() != 0 || x.kind() != DType.FLOAT32 || dims.length < 2 || dims[0] != -1
                || OnnxShapes.only(x, dims, 0)) {
            return false;
        }
        int[] open = Arrays.stream(dims, 1, dims.length).filter(d -> d < 0).toArray();
        return Arrays.stream(x.dims(), 1, x.rank()).filter(d -> d < 0).count() == 1 && open.length == 1
                && Arrays.stream(dims).allMatch(d -> d != 0) && axisOf(withLength(n, open[0]), open[0]) >= 0;
    }

    /** The first value with an axis, other than that of rows, of a size which only the call knows; null for none. */
    private static Live withLength(OnnxNode n, int size) {
        return n.graph().snapshot().values().stream().filter(v -> v instanceof Live).map(v -> (Live) v)
                .filter(v -> axisOf(v, size) >= 0)
                .min(Comparator.comparingInt((Live v) -> v.ref().node()).thenComparingInt(v -> v.ref().output()))
                .orElse(null);
    }

    /** The axis of a size, other than that of rows; -1 for none. */
    private static int axisOf(Live value, int size) {
        return value == null || value.row() < 0 ? -1 : IntStream.range(0, value.rank())
                .filter(i -> i != value.row() && value.dims()[i] == size).findFirst().orElse(-1);
    }

    /**
     * Sizes (-1, ..., T, ...), where only the call knows T and how many values a row has. The first size is that of the
     * rows exactly if each row has as many values as the other sizes say; ones of the length T, by which the result is
     * multiplied, refuse a call where that is not so.
     */
    static Live asLong(OnnxNode n, Live x, int[] wanted) {
        OnnxGraph graph = n.graph();
        int axis = IntStream.range(1, wanted.length).filter(i -> wanted[i] < 0).findFirst().orElseThrow();
        int[] dims = wanted.clone();
        dims[0] = x.dims()[0];
        List<Integer> target = Arrays.stream(wanted, 1, wanted.length).map(d -> d < 0 ? Shape.ANY : d).boxed().toList();
        LayerSpec spec = new ReshapingLayer.Reshape(graph.unique(n.name()), new Shape(target));
        Live shaped = new Live(graph.node(spec, null, x.ref()), x.kind(), dims, 0);
        Live ones = withLength(n, wanted[axis]);
        int length = axisOf(ones, wanted[axis]);
        for (int i = ones.rank() - 1; i >= 0; i--) {
            if (i != length && i != ones.row()) {
                ones = graph.part(n, ones, i, 0);
            }
        }
        if (ones.row() > 0) {
            ones = graph.transposed(n, ones, 1, 0);
        }
        ones = graph.layer(new Operation.FilledLike(graph.unique(n.name()), 1f, false), ones, DType.FLOAT32,
                ones.dims());
        for (int i = 1; i < wanted.length; i++) {
            ones = i == axis ? ones : graph.unsqueezed(n, ones, i);
        }
        return graph.as(n, graph.pair(n, PairOp.MULTIPLY, shaped, ones), x.kind());
    }
}
