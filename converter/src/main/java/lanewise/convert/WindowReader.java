package lanewise.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lanewise.files.Json;
import lanewise.spec.Activation;
import lanewise.spec.LayerSpec;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.WindowLayer;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.Windows;
import tools.jackson.databind.JsonNode;

/** Reads convolutions, pooling, and layers that pad, cut and stretch the axes that these look at. */
final class WindowReader {
    private static final Pattern CLASS = Pattern
            .compile("(DepthwiseConv|SeparableConv|Conv|MaxPooling|AveragePooling|GlobalMaxPooling"
                    + "|GlobalAveragePooling|ZeroPadding|Cropping|UpSampling)([123])D(Transpose)?");

    private WindowReader() {}

    /** The layer, or null if it is none of these. */
    static LayerSpec read(Options o, String className, String name) {
        Matcher matcher = CLASS.matcher(className);
        if (!matcher.matches() || matcher.group(3) != null && !matcher.group(1).equals("Conv")) {
            return null;
        }
        int rank = Integer.parseInt(matcher.group(2));
        boolean first = o.channelsFirst();
        o.ignore("input_dim", "input_length");
        return switch (matcher.group(1)) {
            case "Conv" -> matcher.group(3) == null ? conv(o, name, rank, first) : transposed(o, name, rank, first);
            case "DepthwiseConv" -> new WindowLayer.DepthwiseConv(name, o.count("depth_multiplier", 1),
                    windows(o, "kernel_size", rank, true),
                    o.activation("activation", Activation.LINEAR), o.bool("use_bias", true), first);
            case "SeparableConv" -> {
                o.require("groups", "1", "");
                yield new WindowLayer.SeparableConv(name, o.count("filters"), o.count("depth_multiplier", 1),
                        windows(o, "kernel_size", rank, true), o.activation("activation", Activation.LINEAR),
                        o.bool("use_bias", true), first);
            }
            case "MaxPooling" ->
                new WindowLayer.Pooling(name, WindowLayer.PoolOp.MAX, windows(o, "pool_size", rank, false), first);
            case "AveragePooling" ->
                new WindowLayer.Pooling(name, WindowLayer.PoolOp.AVERAGE, windows(o, "pool_size", rank, false), first);
            case "GlobalMaxPooling" ->
                new WindowLayer.GlobalPooling(name, WindowLayer.PoolOp.MAX, rank, o.bool("keepdims", false), first);
            case "GlobalAveragePooling" ->
                new WindowLayer.GlobalPooling(name, WindowLayer.PoolOp.AVERAGE, rank, o.bool("keepdims", false), first);
            case "ZeroPadding" -> new ReshapingLayer.ZeroPadding(name, pairs(o, "padding", rank), first);
            case "Cropping" -> new ReshapingLayer.Cropping(name, pairs(o, "cropping", rank), first);
            default -> upSampling(o, name, rank, first);
        };
    }

    /** Pooling as an operation, which says how many axes space has by what it is called with only; null for others. */
    static LayerSpec pool(Options o, String className, String name, int rank) {
        boolean first = o.channelsFirst();
        return rank < 1 || rank > 3 ? null
                : new WindowLayer.Pooling(name, className.equals("MaxPool") ? WindowLayer.PoolOp.MAX
                        : WindowLayer.PoolOp.AVERAGE, windows(o, "pool_size", rank, false), first);
    }

    private static LayerSpec conv(Options o, String name, int rank, boolean first) {
        return new WindowLayer.Conv(name, o.count("filters"), windows(o, "kernel_size", rank, true),
                o.count("groups", 1),
                o.activation("activation", Activation.LINEAR), o.bool("use_bias", true), first);
    }

    private static LayerSpec transposed(Options o, String name, int rank, boolean first) {
        o.require("groups", "1", "");
        Windows windows = windows(o, "kernel_size", rank, true);
        return new WindowLayer.ConvTranspose(name, o.count("filters"), windows,
                o.activation("activation", Activation.LINEAR), o.bool("use_bias", true), first,
                outputPadding(o, windows));
    }

