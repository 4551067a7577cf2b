package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ShapeOperation;

/** Operators that compute: functions of single values, arithmetic with broadcasting, reductions. */
final class OnnxMath {
    private static final Map<String, MapOp> MAPS = Map.ofEntries(Map.entry("Abs", MapOp.ABSOLUTE),
            Map.entry("Neg", MapOp.NEGATIVE),
            Map.entry("Sqrt", MapOp.SQRT), Map.entry("Reciprocal", MapOp.RECIPROCAL), Map.entry("Log", MapOp.LOG),
            Map.entry("Sin", MapOp.SIN), Map.entry("Cos", MapOp.COS), Map.entry("Erf", MapOp.ERF),
            Map.entry("Floor", MapOp.FLOOR),
            Map.entry("Ceil", MapOp.CEIL), Map.entry("Round", MapOp.ROUND), Map.entry("Sign", MapOp.SIGN),
            Map.entry("Not", MapOp.LOGICAL_NOT), Map.entry("IsNaN", MapOp.ISNAN),
            Map.entry("BitwiseNot", MapOp.BITWISE_NOT));
    private static final Map<String, Activation> FUNCTIONS = Map.ofEntries(Map.entry("Relu", Activation.RELU),
            Map.entry("Sigmoid", Activation.SIGMOID), Map.entry("Tanh", Activation.TANH),
            Map.entry("Exp", Activation.EXPONENTIAL),
            Map.entry("Softplus", Activation.SOFTPLUS), Map.entry("Softsign", Activation.SOFTSIGN),
            Map.entry("HardSwish", Activation.HARD_SILU),
            Map.entry("Mish", Activation.MISH));
    private static final Map<String, PairOp> PAIRS = Map.ofEntries(Map.entry("Add", PairOp.ADD),
            Map.entry("Sub", PairOp.SUBTRACT),
            Map.entry("Mul", PairOp.MULTIPLY), Map.entry("Div", PairOp.DIVIDE), Map.entry("Pow", PairOp.POWER),
            Map.entry("Mod", PairOp.MOD),
            Map.entry("Max", PairOp.MAXIMUM), Map.entry("Min", PairOp.MINIMUM), Map.entry("Sum", PairOp.ADD),
            Map.entry("Mean", PairOp.ADD),
            Map.entry("Equal", PairOp.EQUAL), Map.entry("Greater", PairOp.GREATER),
            Map.entry("GreaterOrEqual", PairOp.GREATER_EQUAL),
            Map.entry("Less", PairOp.LESS), Map.entry("LessOrEqual", PairOp.LESS_EQUAL),
            Map.entry("And", PairOp.LOGICAL_AND),
            Map.entry("Or", PairOp.LOGICAL_OR), Map.entry("Xor", PairOp.LOGICAL_XOR),
            Map.entry("BitwiseAnd", PairOp.BITWISE_AND), Map.entry("BitwiseOr", PairOp.BITWISE_OR),
            Map.entry("BitwiseXor", PairOp.BITWISE_XOR));
    private static final Map<String, ReduceOp> REDUCTIONS = Map.ofEntries(Map.entry("ReduceSum", ReduceOp.SUM),
            Map.entry("ReduceMean", ReduceOp.MEAN), Map.entry("ReduceMax", ReduceOp.MAX),
            Map.entry("ReduceMin", ReduceOp.MIN),
            Map.entry("ReduceProd", ReduceOp.PROD), Map.entry("ReduceL1", ReduceOp.SUM),
            Map.entry("ReduceL2", ReduceOp.NORM),
            Map.entry("ReduceLogSum", ReduceOp.SUM), Map.entry("ReduceLogSumExp", ReduceOp.LOGSUMEXP),
            Map.entry("ReduceSumSquare", ReduceOp.SUM));
    private static final int AXES_AS_INPUT = 18;

    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxMath(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxMath math = new OnnxMath(n);
        if (n.op().equals("TopK")) {
            return math.top();
        }
        OnnxValue value = math.translate();
        return value == null ? null : List.of(value);
    }

