package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.WindowLayer;
import lanewise.spec.WindowLayer.PoolOp;

/** Operators over windows, and normalizations: channels are the axis behind the batch. */
final class OnnxWindows {
    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxWindows(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxWindows windows = new OnnxWindows(n);
        return switch (n.op()) {
            case "Conv" -> windows.each(windows::convolution);
            case "ConvTranspose" -> List.of(new OnnxWindowFormulas(n).convTranspose());
            case "MaxPool" -> n.gives(1) ? windows.withPositions() : windows.each(windows::pool);
            case "AveragePool", "LpPool" -> windows.each(windows::pool);
            case "GlobalMaxPool" -> List.of(windows.global(ReduceOp.MAX));
            case "GlobalAveragePool" -> List.of(windows.global(ReduceOp.MEAN));
            case "BatchNormalization" -> List.of(windows.batchNormalization());
            case "LayerNormalization" -> windows.layerNormalization();
            case "GroupNormalization" -> List.of(windows.groupNormalization());
            case "MeanVarianceNormalization" -> List.of(windows.meanVariance());
            case "RMSNormalization" -> List.of(windows.rootMeanSquare());
            case "InstanceNormalization" -> List.of(windows.instanceNormalization());
            default -> null;
        };
    }

    private String name() {
        return graph.unique(n.name());
    }

    private interface Each {
        Live apply(Live x);
    }

    /** Once with all rows, or once for each where the whole is one row. */
    private List<? extends OnnxValue> each(Each f) {
        Live x = graph.floats(n, n.live(0));
        if (x.rank() < 3 || x.rank() > 5) {
            throw new Unsupported(
                    "its input has the sizes " + OnnxValue.text(x.dims()) + ", expected 1 to 3 axes of space");
        }
        return OnnxRows.with(n, x, 0, new int[] {0}, part -> List.of(f.apply(part)));
    }

    /** The largest values, and where they lie. */
    private List<OnnxValue> withPositions() {
        Live x = graph.floats(n, n.live(0));
        Geometry g = geometry(x, list("kernel_shape", x.rank() - 2, 1));
        OnnxValue positions = new OnnxWindowFormulas(n).positions(x, g.size(), g.strides(), g.dilation(), g.before(),
                g.after());
        return List.of(each(this::pool).getFirst(), positions);
    }

    /**
     * Where windows lie.
     *
     * @param size     of a window
     * @param strides  from window to window
     * @param dilation from tap to tap
     * @param before   filling in front, for each axis of space
     * @param after    filling behind
     * @param extra    how much of that is there only because the number of windows is rounded up
     */
    private record Geometry(int[] size, int[] strides, int[] dilation, int[] before, int[] after, int[] extra) {
        int reach(int axis) {
            return (size[axis] - 1) * dilation[axis] + 1;
        }

        int windows(int axis, int length) {
            return (length + before[axis] + after[axis] - reach(axis)) / strides[axis] + 1;
        }

        WindowLayer.Windows valid() {
            return new WindowLayer.Windows(boxed(size), boxed(strides), boxed(dilation), WindowLayer.Padding.VALID);
        }

        private static List<Integer> boxed(int[] values) {
            return Arrays.stream(values).boxed().toList();
        }
    }

    private int[] list(String attribute, int count, int otherwise) {
        long[] given = n.integers(attribute);
        if (given != null && given.length != count) {
            throw new Unsupported(
                    "its " + attribute + " are " + Arrays.toString(given) + " for " + count + " axes of space");
        }
        return given == null ? Collections.nCopies(count, otherwise).stream().mapToInt(i -> i).toArray()
                : Arrays.stream(given).mapToInt(OnnxPadding::width).toArray();
    }

