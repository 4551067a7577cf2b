package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;
import tools.jackson.databind.JsonNode;

/**
 * Turns the config of a layer into its record: one case per class of Keras. What can't be run exactly becomes a problem, and the
 * layer an identity, so that reading goes on and finds the other problems.
 */
final class LayerReader {
    private static final Set<String> IDENTITIES = Set.of("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
            "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity");
    private static final Set<String> RECURRENT = Set.of("SimpleRNN", "LSTM", "GRU", "RNN");

    private final Problems problems;
    private final int kerasMajor;

    LayerReader(Problems problems, int kerasMajor) {
        this.problems = problems;
        this.kerasMajor = kerasMajor;
    }

    int kerasMajor() {
        return kerasMajor;
    }

    Problems problems() {
        return problems;
    }

    /** Whether the class is a model, whose layers {@link GraphReader} reads. */
    static boolean isModel(String className) {
        return Set.of("Functional", "Model", "Sequential").contains(className);
    }

    /**
     * Reads a layer.
     *
     * @param prefix path of what holds it, ending in a slash, or empty
     * @param entry  an object with class_name and config
     */
    KerasLayer read(String prefix, JsonNode entry) {
        String className = entry.path("class_name").asString("");
        JsonNode config = entry.path("config");
        if (isModel(className)) {
            return new GraphReader(this).nested(prefix, entry);
        }
        String name = config.path("name").asString(KerasLayer.snakeCase(className));
        String path = prefix + name;
        if (!config.isObject()) {
            problems.add(path, className, "has no config");
            return layer(className, new LayerSpec.Identity(name, className), true, List.of());
        }
        Options o = new Options(problems, path, className, config, kerasMajor);
        boolean trainable = o.bool("trainable", true);
        checkDtype(o, className);
        o.ignore("batch_input_shape", "seed", "quantization_config", "activity_regularizer");
        KerasLayer layer = read(o, className, name, path, trainable);
        o.finish();
        return layer;
    }

