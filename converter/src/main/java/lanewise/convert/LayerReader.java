package lanewise.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import lanewise.files.Json;
import lanewise.options.CustomLayers;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * Turns the config of a layer into its record: one case per class of Keras, here or in the reader of its kind. What
 * can't be run exactly becomes a problem, and the layer an identity, so that reading goes on and finds the other
 * problems.
 */
final class LayerReader {
    private static final Set<String> IDENTITIES = Set.of("Dropout", "SpatialDropout1D", "SpatialDropout2D",
            "SpatialDropout3D",
            "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity");
    /** Number formats that layers may compute in; here all of them are computed in float32. */
    private static final Set<String> POLICIES = Set.of("float32", "float16", "bfloat16", "float64", "mixed_float16",
            "mixed_bfloat16",
            "int32", "int64", "bool", "string");

    /** Class names of tf.keras 1.13 to 2.1. */
    private static final Map<String, String> OTHER_NAMES = Map.of("BatchNormalizationV1", "BatchNormalization",
            "BatchNormalizationV2",
            "BatchNormalization", "UnifiedLSTM", "LSTM", "UnifiedGRU", "GRU", "LSTMV2", "LSTM", "GRUV2", "GRU");

    /** Modules that hold Keras's classes: those of Keras 3, of Keras 2, and of it inside of TensorFlow. */
    private static final Pattern KERAS_MODULE = Pattern.compile("(tf_)?keras(\\..+)?|tensorflow(\\..+)?");

    private final Problems problems;
    private final WholeModel whole = new WholeModel();
    private final int kerasMajor;
    private final boolean longIntegers;
    private final CustomLayers custom;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();
    private final Vocabularies vocabularies = new Vocabularies();

    /**
     * Starts with nothing read.
     *
     * @param problems     takes what can't be run
     * @param kerasMajor   major version of the Keras that wrote the model
     * @param longIntegers whether some layer looks at integers of 64 bits; all others take 32
     * @param custom       custom layers
     */
    LayerReader(Problems problems, int kerasMajor, boolean longIntegers, CustomLayers custom) {
        this.custom = custom;
        this.problems = problems;
        this.kerasMajor = kerasMajor;
        this.longIntegers = longIntegers;
    }

    int kerasMajor() {
        return kerasMajor;
    }

    Problems problems() {
        return problems;
    }

    /** Arrays that the config contains, as weights by path and role. */
    Map<String, TensorData> arrays() {
        return arrays;
    }

    /** What the config says about the words of lookup layers. */
    Vocabularies vocabularies() {
        return vocabularies;
    }

    /** Whether the class is a model, whose layers {@link GraphReader} reads. */
    static boolean isModel(String className) {
        return Set.of("Functional", "Model", "Sequential").contains(className);
    }

    /** Whether a class is registered by a user, or of another module: none of Keras, whatever its name. */
    static boolean isForeign(JsonNode entry) {
        JsonNode module = entry.get("module");
        return entry.path("registered_name").asString("").contains(">")
                || module != null && !KERAS_MODULE.matcher(module.asString("")).matches();
    }

    /** What only the whole model shows. */
    WholeModel whole() {
        return whole;
    }

    /**
     * Reads a layer.
     *
     * @param prefix path of what holds it, ending in a slash, or empty
     * @param given  an object with class_name and config
     */
    KerasLayer read(String prefix, JsonNode given) {
        JsonNode entry = kerasMajor == 1 ? Keras1.translate(given) : given;
        String written = entry.path("class_name").asString("");
        String className = OTHER_NAMES.getOrDefault(written, written);
        JsonNode config = entry.path("config");
        if (isModel(className) && !isForeign(entry)) {
            return new GraphReader(this).nested(prefix, entry);
        }
        String name = config.path("name").asString(KerasLayer.snakeCase(className));
        String path = prefix + name;
        if (!config.isObject()) {
            problems.add(path, className, "has no config");
            return layer(className, new LayerSpec.Identity(name, className), true, List.of());
        }
        String registered = entry.path("registered_name").asString("");
        Optional<CustomLayers.Kind> own = custom.find(className, registered);
        if (own.isEmpty() && isForeign(entry)) {
            problems.add(path, className, "is a custom class"
                    + (registered.contains(">") ? ", registered as " + registered
                            : " of the module " + entry.get("module"))
                    + ", though Keras may have one of this name;"
                    + " replace it by layers of Keras, or give the importer a CustomLayer for it");
            return layer(className, new LayerSpec.Identity(name, className), true, List.of());
        }
        if (own.isPresent()) {
            LayerSpec spec = new LayerSpec.Custom(name, className, registered, config.toString(), own.get().weights());
            return layer(className, spec, config.path("trainable").asBoolean(true), List.of());
        }
        Options o = Options.ofLayer(problems, path, className, config, kerasMajor);
        boolean trainable = o.trainable();
        checkDtype(o, className);
        o.seed();
        o.ignore("seed", "batch_input_shape", "quantization_config", "activity_regularizer");
        KerasLayer layer = read(o, className, name, path, trainable);
        o.finish();
        return layer;
    }