    private Geometry geometry(Live x, int[] size) {
        int space = x.rank() - 2;
        int[] strides = list("strides", space, 1);
        int[] dilation = list("dilations", space, 1);
        int[] pads = list("pads", 2 * space, 0);
        String auto = n.text("auto_pad", "NOTSET");
        int[] before = Arrays.copyOf(pads, space);
        int[] after = Arrays.copyOfRange(pads, space, 2 * space);
        Geometry plain = new Geometry(size, strides, dilation, before, after, new int[space]);
        boolean ceil = n.flag("ceil_mode", false);
        for (int i = 0; i < space; i++) {
            int length = x.dims()[i + 2];
            if (strides[i] < 1 || dilation[i] < 1 || size[i] < 1) {
                throw new Unsupported(
                        "its windows have the size " + Arrays.toString(size) + ", strides " + Arrays.toString(strides));
            }
            if (auto.startsWith("SAME") && dilation[i] > 1 && !n.op().equals("Conv")) {
                throw new Unsupported("its auto_pad is " + auto + " with a dilation of " + dilation[i]
                        + ", which ONNX and ONNX Runtime define differently; give it pads");
            } else if (auto.startsWith("SAME")) {
                if (length < 0 && strides[i] > 1) {
                    throw new OpenSize("its padding depends on a size known only at run time");
                }
                int total = length < 0 ? plain.reach(i) - 1
                        : Math.max(0, (Math.ceilDiv(length, strides[i]) - 1) * strides[i] + plain.reach(i) - length);
                before[i] = auto.equals("SAME_LOWER") ? Math.ceilDiv(total, 2) : total / 2;
                after[i] = total - before[i];
            } else if (ceil) {
                if (length < 0) {
                    throw new OpenSize("its ceil_mode depends on a size known only at run time");
                }
                int over = (length + before[i] + after[i] - plain.reach(i)) % strides[i];
                // a window that starts behind the array does not count
                boolean starts = over > 0 && plain.windows(i, length) * strides[i] < length + before[i];
                plain.extra()[i] = starts ? strides[i] - over : 0;
                after[i] += plain.extra()[i];
            }
        }
        return plain;
    }

    private int[] result(Live x, Geometry g, int features) {
        int[] dims = x.dims().clone();
        dims[1] = features;
        for (int i = 0; i < g.size().length; i++) {
            int length = x.dims()[i + 2];
            dims[i + 2] = length < 0
                    ? g.strides()[i] == 1 && g.before()[i] + g.after()[i] == g.reach(i) - 1 ? length : graph.newSymbol()
                    : g.windows(i, length);
        }
        return dims;
    }

    private Live padded(Live x, Geometry g, double value) {
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        System.arraycopy(g.before(), 0, before, 2, g.before().length);
        System.arraycopy(g.after(), 0, after, 2, g.after().length);
        return new OnnxPadding(n).pad(x, before, after, "constant", value);
    }

    private Live convolution(Live x) {
        OnnxTensor w = n.constant(1);
        OnnxSizes.needRank(w, x.rank(), "kernel");
        int groups = n.count("group", 1);
        if (groups < 1) {
            throw new Unsupported("it has " + groups + " groups");
        }
        n.ignore("kernel_shape");
        int filters = w.dims()[0];
        Geometry g = geometry(x, Arrays.copyOfRange(w.dims(), 2, w.rank()));
        int[] order = IntStream.concat(IntStream.range(2, w.rank()), IntStream.of(1, 0)).toArray();
        OnnxTensor kernel = w.transposed(order);
        String name = name();
        boolean bias = n.has(2);
        graph.weight(name, "kernel", kernel.data(kernel.dims()));
        if (bias) {
            graph.weight(name, "bias", n.vector(2, filters).data(filters));
        }
        LayerSpec spec = new WindowLayer.Conv(name, filters, g.valid(), groups, Activation.LINEAR, bias, true);
        return graph.layer(spec, padded(x, g, 0), DType.FLOAT32, result(x, g, filters));
    }

    private Live pool(Live x) {
        n.ignore("storage_order");
        int[] size = list("kernel_shape", x.rank() - 2, 1);
        boolean countsPadding = n.flag("count_include_pad", false);
        boolean max = n.op().equals("MaxPool");
        if (n.op().equals("LpPool")) {
            return lengths(x, geometry(x, size));
        }
        Geometry g = geometry(x, size);
        int[] pads = list("pads", 2 * size.length, 0);
        if (IntStream.range(0, pads.length).anyMatch(i -> pads[i] >= g.reach(i % size.length))) {
            throw new Unsupported("its pads are " + Arrays.toString(pads) + ", which is as wide as its windows of "
                    + Arrays.toString(size) + ", so that some hold no value");
        }
        boolean fills = IntStream.concat(Arrays.stream(g.before()), Arrays.stream(g.after())).anyMatch(p -> p > 0);
        int[] dims = result(x, g, x.dims()[1]);
        Live filled = padded(x, g, max ? Double.NEGATIVE_INFINITY : 0);
        LayerSpec spec = new WindowLayer.Pooling(name(), max ? PoolOp.MAX : PoolOp.AVERAGE, g.valid(), true);
        Live pooled = graph.layer(spec, filled, DType.FLOAT32, dims);
        boolean counted = countsPadding && Arrays.stream(g.extra()).allMatch(e -> e == 0);
        if (max || counted || !fills) {
            return pooled;
        }
        // the mean of those that lie within: by how many of them there are
        Live ones = graph.layer(new Operation.FilledLike(name(), 1f, false), x, DType.FLOAT32, x.dims());
        LayerSpec again = new WindowLayer.Pooling(name(), PoolOp.AVERAGE, g.valid(), true);
        Live share = graph.layer(again, countsPadding ? counted(ones, g) : padded(ones, g, 0), DType.FLOAT32, dims);
        return graph.pair(n, PairOp.DIVIDE, pooled, share);
    }