    /** What a transposed convolution adds to its result: a number for each axis, or one for all. */
    private static List<Integer> outputPadding(Options o, Windows windows) {
        String key = "output_padding";
        List<Integer> given = o.integers(key);
        if (!o.has(key)) {
            return List.of();
        }
        List<Integer> added = o.get(key).isArray() || given.isEmpty() ? given
                : Collections.nCopies(windows.rank(), given.getFirst());
        boolean fits = added.size() == windows.rank();
        for (int axis = 0; fits && axis < added.size(); axis++) {
            fits = added.get(axis) >= 0 && added.get(axis) < windows.strides().get(axis);
            if (fits && windows.padding() == Padding.SAME && windows.reach(axis) % 2 + added.get(axis) == 0) {
                o.problem("option '" + key + "' is " + o.get(key) + " with padding same and a window of "
                        + windows.reach(axis) + ", for which TensorFlow finds no size; expected at least 1");
                return List.of();
            }
        }
        if (!fits) {
            o.problem("option '" + key + "' is " + o.get(key) + ", expected " + windows.rank()
                    + " sizes less than the strides " + windows.strides());
            return List.of();
        }
        return added;
    }

    private static LayerSpec upSampling(Options o, String name, int rank, boolean first) {
        String interpolation = o.string("interpolation", "nearest");
        boolean bilinear = interpolation.equals("bilinear") && rank == 2;
        if (!bilinear && !interpolation.equals("nearest")) {
            o.problem("option 'interpolation' is '" + interpolation + "', expected nearest or bilinear");
        }
        return new ReshapingLayer.UpSampling(name, sizes(o, "size", rank, 2), bilinear, first);
    }

    /** Windows of convolution or pooling. */
    static Windows windows(Options o, String size, int rank, boolean convolution) {
        List<Integer> sizes = sizes(o, size, rank, convolution ? 0 : 2);
        if (convolution) {
            // a pool without strides of its own moves by its size
            o.refuseNull("strides", rank + " positive sizes");
        }
        List<Integer> strides = o.has("strides") ? sizes(o, "strides", rank, 1)
                : convolution ? Collections.nCopies(rank, 1) : sizes;
        o.ignore("strides");
        List<Integer> dilation = convolution ? sizes(o, "dilation_rate", rank, 1) : Collections.nCopies(rank, 1);
        if (convolution && Collections.max(strides) > 1 && Collections.max(dilation) > 1) {
            o.problem("has both strides " + strides + " and dilation_rate " + dilation
                    + ", of which Keras takes one above 1 only");
        }
        Padding padding = o.choice("padding", Padding.VALID, Padding.class, convolution);
        boolean causal = rank == 1 && convolution
                && (!o.isStrict() || o.kerasClass().equals("Conv1D") || o.kerasClass().startsWith("ConvLSTM"));
        if (padding == Padding.CAUSAL && !causal) {
            o.problem("option 'padding' is causal, expected valid or same");
        }
        return new Windows(sizes, strides, dilation, padding);
    }

    /** A positive size for each axis, or one for all; a default of 0 stands for none. */
    private static List<Integer> sizes(Options o, String key, int rank, int otherwise) {
        List<Integer> given = o.has(key) || otherwise == 0 ? o.integers(key) : List.of(otherwise);
        o.ignore(key);
        if (otherwise > 0) {
            o.refuseNull(key, rank + " positive sizes");
        }
        boolean list = o.has(key) && o.get(key).isArray();
        List<Integer> sizes = given.size() == 1 && !list ? Collections.nCopies(rank, given.getFirst()) : given;
        if (sizes.size() != rank || sizes.stream().anyMatch(n -> n < 1)) {
            o.problem("option '" + key + "' is " + given + ", expected " + rank + " positive sizes");
            return Collections.nCopies(rank, 1);
        }
        return sizes;
    }

    /** How many before and after along each axis: one number, a number for each axis, or a pair for each. */
    private static List<Integer> pairs(Options o, String key, int rank) {
        JsonNode value = o.get(key);
        List<Integer> pairs = new ArrayList<>();
        if (value != null && Json.isInt(value)) {
            pairs.addAll(Collections.nCopies(2 * rank, value.intValue()));
        } else if (value != null && value.isArray()) {
            for (JsonNode item : value) {
                if (item.isArray()) {
                    item.forEach(n -> pairs.add(Json.isInt(n) ? n.intValue() : -1));
                } else {
                    pairs.addAll(Collections.nCopies(rank == 1 ? 1 : 2, Json.isInt(item) ? item.intValue() : -1));
                }
            }
        } else if (value == null) {
            o.refuseNull(key, "sizes before and after");
            pairs.addAll(Collections.nCopies(2 * rank, 1));
        }
        if (pairs.size() != 2 * rank || pairs.stream().anyMatch(n -> n < 0)) {
            o.problem("option '" + key + "' is " + value + ", expected sizes before and after along " + rank + " axes");
            return Collections.nCopies(2 * rank, 0);
        }
        return pairs;
    }
}
