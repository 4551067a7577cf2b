package lanewise.convert;

import java.util.Set;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import tools.jackson.databind.JsonNode;

/** Reads the layers of models that Keras has quantized: {@code model.quantize("int8")}. */
final class Int8Reader {
    /** What a model with such layers is, for display. */
    static final String NOTE = "its 8-bit weights are held as floats of the same values and multiplied by their scales"
            + " as Keras does";

    private static final Set<String> LAYERS = Set.of("Dense", "EinsumDense", "Embedding");
    static final String WAY_OUT = "; save the model before it is quantized,"
            + " and convert it with --weights int16 to make it smaller";

    private Int8Reader() {}

    /** Whether the type of a layer says that it is quantized. */
    static boolean isQuantized(JsonNode dtype) {
        return dtype.path("config").has("source_name");
    }

    /** Whether the layer is quantized in the one way that can be read. */
    private static boolean is(Options o) {
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
        if (!dtype.path("class_name").asString("").equals("QuantizedDTypePolicy") || !mode.equals("int8")
                || !source.equals("float32")) {
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
        if (isQuantized(inner.spec())) {
            o.problem("its layer '" + inner.spec().name() + "' is quantized, and Keras runs it without its scales"
                    + " there; call the layer on the sequence itself");
        }
    }

    private static boolean isQuantized(LayerSpec layer) {
        return layer instanceof CoreLayer.Int8Dense || layer instanceof CoreLayer.Int8EinsumDense
                || layer instanceof CoreLayer.Int8Embedding;
    }

    /** Whether an array of a layer is stored as integers of 8 bits. */
    static boolean isBytes(LayerSpec layer, String role) {
        return isQuantized(layer) && (role.equals("kernel") || role.equals("embeddings"));
    }

    /** How inputs are rounded: to integers up to a limit, 0 for none. */
    private record Rounding(float limit, float epsilon) {}

    private static Rounding rounding(Options o) {
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
        return new Rounding(limit, epsilon);
    }

    /** Rounded as a layer of floats would not be. */
    static LayerSpec of(Options o, LayerSpec floats) {
        if (!is(o)) {
            return floats;
        }
        return switch (floats) {
            case CoreLayer.Dense l -> {
                Rounding r = rounding(o);
                yield new CoreLayer.Int8Dense(l.name(), l.units(), l.activation(), l.useBias(), r.limit, r.epsilon);
            }
            case CoreLayer.EinsumDense l -> {
                Rounding r = rounding(o);
                yield new CoreLayer.Int8EinsumDense(l.name(), l.equation(), l.biasAxes(), l.activation(), r.limit,
                        r.epsilon);
            }
            case CoreLayer.Embedding l ->
                new CoreLayer.Int8Embedding(l.name(), l.inputDim(), l.outputDim(), l.maskZero());
            // refused by check
            default -> floats;
        };
    }
}
