package lanewise.trust.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.AxisOperation;
import lanewise.spec.CoreLayer;
import lanewise.spec.MapOp;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.WindowLayer;

/** Adds random layers that fit the newest value of a model in the making. */
final class RandomLayers {
    private static final List<Activation> ACTIVATIONS = Arrays.stream(Activation.values()).filter(a -> !a.needsRow())
            .toList();
    private static final List<Activation> ROW_ACTIVATIONS = List.of(Activation.SOFTMAX, Activation.LOG_SOFTMAX,
            Activation.SPARSEMAX);
    /** Functions of one float that don't soon end in NaN. */
    private static final List<MapOp> MAPS = List.of(MapOp.ABSOLUTE, MapOp.NEGATIVE, MapOp.SIN, MapOp.COS, MapOp.ARCTAN,
            MapOp.ARCSINH, MapOp.ERF, MapOp.ERFC, MapOp.CBRT, MapOp.SINC, MapOp.BESSEL_I0, MapOp.FLOOR, MapOp.CEIL,
            MapOp.ROUND, MapOp.TRUNC, MapOp.SIGN, MapOp.EXPM1, MapOp.SINH, MapOp.COSH, MapOp.TAN, MapOp.TO_FLOAT16,
            MapOp.TO_BFLOAT16, MapOp.LOG1P, MapOp.SQRT);
    private static final List<Operation.PairOp> PAIRS = List.of(Operation.PairOp.ADD, Operation.PairOp.SUBTRACT,
            Operation.PairOp.MULTIPLY, Operation.PairOp.MAXIMUM, Operation.PairOp.MINIMUM, Operation.PairOp.ARCTAN2,
            Operation.PairOp.HYPOT, Operation.PairOp.LOGADDEXP, Operation.PairOp.MOD, Operation.PairOp.DIVIDE);

    private static final List<String> QUERY_AND_VALUE = List.of("query", "value");

    private final Parts parts;

    RandomLayers(Parts parts) {
        this.parts = parts;
    }

    static Activation anyActivation(Parts parts) {
        return parts.random.nextInt(5) == 0 ? ROW_ACTIVATIONS.get(parts.random.nextInt(ROW_ACTIVATIONS.size()))
                : ACTIVATIONS.get(parts.random.nextInt(ACTIVATIONS.size()));
    }

    private Activation activation() {
        return ACTIVATIONS.get(parts.random.nextInt(ACTIVATIONS.size()));
    }

    private boolean coin() {
        return parts.random.nextBoolean();
    }

    /** Adds a layer. */
    void add() {
        switch (parts.shape().size()) {
            case 1 -> anywhere();
            case 2 -> {
                switch (parts.random.nextInt(10)) {
                    case 0, 1, 2, 3 -> recurrent();
                    case 4, 5 -> window();
                    case 6 -> attention();
                    default -> anywhere();
                }
            }
            default -> {
                if (coin()) {
                    window();
                } else {
                    anywhere();
                }
            }
        }
    }

    /** A layer that takes any shape. */
    private void anywhere() {
        List<Integer> shape = parts.shape();
        switch (parts.random.nextInt(11)) {
            case 0, 1, 2 -> dense(activation());
            case 3 -> parts.add(new CoreLayer.Activate(parts.name("activation"), anyActivation(parts)), shape);
            case 4, 5 -> normalization();
            case 6 -> parts.add(new Operation.Map(parts.name("map"), MAPS.get(parts.random.nextInt(MAPS.size()))),
                    shape);
            case 7 -> parts.add(new Operation.Pair(parts.name("pair"), PAIRS.get(parts.random.nextInt(PAIRS.size())),
                    (float) parts.random.nextGaussian(), coin()), shape);
            case 8 -> join();
            case 9 -> along();
            default -> reduce();
        }
    }

    void dense(Activation activation) {
        String name = parts.name("dense");
        int units = parts.from(1, 40);
        boolean bias = parts.random.nextInt(4) > 0;
        parts.array(name + "/kernel", parts.features(), units);
        if (bias) {
            parts.array(name + "/bias", units);
        }
        parts.add(new CoreLayer.Dense(name, units, activation, bias), parts.withFeatures(units));
    }

    private void normalization() {
        List<Integer> shape = parts.shape();
        int features = parts.features();
        String name = parts.name("norm");
        switch (parts.random.nextInt(5)) {
            case 0 -> {
                parts.ones(name + "/gamma", features);
                parts.array(name + "/beta", features);
                parts.array(name + "/moving_mean", features);
                parts.ones(name + "/moving_variance", features);
                parts.add(new NormalizationLayer.BatchNormalization(name, -1, 1e-3f, true, true), shape);
            }
            case 1 -> {
                parts.ones(name + "/gamma", features);
                parts.array(name + "/beta", features);
                parts.add(new NormalizationLayer.LayerNormalization(name, List.of(-1), 1e-3f, true, true), shape);
            }
            case 2 -> {
                int groups = features % 3 == 0 ? 3 : features % 2 == 0 ? 2 : 1;
                parts.ones(name + "/gamma", features);
                parts.array(name + "/beta", features);
                parts.add(new NormalizationLayer.GroupNormalization(name, groups, -1, 1e-3f, true, true), shape);
            }
            case 3 -> {
                parts.ones(name + "/scale", features);
                parts.add(new NormalizationLayer.RMSNormalization(name, -1, 1e-6f), shape);
            }
            default -> parts.add(new NormalizationLayer.UnitNormalization(name, List.of(-1)), shape);
        }
    }

