package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Unsupported;

/**
 * Operators of ONNX Runtime's own domain (docs/ContribOperators.md of ONNX Runtime), which its optimizer and its
 * quantization tools write, as formulas of ONNX's.
 */
final class OnnxMicrosoft {
    private static final String DOMAIN = "com.microsoft";

    private final OnnxNode n;
    private final OnnxFormula f;

    private OnnxMicrosoft(OnnxNode n) {
        this.n = n;
        this.f = new OnnxFormula(n);
    }

    /** Refuses an operator of an unknown domain. */
    static void needDomain(OnnxNode n) {
        if (!n.domain().isEmpty() && !n.domain().equals(DOMAIN)) {
            throw new Unsupported("it is of the domain " + n.domain()
                    + ", supported are ONNX's own operators; export the model with these");
        }
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        String op = n.op();
        if (op.equals("SimplifiedLayerNormalization")) {
            return new OnnxFormula(n).as("RMSNormalization", all(n));
        } else if (!n.domain().equals(DOMAIN)) {
            return null;
        }
        OnnxMicrosoft made = new OnnxMicrosoft(n);
        return switch (op.substring(DOMAIN.length() + 1)) {
            case "Gelu" -> List.of(made.f.op("Gelu", n.in(0)));
            case "BiasGelu" -> List.of(made.f.op("Gelu", made.f.add(n.in(0), n.in(1))));
            case "FastGelu" -> List.of(made.f.call("Gelu").with("approximate", "tanh")
                    .of(n.has(1) ? made.f.add(n.in(0), n.in(1)) : n.in(0)));
            case "QuickGelu" -> {
                OnnxTensor alpha = OnnxFormula.number(n.number("alpha", 1.702f));
                yield List.of(made.f.mul(n.in(0), made.f.op("Sigmoid", made.f.mul(n.in(0), alpha))));
            }
            case "FusedMatMul", "TransposeMatMul" -> List.of(made.matmul());
            case "FusedGemm" -> made.activated("Gemm", n.in(0), n.in(1), made.f.in(2));
            case "FusedConv" -> made.convolution();
            case "SkipLayerNormalization" -> made.skipped("LayerNormalization");
            case "SkipSimplifiedLayerNormalization" -> made.skipped("RMSNormalization");
            case "EmbedLayerNormalization" -> made.embedded();
            case "DynamicQuantizeLSTM" -> made.quantizedLstm();
            case "DynamicQuantizeMatMul" -> {
                OnnxValue weights = new OnnxQuantized(n).dequantized(n.in(1), n.in(2), made.f.in(3), -1);
                OnnxValue product = made.f.op("MatMul", n.in(0), weights);
                yield List.of(n.has(4) ? made.f.add(product, n.in(4)) : product);
            }
            case "MatMulIntegerToFloat" -> {
                OnnxValue product = made.f.op("MatMulInteger", n.in(0), n.in(1), made.f.in(4), made.f.in(5));
                OnnxValue scaled = made.f.mul(made.f.floats(product), made.f.mul(n.in(2), n.in(3)));
                yield List.of(n.has(6) ? made.f.add(scaled, n.in(6)) : scaled);
            }
            case "QuantizeLinear", "DequantizeLinear" ->
                made.f.as(op.substring(DOMAIN.length() + 1), all(n));
            default -> throw new Unsupported("it is an operator of ONNX Runtime's own (" + DOMAIN
                    + "), which its optimizer or a tool of it writes; convert the model as it was before, or export it "
                    + "without optimizing (graph_optimization_level ORT_DISABLE_ALL)");
        };
    }

    private static OnnxValue[] all(OnnxNode n) {
        return IntStream.range(0, n.inputs()).mapToObj(i -> n.has(i) ? n.in(i) : null).toArray(OnnxValue[]::new);
    }

    private OnnxValue matmul() {
        OnnxValue a = turned(n.in(0), n.flag("transA", false), n.flag("transBatchA", false));
        OnnxValue b = turned(n.in(1), n.flag("transB", false), n.flag("transBatchB", false));
        float alpha = n.number("alpha", 1);
        OnnxValue product = f.op("MatMul", a, b);
        return alpha == 1 ? product : f.mul(product, OnnxFormula.number(alpha));
    }