    private OnnxValue translate() {
        String op = n.op();
        if (MAPS.containsKey(op)) {
            Live x = n.live(0);
            return graph.map(n, MAPS.get(op), x, MAPS.get(op).result(x.kind()));
        } else if (op.equals("Relu") && OnnxGraph.kind(n.in(0)) == DType.INT32) {
            return graph.pair(n, PairOp.MAXIMUM, n.live(0), 0);
        } else if (FUNCTIONS.containsKey(op)) {
            return function(FUNCTIONS.get(op), graph.floats(n, n.live(0)));
        } else if (PAIRS.containsKey(op)) {
            return pairs(op);
        } else if (REDUCTIONS.containsKey(op)) {
            return reduction(op);
        }
        return switch (op) {
            case "Selu" -> selu();
            case "Elu" -> layer(new CoreLayer.ELU(name(), n.number("alpha", 1)));
            case "Celu" -> {
                float alpha = n.number("alpha", 1);
                yield times(function(Activation.CELU, times(floats(), 1.0 / alpha)), alpha);
            }
            case "LeakyRelu" ->
                layer(new CoreLayer.ReLU(name(), Float.POSITIVE_INFINITY, n.number("alpha", 0.01f), 0f));
            case "ThresholdedRelu" ->
                layer(new CoreLayer.ReLU(name(), Float.POSITIVE_INFINITY, 0f, Math.nextUp(n.number("alpha", 1))));
            case "PRelu" -> {
                Live x = n.live(0);
                Live negative = graph.pair(n, PairOp.MINIMUM, x, 0);
                yield graph.pair(n, PairOp.ADD, graph.pair(n, PairOp.MAXIMUM, x, 0),
                        graph.pair(n, PairOp.MULTIPLY, negative, n.in(1)));
            }
            case "HardSigmoid" -> hardSigmoid();
            case "Swish" -> {
                float alpha = n.number("alpha", 1);
                Live x = floats();
                yield alpha == 1 ? function(Activation.SILU, x)
                        : graph.pair(n, PairOp.MULTIPLY, x, function(Activation.SIGMOID, times(x, alpha)));
            }
            case "Gelu" -> n.text("approximate", "none").equals("tanh") ? layer(new Operation.TanhGelu(name()))
                    : function(Activation.GELU, floats());
            case "Clip" -> clip();
            case "BitShift" -> shifted();
            case "Where" -> where();
            case "ArgMax", "ArgMin" -> arg(op);
            case "Softmax", "LogSoftmax" -> softmax(op);
            case "Hardmax" -> hardmax();
            case "IsInf" -> isInfinite();
            case "LpNormalization" -> {
                Live x = floats();
                boolean first = n.integer("p", 2) == 1;
                Live from = first ? graph.map(n, MapOp.ABSOLUTE, x, DType.FLOAT32) : x;
                Live length = reduce(first ? ReduceOp.SUM : ReduceOp.NORM, from,
                        new int[] {x.positive(n.integer("axis", -1))}, true);
                // zeros stay zeros
                Live zero = graph.floats(n, graph.pair(n, PairOp.EQUAL, length, 0));
                yield graph.pair(n, PairOp.DIVIDE, x, graph.pair(n, PairOp.ADD, length, zero));
            }
            default -> null;
        };
    }

    private String name() {
        return graph.unique(n.name());
    }

    private Live floats() {
        return graph.floats(n, n.live(0));
    }

    private Live layer(LayerSpec spec) {
        Live x = floats();
        return graph.layer(spec, x, DType.FLOAT32, x.dims());
    }

    private Live function(Activation f, Live x) {
        return graph.layer(new CoreLayer.Activate(name(), f), x, DType.FLOAT32, x.dims());
    }

    private Live times(Live x, double factor) {
        return factor == 1 ? x : graph.pair(n, PairOp.MULTIPLY, x, factor);
    }

    private Live selu() {
        float alpha = n.number("alpha", 1.6732632f);
        float gamma = n.number("gamma", 1.0507010f);
        Live x = floats();
        if (alpha == 1.6732632f && gamma == 1.0507010f) {
            return function(Activation.SELU, x);
        }
        return times(graph.layer(new CoreLayer.ELU(name(), alpha), x, DType.FLOAT32, x.dims()), gamma);
    }

    private Live hardSigmoid() {
        float alpha = n.number("alpha", 0.2f);
        float beta = n.number("beta", 0.5f);
        Live x = floats();
        if (alpha == 0.2f && beta == 0.5f) {
            return function(Activation.HARD_SIGMOID_KERAS_2, x);
        }
        return limited(graph.pair(n, PairOp.ADD, times(x, alpha), beta), 0, 1);
    }

    private Live limited(Live x, float low, float high) {
        return graph.layer(new Operation.Clip(name(), low, high), x, DType.FLOAT32, x.dims());
    }

