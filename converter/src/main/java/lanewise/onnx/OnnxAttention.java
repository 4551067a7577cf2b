package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.MergingLayer;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ShapeOperation;

/**
 * The operator Attention (docs/Operators.md of ONNX): softmax(mask(softcap(q k))) v in several heads. Values are
 * (batch, heads, steps, size) inside, or (batch, steps, heads * size) where they are given so.
 */
final class OnnxAttention {
    private static final double HIDDEN = Double.NEGATIVE_INFINITY;

    private final OnnxNode n;
    private final OnnxGraph graph;
    private int queries;
    private int keys;
    private int past;

    private OnnxAttention(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        return n.op().equals("Attention") ? new OnnxAttention(n).translate() : null;
    }

    private List<? extends OnnxValue> translate() {
        n.ignore("softmax_precision");
        boolean flat = n.live(0).rank() == 3;
        int given = n.count("qk_matmul_output_mode", 0);
        if (given < 0 || given > 3) {
            throw new Unsupported("its attribute 'qk_matmul_output_mode' is " + given + ", expected 0 to 3");
        }
        Live q = heads(0, "q_num_heads");
        Live k = joined(4, heads(1, "kv_num_heads"));
        Live v = joined(5, heads(2, "kv_num_heads"));
        past = n.has(4) ? earlier(4).dims()[2] : 0;
        queries = q.dims()[2];
        keys = k.dims()[2];
        if (k.dims()[1] < 1 || q.dims()[1] < 1 || q.dims()[1] % k.dims()[1] != 0 || q.dims()[3] < 1
                || v.dims()[1] != k.dims()[1] || v.dims()[3] < 0) {
            throw new Unsupported("its queries, keys and values have the sizes " + OnnxValue.text(q.dims()) + ", "
                    + OnnxValue.text(k.dims()) + " and " + OnnxValue.text(v.dims()));
        }
        int groups = q.dims()[1] / k.dims()[1];
        float root = (float) Math.sqrt(n.number("scale", (float) (1 / Math.sqrt(q.dims()[3]))));
        Live scaledKeys = graph.pair(n, PairOp.MULTIPLY, repeated(k, groups), root);
        Live raw = OnnxProducts.product(n, graph.pair(n, PairOp.MULTIPLY, q, root),
                graph.transposed(n, scaledKeys, 0, 1, 3, 2));
        Live capped = softcap(raw);
        Live masked = mask(capped);
        Live weights = weights(masked, !masked.equals(capped));
        Live y = OnnxProducts.product(n, weights, repeated(v, groups));
        if (flat) {
            int size = y.dims()[1] * y.dims()[3];
            Live steps = graph.transposed(n, y, 0, 2, 1, 3);
            y = OnnxShapes.reshaped(n, steps, steps.dims()[0], steps.dims()[1], size);
        }
        List<Live> outputs = new ArrayList<>(List.of(y, k, v));
        outputs.add(List.of(raw, capped, masked, weights).get(given));
        return outputs;
    }

    private Live heads(int input, String attribute) {
        Live x = graph.floats(n, n.live(input));
        int heads = n.count(attribute, 0);
        if (x.rank() == 4) {
            return x;
        } else if (x.rank() != 3 || heads < 1 || x.dims()[2] < 0 || x.dims()[2] % heads != 0) {
            throw new Unsupported(
                    "its input " + input + " has the sizes " + OnnxValue.text(x.dims()) + " for " + heads + " heads");
        }
        return graph.transposed(n, OnnxShapes.reshaped(n, x, x.dims()[0], x.dims()[1], heads, x.dims()[2] / heads), 0,
                2, 1, 3);
    }

    /** Steps of an earlier call in front. */
    private Live joined(int input, Live x) {
        if (!n.has(input)) {
            return x;
        }
        Live before = graph.floats(n, earlier(input));
        int[] dims = x.dims().clone();
        dims[2] = before.dims()[2] < 0 || dims[2] < 0 ? graph.newSymbol() : before.dims()[2] + dims[2];
        Graph.Ref ref = graph.node(new MergingLayer.Concatenate(graph.unique(n.name()), x.axis(2)), null, before.ref(),
                x.ref());
        return new Live(ref, DType.FLOAT32, dims, x.row());
    }

    private Live earlier(int input) {
        OnnxSizes.needRank(n.live(input), 4, "input " + input);
        return n.live(input);
    }

    private Live repeated(Live x, int groups) {
        int[] dims = x.dims().clone();
        dims[1] *= groups;
        return groups == 1 ? x : graph.layer(new ShapeOperation.Repeat(graph.unique(n.name()), groups, x.axis(1)), x,
                DType.FLOAT32, dims);
    }

    private Live softcap(Live scores) {
        float cap = n.number("softcap", 0);
        if (cap == 0) {
            return scores;
        }
        Live share = graph.pair(n, PairOp.DIVIDE, scores, cap);
        Live limited = graph.layer(new CoreLayer.Activate(graph.unique(n.name()), Activation.TANH), share,
                DType.FLOAT32, share.dims());
        return graph.pair(n, PairOp.MULTIPLY, limited, cap);
    }