    private KerasLayer read(Options o, String className, String name, String path, boolean trainable) {
        if (RECURRENT.contains(className)) {
            return recurrent(o, className, name, path, trainable);
        }
        List<KerasLayer> inner = new ArrayList<>();
        LayerSpec spec = switch (className) {
            case "InputLayer" -> inputLayer(o, name);
            case "Embedding" -> {
                o.ignore("input_length", "lora_rank", "lora_alpha");
                o.require("sparse", "false", "");
                yield new CoreLayer.Embedding(name, o.count("input_dim"), o.count("output_dim"), o.bool("mask_zero", false));
            }
            case "Masking" -> new CoreLayer.Masking(name, o.number("mask_value", 0f));
            case "Dense" -> {
                o.ignore("input_dim", "lora_rank", "lora_alpha");
                yield new CoreLayer.Dense(name, o.count("units"), o.activation("activation", Activation.LINEAR),
                        o.bool("use_bias", true));
            }
            case "Activation" -> new CoreLayer.Activate(name, o.activation("activation", Activation.LINEAR));
            case "ReLU" -> new CoreLayer.ReLU(name, o.number("max_value", Float.POSITIVE_INFINITY),
                    o.number("negative_slope", 0f), o.number("threshold", 0f));
            case "LeakyReLU" -> new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY,
                    o.number(o.has("alpha") ? "alpha" : "negative_slope", 0.3f), 0f);
            case "ELU" -> new CoreLayer.ELU(name, o.number("alpha", 1f));
            case "PReLU" -> new CoreLayer.PReLU(name, o.integers("shared_axes"));
            case "Softmax" -> new CoreLayer.Softmax(name, o.has("axis") ? o.integers("axis") : List.of(-1));
            case "Bidirectional" -> bidirectional(o, name, path, inner);
            case "TimeDistributed" -> timeDistributed(o, name, path, inner);
            case "Flatten" -> {
                o.require("data_format", "channels_last", "");
                yield new ReshapingLayer.Flatten(name);
            }
            case "Reshape" -> new ReshapingLayer.Reshape(name, shape(o, "target_shape"));
            case "Permute" -> new ReshapingLayer.Permute(name, o.integers("dims"));
            case "RepeatVector" -> new ReshapingLayer.RepeatVector(name, o.count("n"));
            case "Concatenate" -> new MergingLayer.Concatenate(name, o.has("axis") ? o.integer("axis") : -1);
            case "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum" ->
                    new MergingLayer.Merge(name, MergingLayer.MergeOp.valueOf(className.toUpperCase(Locale.ROOT)), kerasMajor >= 3);
            case "Dot" -> {
                List<Integer> axes = o.integers("axes");
                if (axes.isEmpty() || axes.size() > 2) {
                    o.problem("option 'axes' is " + axes + ", expected one or two integers");
                    axes = List.of(-1);
                }
                yield new MergingLayer.Dot(name, axes.getFirst(), axes.getLast(), o.bool("normalize", false));
            }
            case "BatchNormalization" -> {
                o.ignore("momentum", "synchronized", "renorm", "renorm_clipping", "renorm_momentum", "fused", "virtual_batch_size");
                List<Integer> axis = o.integers("axis");
                if (axis.size() > 1) {
                    o.problem("option 'axis' is " + axis + ", expected one axis");
                }
                yield new NormalizationLayer.BatchNormalization(name, axis.isEmpty() ? -1 : axis.getFirst(), o.number("epsilon", 1e-3f),
                        o.bool("center", true), o.bool("scale", true));
            }
            case "LayerNormalization" -> {
                o.require("rms_scaling", "false", "");
                yield new NormalizationLayer.LayerNormalization(name, o.has("axis") ? o.integers("axis") : List.of(-1),
                        o.number("epsilon", 1e-3f), o.bool("center", true), o.bool("scale", true));
            }
            case "Conv1D" -> conv(o, name);
            case "MaxPooling1D", "AveragePooling1D" -> {
                o.require("data_format", "channels_last", "; put a Permute layer before and after it");
                int size = o.count("pool_size", 2);
                WindowLayer.Padding padding = o.choice("padding", WindowLayer.Padding.VALID, WindowLayer.Padding.class);
                yield new WindowLayer.Pooling1D(name, pool(className), size, o.count("strides", size), padding);
            }
            case "GlobalMaxPooling1D", "GlobalAveragePooling1D" -> {
                o.require("data_format", "channels_last", "; put a Permute layer before it");
                yield new WindowLayer.GlobalPooling1D(name, pool(className), o.bool("keepdims", false));
            }
            default -> other(o, className, name);
        };
        return layer(className, spec, trainable, inner);
    }

    private LayerSpec other(Options o, String className, String name) {
        if (IDENTITIES.contains(className)) {
            o.ignore("rate", "noise_shape", "stddev", "l1", "l2", "data_format");
            return new LayerSpec.Identity(name, className);
        }
        if (className.equals("Lambda")) {
            o.problem("holds Python code, which can't be run here; replace it by layers or operations of Keras and save again");
        } else {
            o.problem("the class " + className + " is not supported here; replace it by layers of Keras that are, or leave it to "
                    + "the code around the model");
        }
        // its options mean nothing without the class
        o.ignore(o.keys());
        return new LayerSpec.Identity(name, className);
    }

    private static KerasLayer layer(String className, LayerSpec spec, boolean trainable, List<KerasLayer> inner) {
        return new KerasLayer(className, spec, trainable, inner);
    }

    private static WindowLayer.PoolOp pool(String className) {
        return className.contains("Max") ? WindowLayer.PoolOp.MAX : WindowLayer.PoolOp.AVERAGE;
    }

    /** Refuses number formats in which Keras computes other values than in float32. */
    private void checkDtype(Options o, String className) {
        JsonNode dtype = o.get("dtype");
        if (dtype == null || className.equals("InputLayer")) {
            return;
        }
        String policy = dtype.isString() ? dtype.stringValue() : dtype.path("config").path("name").asString("");
        String policyClass = dtype.isString() ? "DTypePolicy" : dtype.path("class_name").asString("");
        // some layers of integers (Embedding's input) are written with the type of their input
        if (!policyClass.equals("DTypePolicy") && !policyClass.equals("Policy") || !Set.of("float32", "int32", "int64", "bool").contains(policy)) {
            o.problem("option 'dtype' is " + (policy.isEmpty() ? dtype.toString() : policy)
                    + ", supported is float32; convert the model with keras.config.set_dtype_policy('float32') and save again");
        }
    }

    private static Shape shape(Options o, String key) {
        List<Integer> dims = new ArrayList<>();
        JsonNode value = o.get(key);
        if (value == null || !value.isArray()) {
            o.problem("option '" + key + "' is " + value + ", expected a list of sizes");
            return Shape.of();
        }
        for (JsonNode dim : value) {
            if (!dim.isNull() && (!dim.isIntegralNumber() || dim.intValue() < Shape.ANY)) {
                o.problem("option '" + key + "' is " + value + ", expected sizes");
                return Shape.of();
            }
            dims.add(dim.isNull() ? Shape.ANY : dim.intValue());
        }
        return new Shape(dims);
    }

    private LayerSpec inputLayer(Options o, String name) {
        o.require("sparse", "false", "");
        o.require("ragged", "false", "");
        o.require("optional", "false", "");
        String key = o.has("batch_shape") ? "batch_shape" : "batch_input_shape";
        return new LayerSpec.InputLayer(name, shape(o, key), dtype(o.string("dtype", "float32"), o));
    }

    private static DType dtype(String name, Options o) {
        return switch (name) {
            case "float32" -> DType.FLOAT32;
            case "int8", "int16", "int32", "int64", "uint8", "uint16" -> DType.INT32;
            case "bool" -> DType.BOOL;
            case "string" -> DType.STRING;
            default -> {
                o.problem("option 'dtype' is " + name + ", supported are float32, integers, bool");
                yield DType.FLOAT32;
            }
        };
    }

    private LayerSpec conv(Options o, String name) {
        o.require("data_format", "channels_last", "; put a Permute layer before and after it");
        o.require("groups", "1", "");
        WindowLayer.Padding padding = o.choice("padding", WindowLayer.Padding.VALID, WindowLayer.Padding.class);
        return new WindowLayer.Conv1D(name, o.count("filters"), o.count("kernel_size"), o.count("strides", 1), padding,
                o.count("dilation_rate", 1), o.activation("activation", Activation.LINEAR), o.bool("use_bias", true));
    }

    private KerasLayer recurrent(Options o, String className, String name, String path, boolean trainable) {
        List<KerasLayer> cells = new ArrayList<>();
        if (className.equals("RNN")) {
            JsonNode cell = o.get("cell");
            JsonNode stacked = cell == null ? null : cell.path("config").get("cells");
            if (stacked != null && cell.path("class_name").asString("").equals("StackedRNNCells")) {
                for (int i = 0; i < stacked.size(); i++) {
                    cells.add(cell(path, stacked.get(i), "cell_" + i, trainable));
                }
            } else {
                cells.add(cell(path, cell, "cell", trainable));
            }
        } else {
            cells.add(layer(className + "Cell", cell(o, className, "cell"), trainable, List.of()));
        }
        // time_major and input_length are of Keras 2; unrolling changes no value
        o.ignore("implementation", "unroll", "use_cudnn", "input_length", "input_dim");
        o.require("time_major", "false", "; put a Permute layer before and after it");
        RecurrentLayer.Rnn rnn = new RecurrentLayer.Rnn(name, cells.stream().map(c -> (RecurrentLayer.Cell) c.spec()).toList(),
                o.bool("return_sequences", false), o.bool("return_state", false), o.bool("go_backwards", false),
                o.bool("stateful", false), o.bool("zero_output_for_mask", false));
        return layer(className, rnn, trainable, cells);
    }

    private KerasLayer cell(String path, JsonNode entry, String name, boolean trainable) {
        String className = entry == null ? "" : entry.path("class_name").asString("");
        JsonNode config = entry == null ? null : entry.get("config");
        String kind = className.endsWith("Cell") ? className.substring(0, className.length() - 4) : "";
        if (config == null || !RECURRENT.contains(kind) || kind.equals("RNN")) {
            problems.add(path, "RNN", "its cell is of the class " + className + ", supported are SimpleRNNCell, LSTMCell, GRUCell "
                    + "and StackedRNNCells of these");
            return layer(className, new RecurrentLayer.SimpleRnnCell(name, 1, Activation.LINEAR, false), trainable, List.of());
        }
        Options o = new Options(problems, path + "/" + name, className, config, kerasMajor);
        checkDtype(o, className);
        o.ignore("trainable", "seed", "implementation");
        RecurrentLayer.Cell cell = cell(o, kind, name);
        o.finish();
        return layer(className, cell, trainable, List.of());
    }

    private RecurrentLayer.Cell cell(Options o, String kind, String name) {
        o.ignore("dropout", "recurrent_dropout", "unit_forget_bias");
        int units = o.count("units");
        Activation activation = o.activation("activation", Activation.TANH);
        boolean useBias = o.bool("use_bias", true);
        if (kind.equals("SimpleRNN")) {
            return new RecurrentLayer.SimpleRnnCell(name, units, activation, useBias);
        }
        Activation usual = kerasMajor < 3 ? Activation.HARD_SIGMOID_KERAS_2 : Activation.SIGMOID;
        Activation recurrent = o.activation("recurrent_activation", usual);
        return kind.equals("LSTM") ? new RecurrentLayer.LstmCell(name, units, activation, recurrent, useBias)
                : new RecurrentLayer.GruCell(name, units, activation, recurrent, useBias, o.bool("reset_after", kerasMajor >= 3));
    }

    private LayerSpec bidirectional(Options o, String name, String path, List<KerasLayer> inner) {
        KerasLayer forward = recurrentInside(o, "layer", path);
        KerasLayer backward = o.has("backward_layer") ? recurrentInside(o, "backward_layer", path) : null;
        o.ignore("backward_layer", "merge_mode");
        RecurrentLayer.MergeMode merge = o.isNull("merge_mode") ? RecurrentLayer.MergeMode.NONE
                : o.choice("merge_mode", RecurrentLayer.MergeMode.CONCAT, RecurrentLayer.MergeMode.class);
        if (forward == null || o.has("backward_layer") && backward == null) {
            return new LayerSpec.Identity(name, "Bidirectional");
        }
        RecurrentLayer.Rnn f = (RecurrentLayer.Rnn) forward.spec();
        if (backward == null) {
            // Keras 2 files hold one layer; the other is its mirror image
            RecurrentLayer.Rnn b = new RecurrentLayer.Rnn("backward_" + f.name(), f.cells(), f.returnSequences(), f.returnState(),
                    !f.goBackwards(), f.stateful(), f.zeroOutputForMask());
            backward = layer(forward.className(), b, forward.trainable(), forward.inner());
        }
        inner.add(forward);
        inner.add(backward);
        return new RecurrentLayer.Bidirectional(name, f, (RecurrentLayer.Rnn) backward.spec(), merge);
    }

    private KerasLayer recurrentInside(Options o, String key, String path) {
        JsonNode entry = o.get(key);
        KerasLayer layer = entry == null ? null : read(path + "/", entry);
        if (layer == null || !(layer.spec() instanceof RecurrentLayer.Rnn)) {
            o.problem("its " + key + " is of the class " + (layer == null ? "none" : layer.className())
                    + ", expected a recurrent layer");
            return null;
        }
        return layer;
    }

    private LayerSpec timeDistributed(Options o, String name, String path, List<KerasLayer> inner) {
        JsonNode entry = o.get("layer");
        if (entry == null) {
            o.problem("has no layer");
            return new LayerSpec.Identity(name, "TimeDistributed");
        }
        KerasLayer layer = read(path + "/", entry);
        inner.add(layer);
        return new RecurrentLayer.TimeDistributed(name, layer.spec());
    }
}