    private OnnxValue pairs(String op) {
        boolean many = n.inputs() != 2 || op.equals("Mean");
        if (op.equals("Mod") && n.flag("fmod", false)) {
            return graph.pair(n, PairOp.FMOD, n.in(0), n.in(1));
        }
        if (!many) {
            return graph.pair(n, PAIRS.get(op), n.in(0), n.in(1));
        }
        OnnxValue sum = n.in(0);
        for (int i = 1; i < n.inputs(); i++) {
            sum = graph.pair(n, PAIRS.get(op), sum, n.in(i));
        }
        return op.equals("Mean") && sum instanceof Live live ? graph.pair(n, PairOp.DIVIDE, live, n.inputs()) : sum;
    }

    /** By known distances: beyond the width of its type, or backwards, the result depends on the type. */
    private Live shifted() {
        boolean left = n.text("direction", "").equals("LEFT");
        OnnxTensor by = n.constant(1);
        if (Arrays.stream(by.values()).anyMatch(distance -> distance < 0 || distance >= Byte.SIZE)) {
            n.constant(0);
        }
        return graph.pair(n, left ? PairOp.LEFT_SHIFT : PairOp.RIGHT_SHIFT, n.in(0), by);
    }

    private Live clip() {
        Live x = n.live(0);
        Live result = x;
        if (n.hasAttribute("min") || n.hasAttribute("max")) {
            return limited(floats(), n.number("min", -Float.MAX_VALUE), n.number("max", Float.MAX_VALUE));
        }
        result = n.has(1) ? graph.pair(n, PairOp.MAXIMUM, result, n.in(1)) : result;
        return n.has(2) ? graph.pair(n, PairOp.MINIMUM, result, n.in(2)) : result;
    }

    private Live where() {
        DType kind = OnnxGraph.kind(n.in(1));
        OnnxAligned all = OnnxAligned.of(n, List.of(n.in(0), n.in(1), n.in(2)));
        // the first input has to be a truth value of the call, or one that is known
        LayerSpec spec = new Operation.Where(name(), true, 0, true, 0);
        DType held = kind == DType.FLOAT32 ? DType.FLOAT32 : DType.INT32;
        Live result = new Live(graph.node(spec, null, all.refs().toArray(Graph.Ref[]::new)), held, all.dims(),
                all.row());
        return graph.as(n, result, kind);
    }

    // ---- reductions

    private List<Integer> built(Live x, int[] axes) {
        List<Integer> built = new ArrayList<>();
        for (int axis : axes) {
            if (x.axis(axis) == 0) {
                throw new RowsMixed("it reduces the axis of rows");
            }
            built.add(x.axis(axis));
        }
        return built;
    }

    private Live reduce(ReduceOp op, Live x, int[] axes, boolean keep) {
        List<Integer> at = built(x, axes);
        int[] dims = x.dims().clone();
        int row = x.row();
        Arrays.stream(axes).forEach(axis -> dims[axis] = 1);
        int[] left = dims;
        if (!keep) {
            left = IntStream.range(0, dims.length).filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
                    .map(i -> dims[i]).toArray();
            row -= (int) Arrays.stream(axes).filter(axis -> axis < x.row()).count();
        }
        return new Live(graph.node(new Operation.Reduce(name(), op, at, keep), null, x.ref()), DType.FLOAT32, left,
                x.row() < 0 ? -1 : row);
    }

    private Live reduction(String op) {
        Live x = n.live(0);
        boolean keep = n.flag("keepdims", true);
        boolean nothing = n.flag("noop_with_empty_axes", false);
        long[] given = n.opset() < AXES_AS_INPUT && !op.equals("ReduceSum") || n.hasAttribute("axes")
                ? n.integers("axes") : n.list("", 1);
        int[] axes = given == null || given.length == 0 ? nothing ? new int[0] : IntStream.range(0, x.rank()).toArray()
                : Arrays.stream(given).mapToInt(x::positive).distinct().toArray();
        if (x.kind() == DType.INT32) {
            return ofIntegers(op, x, axes, keep);
        }
        Live value = graph.floats(n, x);
        value = switch (op) {
            case "ReduceL1" -> graph.map(n, MapOp.ABSOLUTE, value, DType.FLOAT32);
            case "ReduceSumSquare" -> graph.map(n, MapOp.SQUARE, value, DType.FLOAT32);
            default -> value;
        };
        if (axes.length > 0) {
            value = reduce(REDUCTIONS.get(op), value, axes, keep);
        } else if (op.equals("ReduceL2")) {
            value = graph.map(n, MapOp.ABSOLUTE, value, DType.FLOAT32);
        }
        value = op.equals("ReduceLogSum") ? graph.map(n, MapOp.LOG, value, DType.FLOAT32) : value;
        return graph.as(n, value, x.kind());
    }