    /** Ones also where the padding is, but not behind it. */
    private Live counted(Live ones, Geometry g) {
        int space = g.size().length;
        int[] after = IntStream.range(0, space).map(i -> g.after()[i] - g.extra()[i]).toArray();
        Live within = padded(ones, new Geometry(g.size(), g.strides(), g.dilation(), g.before(), after, new int[space]),
                1);
        return padded(within,
                new Geometry(g.size(), g.strides(), g.dilation(), new int[space], g.extra(), new int[space]), 0);
    }

    /** The p-th root of the sum of p-th powers in each window. */
    private Live lengths(Live x, Geometry g) {
        double p = n.integer("p", 2);
        Live powers = graph.pair(n, PairOp.POWER, graph.map(n, MapOp.ABSOLUTE, x, DType.FLOAT32), p);
        LayerSpec spec = new WindowLayer.Pooling(name(), PoolOp.AVERAGE, g.valid(), true);
        Live means = graph.layer(spec, padded(powers, g, 0), DType.FLOAT32, result(x, g, x.dims()[1]));
        return graph.pair(n, PairOp.POWER, graph.pair(n, PairOp.MULTIPLY, means, g.valid().taps()), 1 / p);
    }

    private Live global(ReduceOp op) {
        Live x = graph.floats(n, n.live(0));
        return reduce(op, x, IntStream.range(2, x.rank()).toArray());
    }

    private Live reduce(ReduceOp op, Live x, int... axes) {
        int[] dims = x.dims().clone();
        List<Integer> built = Arrays.stream(axes).map(axis -> {
            dims[axis] = 1;
            if (x.axis(axis) == 0) {
                throw new RowsMixed("it reduces the axis of rows");
            }
            return x.axis(axis);
        }).boxed().toList();
        return graph.layer(new Operation.Reduce(name(), op, built, true), x, DType.FLOAT32, dims);
    }

    private Live batchNormalization() {
        Live x = graph.floats(n, n.live(0));
        n.ignore("momentum", "spatial", "is_test");
        if (n.flag("training_mode", false) || n.gives(1)) {
            throw new Unsupported("it is in training mode");
        }
        if (x.rank() < 2 || x.axis(1) == 0) {
            throw new RowsMixed("its channels are the rows");
        }
        String name = name();
        int features = n.constant(1).values().length;
        String[] roles = {"gamma", "beta", "moving_mean", "moving_variance"};
        for (int i = 0; i < roles.length; i++) {
            graph.weight(name, roles[i], n.vector(i + 1, features).data(features));
        }
        LayerSpec spec = new NormalizationLayer.BatchNormalization(name, x.axis(1), n.number("epsilon", 1e-5f), true,
                true);
        return graph.layer(spec, x, DType.FLOAT32, x.dims());
    }

    /** From an axis on, (x - mean) / sqrt(variance + epsilon), then scale and shift with broadcasting. */
    private List<Live> layerNormalization() {
        Live x = graph.floats(n, n.live(0));
        n.ignore("stash_type");
        int[] axes = IntStream.range(x.positive(n.integer("axis", -1)), x.rank()).toArray();
        float epsilon = n.number("epsilon", 1e-5f);
        Live scaled = graph.pair(n, PairOp.MULTIPLY, standardized(x, axes, epsilon), n.in(1));
        List<Live> outputs = new ArrayList<>(List.of(n.has(2) ? graph.pair(n, PairOp.ADD, scaled, n.in(2)) : scaled));
        if (n.gives(1) || n.gives(2)) {
            outputs.add(reduce(ReduceOp.MEAN, x, axes));
            outputs.add(graph.map(n, MapOp.RECIPROCAL, deviation(centered(x, axes), axes, epsilon), DType.FLOAT32));
        }
        return outputs;
    }

