package lanewise.convert;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Translates a layer config of Keras 1 to the option names of Keras 2, so that one reader serves both. */
final class Keras1 {
    private static final Map<String, String> CLASSES = Map.of("Convolution1D", "Conv1D", "Convolution2D", "Conv2D",
            "AtrousConvolution1D",
            "Conv1D", "AtrousConvolution2D", "Conv2D", "SeparableConvolution2D", "SeparableConv2D",
            // a Dense of Keras 2 runs on each step
            "TimeDistributedDense", "Dense");
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("inner_activation", "recurrent_activation"),
            Map.entry("bias", "use_bias"), Map.entry("p", "rate"), Map.entry("nb_filter", "filters"),
            Map.entry("filter_length", "kernel_size"),
            Map.entry("border_mode", "padding"), Map.entry("subsample_length", "strides"),
            Map.entry("subsample", "strides"),
            Map.entry("pool_length", "pool_size"), Map.entry("stride", "strides"),
            Map.entry("atrous_rate", "dilation_rate"),
            Map.entry("sigma", "stddev"), Map.entry("concat_axis", "axis"), Map.entry("length", "size"));
    /** Options for initialization and training. */
    private static final Set<String> TRAINING = Set.of("init", "inner_init", "forget_bias_init", "W_regularizer",
            "U_regularizer",
            "b_regularizer", "gamma_regularizer", "beta_regularizer", "W_constraint", "U_constraint", "b_constraint",
            "W_learning_rate_multiplier",
            "b_learning_rate_multiplier", "weights", "input_dtype", "consume_less", "dropout_W", "dropout_U", "dropout",
            "input_length",
            "gamma_init", "beta_init", "create_input_layer");
    private static final Map<String, String> MERGES = Map.of("sum", "Add", "mul", "Multiply", "ave", "Average", "max",
            "Maximum",
            "concat", "Concatenate", "dot", "Dot");

    /** Keras 2's {@code implementation} of recurrent layers whose gates' arrays are one array. */
    static final int GATES_JOINED = 2;

    private Keras1() {}

    /** The entry with the names of Keras 2; an option without such a name stays, and is refused by the reader. */
    static JsonNode translate(JsonNode entry) {
        if (!entry.isObject() || !entry.path("config").isObject()) {
            return entry;
        }
        ObjectNode translated = JsonNodeFactory.instance.objectNode();
        entry.propertyNames().forEach(key -> translated.set(key, entry.get(key)));
        String className = entry.path("class_name").asString("");
        JsonNode config = entry.path("config");
        String mode = config.path("mode").asString("");
        boolean merge = className.equals("Merge") && MERGES.containsKey(mode);
        translated.put("class_name", merge ? MERGES.get(mode) : CLASSES.getOrDefault(className, className));
        translated.set("config", options(className, config, merge ? mode : null));
        return translated;
    }

    private static ObjectNode options(String className, JsonNode config, String mergeMode) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        boolean embedding = className.equals("Embedding");
        for (String key : config.propertyNames()) {
            JsonNode value = config.get(key);
            if (key.equals("consume_less") && value.asString("").equals("gpu")) {
                // the number that Keras 2 has for it
                options.put("implementation", GATES_JOINED);
            } else if (TRAINING.contains(key) || key.equals("input_dim") && !embedding) {
                continue;
            } else if (key.equals("output_dim") && !embedding) {
                options.set("units", value);
            } else if (key.equals("dim_ordering")) {
                if (!value.asString("").equals("default")) {
                    options.put("data_format", value.asString("").equals("th") ? "channels_first" : "channels_last");
                }
            } else if (key.equals("nb_row") || key.equals("nb_col")) {
                ArrayNode size = options.putArray("kernel_size");
                size.add(config.path("nb_row").asInt(0)).add(config.path("nb_col").asInt(0));
            } else if (key.equals("mode") && className.equals("BatchNormalization") && value.asInt(-1) == 0) {
                // 0 is what later Keras does
                continue;
            } else {
                options.set(NAMES.getOrDefault(key, key), value);
            }
        }
        return mergeMode == null ? options : merged(mergeMode, options);
    }

    /** Keeps of a Merge layer's options those that its mode takes. */
    private static ObjectNode merged(String mode, ObjectNode options) {
        if (mode.equals("dot")) {
            options.set("axes", options.path("dot_axes"));
        }
        if (!mode.equals("concat")) {
            options.remove("axis");
        }
        List.of("mode", "mode_type", "output_shape_type", "output_mask_type", "dot_axes").forEach(options::remove);
        // how shapes and masks are found is Keras's own code; anything here would be a function, and is left for the
        // reader to refuse
        for (String key : List.of("output_shape", "output_mask", "arguments", "layers")) {
            JsonNode value = options.get(key);
            if (value == null || value.isNull() || value.isContainer() && value.isEmpty()) {
                options.remove(key);
            }
        }
        return options;
    }
}