    /** Integers that stay integers, to the last digit. */
    private Live ofIntegers(String op, Live x, int[] axes, boolean keep) {
        Live each = switch (op) {
            case "ReduceL1" -> graph.map(n, MapOp.ABSOLUTE, x, DType.INT32);
            case "ReduceSumSquare" -> graph.map(n, MapOp.SQUARE, x, DType.INT32);
            case "ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin" -> x;
            default -> throw new Unsupported("it takes a mean, a root or a logarithm of integers; cast them to float "
                    + "before");
        };
        return axes.length == 0 ? each : reduce(REDUCTIONS.get(op), each, axes, keep).with(DType.INT32);
    }

    private Live arg(String op) {
        Live x = n.live(0);
        int axis = x.positive(n.integer("axis", 0));
        boolean keep = n.flag("keepdims", true);
        boolean last = n.flag("select_last_index", false);
        Live from = x;
        if (last) {
            int at = built(x, new int[] {axis}).getFirst();
            from = graph.layer(new ShapeOperation.Flip(name(), List.of(at)), x, x.kind(), x.dims());
        }
        Live found = reduce(op.equals("ArgMax") ? ReduceOp.ARGMAX : ReduceOp.ARGMIN, from, new int[] {axis}, keep)
                .with(DType.INT32);
        if (!last) {
            return found;
        }
        if (x.dims()[axis] < 0) {
            throw new OpenSize("it counts from the end of an axis whose size is known only at run time");
        }
        return graph.pair(n, PairOp.SUBTRACT, OnnxTensor.of(OnnxTensor.INT64, x.dims()[axis] - 1), found);
    }

    private List<Live> top() {
        Live x = n.live(0);
        n.ignore("sorted");
        int axis = x.positive(n.integer("axis", -1));
        int count = n.opset() < 10 ? n.count("k", 1) : OnnxSizes.exact((long) n.single(1), "number of values");
        int[] dims = x.dims().clone();
        dims[axis] = count;
        Operation.TopK spec = new Operation.TopK(name(), count, built(x, new int[] {axis}).getFirst(),
                n.flag("largest", true));
        Graph.Ref values = graph.node(spec, null, x.ref());
        return List.of(new Live(values, x.kind(), dims, x.row()),
                new Live(new Graph.Ref(values.node(), 1), DType.INT32, dims, x.row()));
    }

    private Live softmax(String op) {
        Live x = floats();
        boolean old = n.opset() < 13;
        int axis = x.positive(n.integer("axis", old ? 1 : -1));
        int[] axes = old ? IntStream.range(axis, x.rank()).toArray() : new int[] {axis};
        List<Integer> at = built(x, axes);
        if (op.equals("Softmax")) {
            return graph.layer(new CoreLayer.Softmax(name(), at), x, DType.FLOAT32, x.dims());
        }
        if (axes.length == 1 && at.getFirst() == x.builtRank() - 1) {
            return function(Activation.LOG_SOFTMAX, x);
        }
        // x - m - log(sum(e^(x - m)))
        Live shifted = graph.pair(n, PairOp.SUBTRACT, x, reduce(ReduceOp.MAX, x, axes, true));
        return graph.pair(n, PairOp.SUBTRACT, shifted, reduce(ReduceOp.LOGSUMEXP, shifted, axes, true));
    }

    /** 1 where the largest value of an axis is, the first of equals, else 0. */
    private Live hardmax() {
        Live x = floats();
        int axis = x.positive(n.integer("axis", n.opset() < 13 ? 1 : -1));
        int size = x.dims()[axis];
        if (size < 0 || n.opset() < 13) {
            throw new OpenSize("it looks along an axis whose size is known only at run time, or along several");
        }
        graph.spend(size);
        int[] dims = new int[x.rank()];
        Arrays.fill(dims, 1);
        dims[axis] = size;
        OnnxTensor positions = new OnnxTensor(OnnxTensor.INT64, dims,
                IntStream.range(0, size).asDoubleStream().toArray());
        Live place = reduce(ReduceOp.ARGMAX, x, new int[] {axis}, true).with(DType.INT32);
        return graph.floats(n, graph.pair(n, PairOp.EQUAL, place, positions));
    }

    private Live isInfinite() {
        Live x = floats();
        boolean positive = n.flag("detect_positive", true);
        boolean negative = n.flag("detect_negative", true);
        Live above = graph.pair(n, PairOp.EQUAL, x, positive ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
        if (positive && negative) {
            return graph.pair(n, PairOp.LOGICAL_OR, above, graph.pair(n, PairOp.EQUAL, x, Double.NEGATIVE_INFINITY));
        } else if (!positive && !negative) {
            throw new Unsupported("it detects nothing");
        }
        return above;
    }
}