    private KerasLayer read(Options o, String className, String name, String path, boolean trainable) {
        if (RecurrentReader.knows(className)) {
            return new RecurrentReader(this).read(o, className, name, path, trainable);
        } else if (className.equals("SpectralNormalization")) {
            return spectral(o, name, path, trainable);
        }
        LayerSpec spec = WindowReader.read(o, className, name);
        if (spec == null) {
            spec = new PreprocessingReader(arrays, vocabularies, path).read(o, className, name);
        }
        if (spec == null) {
            spec = core(o, className, name);
        }
        return layer(className, spec, trainable, List.of());
    }

    private LayerSpec core(Options o, String className, String name) {
        return switch (className) {
            case "InputLayer" -> inputLayer(o, name);
            case "Embedding" -> {
                o.ignore("input_length", "lora_rank", "lora_alpha");
                o.require("sparse", "false", "");
                boolean maskZero = o.bool("mask_zero", false);
                whole.masked(maskZero);
                yield Int8Reader.of(o,
                        new CoreLayer.Embedding(name, o.count("input_dim"), o.count("output_dim"), maskZero));
            }
            case "Masking" -> {
                whole.masked(true);
                yield new CoreLayer.Masking(name, o.number("mask_value", 0f));
            }
            case "Dense" -> {
                o.ignore("input_dim", "lora_rank", "lora_alpha");
                yield Int8Reader.of(o, new CoreLayer.Dense(name, o.count("units"),
                        o.activation("activation", Activation.LINEAR), o.bool("use_bias", true)));
            }
            case "EinsumDense" -> {
                o.ignore("output_shape", "lora_rank", "lora_alpha", "gptq_unpacked_column_size");
                String biasAxes = o.has("bias_axes") ? o.string("bias_axes", "") : "";
                o.ignore("bias_axes");
                yield Int8Reader.of(o, new CoreLayer.EinsumDense(name, o.string("equation", ""), biasAxes,
                        o.activation("activation", Activation.LINEAR)));
            }
            case "Activation" -> {
                o.required("activation");
                yield new CoreLayer.Activate(name, o.activation("activation", Activation.LINEAR));
            }
            case "ReLU" -> new CoreLayer.ReLU(name,
                    o.has("max_value") ? o.positive("max_value", 0f) : none(o, "max_value"),
                    o.positive("negative_slope", 0f), o.positive("threshold", 0f));
            case "LeakyReLU" -> new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY,
                    o.positive(o.has("alpha") ? "alpha" : "negative_slope", 0.3f), 0f);
            // x * (x > theta)
            case "ThresholdedReLU" ->
                new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY, 0f, Math.nextUp(o.number("theta", 1f)));
            case "ELU" -> new CoreLayer.ELU(name, o.number("alpha", 1f));
            case "PReLU" -> new CoreLayer.PReLU(name, o.integers("shared_axes"));
            case "Softmax" -> new CoreLayer.Softmax(name, o.has("axis") ? o.integers("axis") : List.of(-1));
            case "Flatten" -> new ReshapingLayer.Flatten(name, o.channelsFirst());
            case "Reshape" -> new ReshapingLayer.Reshape(name, shape(o, "target_shape", Shape.ANY));
            case "Permute" -> new ReshapingLayer.Permute(name, o.integers("dims"));
            case "RepeatVector" -> new ReshapingLayer.RepeatVector(name, o.count("n"));
            case "Concatenate" -> new MergingLayer.Concatenate(name, o.has("axis") ? o.integer("axis") : -1);
            case "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum" ->
                new MergingLayer.Merge(name, MergingLayer.MergeOp.valueOf(className.toUpperCase(Locale.ROOT)),
                        kerasMajor >= 3);
            case "Dot" -> {
                List<Integer> axes = o.integers("axes");
                if (axes.isEmpty() || axes.size() > 2) {
                    o.problem("option 'axes' is " + axes + ", expected one or two integers");
                    axes = List.of(-1);
                }
                yield new MergingLayer.Dot(name, axes.getFirst(), axes.getLast(), o.bool("normalize", false));
            }
            case "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention",
                    "GroupedQueryAttention" ->
                attention(o, className, name);
            default -> normalization(o, className, name);
        };
    }

    private LayerSpec normalization(Options o, String className, String name) {
        return switch (className) {
            case "BatchNormalization" -> {
                o.numbers("momentum");
                o.ignore("synchronized", "renorm_clipping", "renorm_momentum", "fused", "virtual_batch_size");
                o.require("renorm", "false", ", because renorm keeps more arrays; train without it");
                yield new NormalizationLayer.BatchNormalization(name, o.axis("axis", -1), o.number("epsilon", 1e-3f),
                        o.bool("center", true), o.bool("scale", true));
            }
            case "LayerNormalization" -> {
                o.require("rms_scaling", "false", "; use RMSNormalization");
                yield new NormalizationLayer.LayerNormalization(name, o.has("axis") ? o.integers("axis") : List.of(-1),
                        o.number("epsilon", 1e-3f), o.bool("center", true), o.bool("scale", true));
            }
            case "GroupNormalization" ->
                new NormalizationLayer.GroupNormalization(name, o.has("groups") ? o.integer("groups") : 32,
                        o.axis("axis", -1), o.number("epsilon", 1e-3f), o.bool("center", true), o.bool("scale", true));
            case "RMSNormalization" ->
                new NormalizationLayer.RMSNormalization(name, o.onlyAxis("axis", -1), o.number("epsilon", 1e-6f));
            case "UnitNormalization" ->
                new NormalizationLayer.UnitNormalization(name, o.has("axis") ? o.integers("axis") : List.of(-1));
            case "Rescaling" -> new NormalizationLayer.Rescaling(name, o.numbers("scale", 1f), o.numbers("offset", 0f));
            default -> other(o, className, name);
        };
    }

    private LayerSpec attention(Options o, String className, String name) {
        switch (className) {
            case "Attention" -> {
                o.numbers("dropout");
                o.require("causal", "false", "; call the layer with use_causal_mask=True");
                return new AttentionLayer.Attention(name, o.string("score_mode", "dot").equals("concat"),
                        o.bool("use_scale", false));
            }
            case "AdditiveAttention" -> {
                o.numbers("dropout");
                o.require("causal", "false", "; call the layer with use_causal_mask=True");
                return new AttentionLayer.AdditiveAttention(name, o.bool("use_scale", true));
            }
            default -> {
            }
        }
        float dropout = o.fraction("dropout");
        List<Integer> axes = o.integers("attention_axes");
        if (o.has("attention_axes") && !axes.equals(List.of(1)) && !axes.equals(List.of(-2))) {
            o.problem("option 'attention_axes' is " + axes + ", expected the axis of the steps, 1");
        }
        // what it is follows from the kernel
        o.ignore("output_shape", "flash_attention", "query_shape", "key_shape", "value_shape");
        boolean grouped = className.startsWith("Group");
        int heads = o.count(grouped ? "num_query_heads" : "num_heads");
        int size = o.count(grouped ? "head_dim" : "key_dim");
        int valueSize = grouped || !o.has("value_dim") ? size : o.count("value_dim");
        if (!grouped) {
            o.ignore("value_dim");
        }
        AttentionLayer.Blind blind = kerasMajor < 3 ? AttentionLayer.Blind.MEAN
                : dropout > 0 ? AttentionLayer.Blind.ZERO : AttentionLayer.Blind.ZERO_WITH_SCORES;
        return new AttentionLayer.MultiHeadAttention(name, grouped, heads,
                grouped ? o.count("num_key_value_heads") : heads, size, valueSize, o.bool("use_bias", true),
                o.bool("use_gate", false), o.countOrNone("sliding_window"), blind, !grouped && kerasMajor >= 3);
    }

    private KerasLayer spectral(Options o, String name, String path, boolean trainable) {
        o.count("power_iterations", 1);
        JsonNode entry = o.get("layer");
        if (entry == null) {
            o.problem("has no layer");
            return layer("SpectralNormalization", new LayerSpec.Identity(name, "SpectralNormalization"), trainable,
                    List.of());
        }
        KerasLayer inner = read(path + "/", entry);
        Int8Reader.refuseInside(o, inner);
        return layer("SpectralNormalization", new LayerSpec.SpectralNormalization(name, inner.spec()), trainable,
                List.of(inner));
    }

    private LayerSpec other(Options o, String className, String name) {
        if (IDENTITIES.contains(className)) {
            if (className.contains("Dropout") || className.contains("Noise")) {
                o.required(className.equals("GaussianNoise") ? "stddev" : "rate");
            }
            o.fractions("rate", "stddev");
            o.numbers("l1", "l2");
            o.ignore("noise_shape", "data_format");
            return new LayerSpec.Identity(name, className);
        }
        if (className.equals("Lambda")) {
            o.problem(
                    "holds Python code, which can't be run here; replace it by layers or operations of Keras and "
                            + "save again");
        } else {
            o.problem("the class " + className
                    + " is not supported here; replace it by layers of Keras that are, leave it to "
                    + "the code around the model, or give the importer a CustomLayer for it");
        }
        // its options mean nothing without the class
        o.ignore(o.keys());
        return new LayerSpec.Identity(name, className);
    }

    static KerasLayer layer(String className, LayerSpec spec, boolean trainable, List<KerasLayer> inner) {
        return new KerasLayer(className, spec, trainable, inner);
    }

    /** What stands for no limit. */
    private static float none(Options o, String key) {
        o.ignore(key);
        return Float.POSITIVE_INFINITY;
    }

    /** Refuses number formats that are not floats of some width: quantized ones. */
    void checkDtype(Options o, String className) {
        JsonNode dtype = o.get("dtype");
        if (dtype == null || className.equals("InputLayer")) {
            return;
        } else if (Int8Reader.isQuantized(dtype)) {
            Int8Reader.check(o, className, dtype);
            return;
        }
        String policy = dtype.isString() ? dtype.stringValue() : dtype.path("config").path("name").asString("");
        String policyClass = dtype.isString() ? "DTypePolicy" : dtype.path("class_name").asString("");
        // some layers of integers (Embedding's input) are written with the type of their input
        if (!policyClass.equals("DTypePolicy") && !policyClass.equals("Policy") || !POLICIES.contains(policy)) {
            o.problem("option 'dtype' is " + (policy.isEmpty() ? dtype.toString() : policy)
                    + ", supported are " + POLICIES.stream().sorted().toList()
                    + "; convert the model with keras.config.set_dtype_policy('float32') and save again");
        }
    }

    private static Shape shape(Options o, String key, int least) {
        List<Integer> dims = new ArrayList<>();
        JsonNode value = o.get(key);
        if (value == null || !value.isArray()) {
            o.problem("option '" + key + "' is " + value + ", expected a list of sizes");
            return Shape.of();
        }
        for (JsonNode dim : value) {
            if (!dim.isNull() && (!Json.isInt(dim) || dim.intValue() < least)) {
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
        return new LayerSpec.InputLayer(name, shape(o, key, o.isStrict() ? 0 : Shape.ANY),
                dtype(o.has("dtype") ? o.string("dtype", "") : "float32", o));
    }

    private DType dtype(String name, Options o) {
        return switch (name) {
            case "float32", "float16", "bfloat16", "float64" -> DType.FLOAT32;
            case "int64" -> longIntegers ? DType.INT64 : DType.INT32;
            case "int8", "int16", "int32", "uint8", "uint16" -> DType.INT32;
            case "bool" -> DType.BOOL;
            case "string" -> DType.STRING;
            default -> {
                o.problem("option 'dtype' is " + name + ", supported are floats, integers, bool, string");
                yield DType.FLOAT32;
            }
        };
    }
}