    private RecurrentLayer.Cell cell(String path, int features, boolean last) {
        int units = parts.from(1, last ? 36 : 12);
        boolean bias = parts.random.nextInt(4) > 0;
        boolean usual = coin();
        Activation candidate = usual ? Activation.TANH : activation();
        Activation gate = usual ? Activation.SIGMOID : parts.one(Activation.HARD_SIGMOID, Activation.SIGMOID);
        String name = "cell" + features + "_" + units;
        String at = path + "/" + name;
        int kind = parts.random.nextInt(9);
        boolean resetAfter = coin();
        int gates = kind < 3 || kind == 8 ? 4 : kind < 6 ? 3 : 1;
        parts.array(at + "/kernel", features, gates * units);
        parts.array(at + "/recurrent_kernel", units, gates * units);
        if (bias) {
            parts.array(at + "/bias", gates == 3 && resetAfter ? new int[] {2, 3 * units} : new int[] {gates * units});
        }
        if (kind == 8) {
            parts.array(at + "/peephole", 3, units);
        }
        RecurrentLayer.Cell cell = switch (kind) {
            case 0, 1, 2 -> new RecurrentLayer.LstmCell(name, units, candidate, gate, bias);
            case 3, 4, 5 -> new RecurrentLayer.GruCell(name, units, candidate, gate, bias, resetAfter);
            case 6, 7 -> new RecurrentLayer.SimpleRnnCell(name, units, candidate, bias);
            default -> new RecurrentLayer.PeepholeLstmCell(name, units, gate, Activation.TANH, Activation.TANH,
                    Float.POSITIVE_INFINITY, false, bias);
        };
        return cell;
    }

    private RecurrentLayer.Rnn rnn(String path, String name, boolean sequences, boolean backwards) {
        List<RecurrentLayer.Cell> cells = new ArrayList<>();
        int features = parts.features();
        if (parts.random.nextInt(6) == 0) {
            cells.add(cell(path, features, false));
            features = cells.getFirst().units();
        }
        RecurrentLayer.Cell last = cell(path, features, true);
        if (cells.stream().noneMatch(cell -> cell.name().equals(last.name()))) {
            cells.add(last);
        }
        return new RecurrentLayer.Rnn(name, cells, sequences, false, backwards, false, coin());
    }

    private void recurrent() {
        boolean sequences = parts.random.nextInt(3) > 0;
        int steps = parts.shape().getFirst();
        String name = parts.name("rnn");
        int units;
        if (parts.random.nextInt(4) == 0) {
            RecurrentLayer.Rnn forward = rnn(name + "/forward", "forward", sequences, false);
            RecurrentLayer.Rnn backward = rnn(name + "/backward", "backward", sequences, true);
            RecurrentLayer.MergeMode mode = forward.units() == backward.units()
                    ? parts.one(RecurrentLayer.MergeMode.SUM, RecurrentLayer.MergeMode.AVE,
                            RecurrentLayer.MergeMode.CONCAT)
                    : RecurrentLayer.MergeMode.CONCAT;
            units = mode == RecurrentLayer.MergeMode.CONCAT ? forward.units() + backward.units() : forward.units();
            parts.add(new RecurrentLayer.Bidirectional(name, forward, backward, mode),
                    sequences ? List.of(steps, units) : List.of(units));
            return;
        }
        RecurrentLayer.Rnn rnn = rnn(name, name, sequences, parts.random.nextInt(5) == 0);
        units = rnn.units();
        parts.add(rnn, sequences ? List.of(steps, units) : List.of(units));
    }

    private void attention() {
        int features = parts.features();
        int steps = parts.shape().getFirst();
        int node = parts.newest();
        if (coin()) {
            parts.add(new AttentionLayer.Attention(parts.name("attention"), false, false), List.of(steps, features),
                    QUERY_AND_VALUE, node, node);
            return;
        }
        String name = parts.name("heads");
        int heads = parts.from(1, 3);
        int key = parts.from(1, 9);
        int value = parts.from(1, 9);
        for (String part : List.of("query", "key", "value")) {
            int size = part.equals("value") ? value : key;
            parts.array(name + "/" + part + "_dense/kernel", features, heads, size);
            parts.array(name + "/" + part + "_dense/bias", heads, size);
        }
        parts.array(name + "/output_dense/kernel", heads, value, features);
        parts.array(name + "/output_dense/bias", features);
        parts.add(new AttentionLayer.MultiHeadAttention(name, false, heads, heads, key, value, true, false, 0,
                AttentionLayer.Blind.MEAN, true), List.of(steps, features), QUERY_AND_VALUE, node, node);
    }

