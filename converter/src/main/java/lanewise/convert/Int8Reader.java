package lanewise.convert;

import java.util.Set;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import tools.jackson.databind.JsonNode;

/** Reads the layers of models that Keras has quantized: {@code model.quantize("int8")}. */
final class Int8Reader {
    /** What a model with such layers is, for display. */
    static final String NOTE = "its 8-bit weights are held as floats of the same values and multiplied by their scales"
            + " as Keras does";

    private static final Set<String> LAYERS = Set.of("Dense", "Embedding");
    private static final String WAY_OUT = "; save the model before it is quantized,"
            + " and convert it with --weights int16 to make it smaller";

    private Int8Reader() {}

    /** Whether the type of a layer says that it is quantized. */
    static boolean isQuantized(JsonNode dtype) {
        return dtype.path("class_name").asString("").startsWith("Quantized");
    }

    /** Whether the layer is quantized in the one way that can be read. */
    static boolean is(Options o) {
        JsonNode dtype = o.get("dtype");
        return dtype != null && isQuantized(dtype) && mode(dtype).equals("int8");
    }

    private static String mode(JsonNode dtype) {
        return dtype.path("config").path("mode").asString("");
    }

    /** Refuses other quantized layers than those of 8 bits that are read here. */
    static void check(Options o, String className, JsonNode dtype) {
        String mode = mode(dtype);
        String source = dtype.path("config").path("source_name").asString("");
        if (!mode.equals("int8") || !source.equals("float32")) {
            o.problem("is quantized as " + mode + " from " + source + ", supported is int8 from float32" + WAY_OUT);
        } else if (!LAYERS.contains(className)) {
            o.problem("is quantized, supported are quantized " + LAYERS.stream().sorted().toList() + WAY_OUT);
        }
    }

    /**
     * Refuses a quantized layer directly inside another: Keras 3.15 calls it past its own scales there, and gives
     * numbers that nobody wants (keras/src/layers/rnn/time_distributed.py calls {@code layer.call}).
     */
    static void refuseInside(Options o, KerasLayer inner) {
        if (inner.spec() instanceof CoreLayer.Int8Dense || inner.spec() instanceof CoreLayer.Int8Embedding) {
            o.problem("its layer '" + inner.spec().name() + "' is quantized, and Keras runs it without its scales"
                    + " there; call the layer on the sequence itself");
        }
    }

    static LayerSpec dense(Options o, String name) {
        JsonNode config = o.get("quantization_config");
        JsonNode quantizer = config == null ? null : config.path("config").path("activation_quantizer");
        float limit = 127;
        float epsilon = 1e-7f;
        if (quantizer != null && quantizer.isNull()) {
            // only the weights are rounded
            limit = 0;
        } else if (quantizer != null) {
            JsonNode options = quantizer.path("config");
            JsonNode range = options.path("value_range");
            limit = (float) range.path(1).asDouble(0);
            epsilon = (float) options.path("epsilon").asDouble(0);
            if (!quantizer.path("class_name").asString("").equals("AbsMaxQuantizer") || limit <= 0 || limit > 127
                    || range.path(0).asDouble(0) > -limit
                    || !options.path("output_dtype").asString("").equals("int8")) {
                o.problem("its activation_quantizer is " + quantizer
                        + ", expected an AbsMaxQuantizer to int8" + WAY_OUT);
            }
        }
        return new CoreLayer.Int8Dense(name, o.count("units"), o.activation("activation", Activation.LINEAR),
                o.bool("use_bias", true), limit, epsilon);
    }

    static LayerSpec embedding(Options o, String name) {
        return new CoreLayer.Int8Embedding(name, o.count("input_dim"), o.count("output_dim"),
                o.bool("mask_zero", false));
    }
}