    private OnnxValue turned(OnnxValue x, boolean last, boolean batch) {
        if (batch) {
            throw new Unsupported("it turns axes before the last two; save the model without optimizing");
        }
        int rank = x.rank();
        if (!last || rank < 2) {
            return x;
        }
        return f.transposed(x, IntStream.range(0, rank).mapToLong(i -> i < rank - 2 ? i : 2L * rank - 3 - i).toArray());
    }

    /** An operator with a function of its result behind it. */
    private List<OnnxValue> activated(String op, OnnxValue... inputs) {
        String function = n.text("activation", "Identity");
        n.ignore("activation_params", "activation_alpha", "activation_beta", "activation_gamma");
        OnnxValue made = f.as(op, inputs).getFirst();
        return List.of(activated(function, made));
    }

    private OnnxValue activated(String function, OnnxValue x) {
        List<Float> parameters = n.numbers("activation_params");
        return switch (function) {
            case "Identity", "" -> x;
            case "Relu", "Tanh", "Sigmoid", "Softplus", "Softsign" -> f.op(function, x);
            case "LeakyRelu" -> f.call("LeakyRelu").with("alpha", n.hasAttribute("activation_alpha")
                    ? n.number("activation_alpha", 0.01f) : parameters.isEmpty() ? 0.01f : parameters.getFirst()).of(x);
            default -> throw new Unsupported("its activation is " + function
                    + ", which is not supported there; save the model without optimizing");
        };
    }

    private List<OnnxValue> convolution() {
        String function = n.text("activation", "Identity");
        n.ignore("activation_params", "activation_alpha");
        OnnxValue made = f.as("Conv", n.in(0), n.in(1), f.in(2)).getFirst();
        return List.of(activated(function, n.has(3) ? f.add(made, n.in(3)) : made));
    }

    private List<OnnxValue> skipped(String normalization) {
        boolean simple = normalization.startsWith("RMS");
        OnnxValue sum = f.add(n.in(0), n.in(1));
        int bias = simple ? 3 : 4;
        sum = n.has(bias) ? f.add(sum, n.in(bias)) : sum;
        OnnxValue scaled = f.call(normalization).with("epsilon", n.number("epsilon", 1e-12f))
                .with("axis", -1L).of(simple ? new OnnxValue[] {sum, n.in(2)}
                        : new OnnxValue[] {sum, n.in(2), f.in(3)});
        needNone(1, 2);
        return Arrays.asList(scaled, null, null, sum);
    }

    private void needNone(int... outputs) {
        if (Arrays.stream(outputs).anyMatch(n::gives)) {
            throw new Unsupported("its mean or deviation is read, which only training needs");
        }
    }

    /** Embeddings of words, positions and segments, summed and normalized. */
    private List<OnnxValue> embedded() {
        if (n.has(7) || n.gives(1) && n.integer("mask_index_type", 0) != 0) {
            throw new Unsupported("its mask is read as an index; save the model without optimizing");
        }
        OnnxValue ids = n.in(0);
        OnnxValue positions = n.has(8) ? n.in(8)
                : f.op("Range", OnnxFormula.whole(0), f.op("Squeeze", f.sliced(f.op("Shape", ids), 0, 1, 2)),
                        OnnxFormula.whole(1));
        OnnxValue sum = f.add(f.op("Gather", n.in(2), ids), f.op("Gather", n.in(3), positions));
        sum = n.has(1) && n.has(4) ? f.add(sum, f.op("Gather", n.in(4), n.in(1))) : sum;
        OnnxValue scaled = f.call("LayerNormalization").with("epsilon", n.number("epsilon", 1e-12f)).of(sum, n.in(5),
                n.in(6));
        return Arrays.asList(scaled, null, sum);
    }

    /** An LSTM with weights [directions, features, 4 * units] of 8 bits. */
    private List<? extends OnnxValue> quantizedLstm() {
        OnnxQuantized quantized = new OnnxQuantized(n);
        OnnxTensor w = quantized.columns(1, 8);
        OnnxTensor r = quantized.columns(2, 10);
        return f.as("LSTM", n.in(0), w.transposed(0, 2, 1), r.transposed(0, 2, 1), f.in(3), f.in(4), f.in(5), f.in(6),
                f.in(7));
    }
}