    private Live centered(Live x, int[] axes) {
        return graph.pair(n, PairOp.SUBTRACT, x, reduce(ReduceOp.MEAN, x, axes));
    }

    /** sqrt(mean of squares + epsilon). */
    private Live deviation(Live x, int[] axes, float epsilon) {
        Live variance = reduce(ReduceOp.MEAN, graph.map(n, MapOp.SQUARE, x, DType.FLOAT32), axes);
        return graph.map(n, MapOp.SQRT, graph.pair(n, PairOp.ADD, variance, epsilon), DType.FLOAT32);
    }

    private Live meanVariance() {
        Live x = graph.floats(n, n.live(0));
        long[] given = n.integers("axes");
        int[] axes = Arrays.stream(given == null ? new long[] {0, 2, 3} : given).mapToInt(x::positive).toArray();
        Live centered = centered(x, axes);
        return graph.pair(n, PairOp.DIVIDE, centered, graph.pair(n, PairOp.ADD, deviation(centered, axes, 0), 1e-9));
    }

    /**
     * Standardized in groups of channels; scale and shift are per group up to version 20 of the operators, per channel
     * since.
     */
    private Live groupNormalization() {
        Live x = graph.floats(n, n.live(0));
        n.ignore("stash_type");
        int groups = n.count("num_groups", 1);
        int channels = channels(x);
        if (groups < 1 || channels % groups != 0) {
            throw new Unsupported("it cuts " + OnnxValue.text(x.dims()) + " into " + groups + " groups of channels");
        }
        Live grouped = OnnxShapes.reshaped(n, x, x.dims()[0], groups, -1);
        Live unit = OnnxShapes.reshaped(n, standardized(grouped, new int[] {2}, n.number("epsilon", 1e-5f)), x.dims());
        Live scaled = graph.pair(n, PairOp.MULTIPLY, unit, perChannel(n.constant(1), channels, x.rank()));
        return graph.pair(n, PairOp.ADD, scaled, perChannel(n.constant(2), channels, x.rank()));
    }

    private static int channels(Live x) {
        if (x.rank() < 3 || x.dims()[1] < 1) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                    + ", expected rows, a known number of channels, and space");
        }
        return x.dims()[1];
    }

    /** Numbers for each channel, or for each group of them, beside values of some rank. */
    private static OnnxTensor perChannel(OnnxTensor given, int channels, int rank) {
        if (given.values().length == 0 || channels % given.values().length != 0) {
            throw new Unsupported("it has " + given.values().length + " numbers for " + channels + " channels");
        }
        int[] dims = new int[rank - 1];
        Arrays.fill(dims, 1);
        dims[0] = channels;
        int each = channels / given.values().length;
        return new OnnxTensor(OnnxTensor.FLOAT, dims,
                IntStream.range(0, channels).mapToDouble(c -> given.values()[c / each]).toArray());
    }

    private Live standardized(Live x, int[] axes, float epsilon) {
        if (Arrays.equals(axes, new int[] {x.rank() - 1}) && x.axis(x.rank() - 1) == x.builtRank() - 1) {
            LayerSpec spec = new NormalizationLayer.LayerNormalization(name(), List.of(x.axis(x.rank() - 1)), epsilon,
                    false, false);
            return graph.layer(spec, x, DType.FLOAT32, x.dims());
        }
        Live centered = centered(x, axes);
        return graph.pair(n, PairOp.DIVIDE, centered, deviation(centered, axes, epsilon));
    }

    private Live rootMeanSquare() {
        Live x = graph.floats(n, n.live(0));
        n.ignore("stash_type");
        int[] axes = IntStream.range(x.positive(n.integer("axis", -1)), x.rank()).toArray();
        Live unit = graph.pair(n, PairOp.DIVIDE, x, deviation(x, axes, n.number("epsilon", 1e-5f)));
        return graph.pair(n, PairOp.MULTIPLY, unit, n.in(1));
    }

    private Live instanceNormalization() {
        Live x = graph.floats(n, n.live(0));
        int channels = n.constant(1).values().length;
        if (x.rank() < 3) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                    + ", expected rows, channels and space");
        }
        Live unit = standardized(x, IntStream.range(2, x.rank()).toArray(), n.number("epsilon", 1e-5f));
        Live scaled = graph.pair(n, PairOp.MULTIPLY, unit, perChannel(n.constant(1), channels, x.rank()));
        return graph.pair(n, PairOp.ADD, scaled, perChannel(n.constant(2), channels, x.rank()));
    }
}