    /** A convolution, pooling, padding or the like, over all axes but the features. */
    private void window() {
        int rank = parts.shape().size() - 1;
        int size = parts.from(1, 3);
        int stride = parts.random.nextInt(3) == 0 ? 2 : 1;
        int dilation = stride == 1 && parts.random.nextInt(4) == 0 ? 2 : 1;
        WindowLayer.Padding padding = rank == 1 ? parts.one(WindowLayer.Padding.values())
                : parts.one(WindowLayer.Padding.VALID, WindowLayer.Padding.SAME);
        int reach = (size - 1) * dilation + 1;
        if (parts.shape().subList(0, rank).stream().anyMatch(dim -> dim < reach)) {
            padding = WindowLayer.Padding.SAME;
        }
        WindowLayer.Windows windows = new WindowLayer.Windows(Collections.nCopies(rank, size),
                Collections.nCopies(rank, stride), Collections.nCopies(rank, dilation), padding);
        List<Integer> to = new ArrayList<>();
        for (int dim : parts.shape().subList(0, rank)) {
            to.add(padding == WindowLayer.Padding.VALID ? (dim - reach) / stride + 1 : (dim + stride - 1) / stride);
        }
        int features = parts.features();
        String name = parts.name("window");
        int filters = parts.from(1, 24);
        int[] kernel = new int[rank + 2];
        Arrays.fill(kernel, 0, rank, size);
        kernel[rank] = features;
        switch (parts.random.nextInt(6)) {
            case 0, 1 -> {
                kernel[rank + 1] = filters;
                parts.array(name + "/kernel", kernel);
                parts.array(name + "/bias", filters);
                to.add(filters);
                parts.add(new WindowLayer.Conv(name, filters, windows, 1, activation(), true, false), to);
            }
            case 2 -> {
                kernel[rank + 1] = 2;
                parts.array(name + "/kernel", kernel);
                parts.array(name + "/bias", 2 * features);
                to.add(2 * features);
                parts.add(new WindowLayer.DepthwiseConv(name, 2, windows, activation(), true, false), to);
            }
            case 3 -> {
                kernel[rank + 1] = 1;
                parts.array(name + "/depthwise_kernel", kernel);
                int[] pointwise = new int[rank + 2];
                Arrays.fill(pointwise, 1);
                pointwise[rank] = features;
                pointwise[rank + 1] = filters;
                parts.array(name + "/pointwise_kernel", pointwise);
                parts.array(name + "/bias", filters);
                to.add(filters);
                parts.add(new WindowLayer.SeparableConv(name, filters, 1, windows, activation(), true, false), to);
            }
            case 4 -> {
                List<Integer> larger = new ArrayList<>();
                parts.shape().subList(0, rank).forEach(dim -> larger.add(2 * dim));
                larger.add(features);
                parts.add(new ReshapingLayer.UpSampling(name, Collections.nCopies(rank, 2), false, false), larger);
            }
            default -> {
                if (padding == WindowLayer.Padding.CAUSAL || dilation > 1) {
                    return;
                }
                to.add(features);
                parts.add(new WindowLayer.Pooling(name, parts.one(WindowLayer.PoolOp.values()), windows, false), to);
            }
        }
    }

    /** Adds the newest value to an earlier one of its shape, or puts them side by side. */
    private void join() {
        int newest = parts.newest();
        for (int node = newest - 1; node > 0; node--) {
            List<Integer> other = parts.shape(node);
            if (other.equals(parts.shape())) {
                parts.add(new MergingLayer.Merge(parts.name("merge"), parts.one(MergingLayer.MergeOp.ADD,
                        MergingLayer.MergeOp.MULTIPLY, MergingLayer.MergeOp.AVERAGE, MergingLayer.MergeOp.MAXIMUM),
                        false), other, node, newest);
                return;
            }
            if (other.subList(0, other.size() - 1).equals(parts.shape().subList(0, parts.shape().size() - 1))) {
                parts.add(new MergingLayer.Concatenate(parts.name("concat"), -1),
                        parts.withFeatures(other.getLast() + parts.features()), node, newest);
                return;
            }
        }
    }

    /** An operation along an axis that keeps the shape. */
    private void along() {
        int axis = parts.from(1, parts.shape().size());
        parts.add(coin() ? new AxisOperation.Cumulate(parts.name("cumulate"), Operation.ReduceOp.SUM, axis, coin(),
                coin()) : new AxisOperation.Sort(parts.name("sort"), axis, coin(), false), parts.shape());
    }

    private void reduce() {
        if (parts.shape().size() < 2) {
            return;
        }
        int axis = parts.from(1, parts.shape().size());
        List<Integer> shape = new ArrayList<>(parts.shape());
        shape.remove(axis - 1);
        parts.add(new Operation.Reduce(parts.name("reduce"), parts.one(Operation.ReduceOp.SUM, Operation.ReduceOp.MEAN,
                Operation.ReduceOp.MAX, Operation.ReduceOp.VAR, Operation.ReduceOp.STD, Operation.ReduceOp.NORM,
                Operation.ReduceOp.LOGSUMEXP, Operation.ReduceOp.PROD), List.of(axis), false), shape);
    }
}