    private Live mask(Live scores) {
        Live masked = scores;
        if (n.has(3)) {
            OnnxValue mask = whole(n.in(3));
            masked = OnnxGraph.kind(mask) == DType.BOOL ? where(mask, masked) : graph.pair(n, PairOp.ADD, masked, mask);
        }
        boolean causal = n.flag("is_causal", false);
        long left = n.integer("left_window_size", -1);
        long right = causal ? 0 : n.integer("right_window_size", -1);
        n.ignore("right_window_size");
        if (n.has(6)) {
            return valid(masked, left, right);
        }
        return left < 0 && right < 0 ? masked : where(window(left, right), masked);
    }

    /** A mask over fewer keys than there are hides the others. */
    private OnnxValue whole(OnnxValue mask) {
        if (mask.rank() < 1 || mask.rank() > 4) {
            throw new Unsupported("its mask has the sizes " + OnnxValue.text(mask.dims()) + ", expected 1 to 4 axes");
        }
        int last = mask.dims()[mask.rank() - 1];
        if (!(mask instanceof Live live) || last == keys || last == 1 || last < 0 || keys < 0) {
            return mask;
        }
        int[] after = new int[live.rank()];
        after[live.rank() - 1] = keys - last;
        return new OnnxPadding(n).pad(live, new int[live.rank()], after, "constant",
                live.kind() == DType.BOOL ? 0 : HIDDEN);
    }

    private void needSizes() {
        if (queries < 0 || keys < 0 || past < 0) {
            throw new Unsupported("its mask depends on " + OnnxValue.text(new int[] {queries, keys, past})
                    + " steps, which are known only at run time");
        }
    }

    private int scores() {
        int count = OnnxSizes.count(queries, keys);
        graph.spend(count);
        return count;
    }

    /** Which keys lie near enough to each query, where both count from one start. */
    private OnnxTensor window(long left, long right) {
        needSizes();
        double[] kept = new double[scores()];
        for (int i = 0; i < kept.length; i++) {
            long ahead = (long) i % keys - (i / keys + past);
            kept[i] = (left < 0 || ahead >= -left) && (right < 0 || ahead <= right) ? 1 : 0;
        }
        return new OnnxTensor(OnnxTensor.BOOL, new int[] {queries, keys}, kept);
    }

    /** Hides keys behind the number that is valid in each row, from which the window counts. */
    private Live valid(Live scores, long left, long right) {
        needSizes();
        OnnxSizes.needRank(n.live(6), 1, "input 6");
        Live count = graph.floats(n, n.live(6));
        for (int i = 0; i < 3; i++) {
            count = graph.unsqueezed(n, count, i + 1);
        }
        Live masked = where(graph.pair(n, PairOp.GREATER, count, distances(0, 0)), scores);
        if (right >= 0) {
            masked = where(graph.pair(n, PairOp.GREATER_EQUAL, count, distances(1, queries - right)), masked);
        }
        return left < 0 ? masked : where(graph.pair(n, PairOp.LESS_EQUAL, count, distances(1, queries + left)), masked);
    }

    /** For each query and key: key - each * query + shift. */
    private OnnxTensor distances(int each, long shift) {
        double[] values = new double[scores()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % keys - (double) each * (i / keys) + shift;
        }
        return new OnnxTensor(OnnxTensor.FLOAT, new int[] {queries, keys}, values);
    }

    private Live where(OnnxValue kept, Live scores) {
        OnnxAligned both = OnnxAligned.of(n, List.of(kept, scores));
        Operation.Where spec = new Operation.Where(graph.unique(n.name()), true, 0, false, (float) HIDDEN);
        return new Live(graph.node(spec, null, both.refs().toArray(Graph.Ref[]::new)), DType.FLOAT32, both.dims(),
                both.row());
    }

    /** Softmax over the keys; zeros for a query that sees none. */
    private Live weights(Live scores, boolean masked) {
        Live weights = graph.layer(new CoreLayer.Softmax(graph.unique(n.name()), List.of(scores.axis(3))), scores,
                DType.FLOAT32, scores.dims());
        if (!masked) {
            return weights;
        }
        int[] dims = Arrays.copyOf(scores.dims(), 4);
        dims[3] = 1;
        Live most = graph.layer(
                new Operation.Reduce(graph.unique(n.name()), ReduceOp.MAX, List.of(scores.axis(3)), true), scores,
                DType.FLOAT32, dims);
        OnnxAligned both = OnnxAligned.of(n, List.of(graph.pair(n, PairOp.GREATER, most, HIDDEN), weights));
        Operation.Where spec = new Operation.Where(graph.unique(n.name()), true, 0, false, 0);
        return new Live(graph.node(spec, null, both.refs().toArray(Graph.Ref[]::new)), DType.FLOAT32, both.dims(),
                both.row());
    }
}
