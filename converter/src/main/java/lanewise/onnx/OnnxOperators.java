package lanewise.onnx;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import lanewise.onnx.proto.NodeProto;

/** All operators: one family after the other is asked whether it knows one; and why others are not supported. */
final class OnnxOperators {
    private static final Set<String> RANDOM = Set.of("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike",
            "RandomUniform", "RandomUniformLike");
    private static final Set<String> SEQUENCES = Set.of("SequenceAt", "SequenceConstruct", "SequenceEmpty",
            "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap", "SplitToSequence",
            "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement");
    private static final Set<String> TEXTS = Set.of("StringConcat", "StringNormalizer", "StringSplit",
            "RegexFullMatch", "TfIdfVectorizer", "LabelEncoder");
    private static final Set<String> SELECTIONS = Set.of("NonZero", "Unique", "Compress", "NonMaxSuppression");

    private OnnxOperators() {}

    /**
     * The outputs, or null for an operator that is not supported.
     *
     * @param body adds a node of the body of an operator
     */
    static List<? extends OnnxValue> translate(OnnxNode node, Consumer<NodeProto> body) {
        List<? extends OnnxValue> values = OnnxConstants.fold(node);
        values = values == null ? plain(node) : values;
        return values == null ? OnnxLoop.translate(node, body) : values;
    }

    /** The same for an operator without a body, where what it reads is a value of the call. */
    static List<? extends OnnxValue> plain(OnnxNode node) {
        List<? extends OnnxValue> values = null;
        if (OnnxRecurrent.knows(node.op())) {
            values = OnnxRecurrent.translate(node);
        }
        values = values == null ? OnnxShapes.translate(node) : values;
        values = values == null ? OnnxAxes.translate(node) : values;
        values = values == null ? OnnxParts.translate(node) : values;
        values = values == null ? OnnxWindows.translate(node) : values;
        values = values == null ? OnnxAttention.translate(node) : values;
        values = values == null ? OnnxQuantized.translate(node) : values;
        values = values == null ? OnnxMicrosoft.translate(node) : values;
        values = values == null ? OnnxComposed.translate(node) : values;
        values = values == null ? OnnxResize.translate(node) : values;
        values = values == null ? OnnxProducts.translate(node) : values;
        return values == null ? OnnxMath.translate(node) : values;
    }

    /** Why an operator is not supported, and what to do instead. */
    static String refusal(String op) {
        if (RANDOM.contains(op)) {
            return "it draws random numbers; draw them outside, and give them to the model as an input";
        } else if (SEQUENCES.contains(op)) {
            return "it makes or reads a sequence of tensors or an optional one, which are not supported; export the "
                    + "model with tensors as its inputs, outputs and states";
        } else if (TEXTS.contains(op)) {
            return "it works on texts, which only Keras's layers are supported for; leave it to the code around the "
                    + "model, and export the model from the numbers on";
        } else if (SELECTIONS.contains(op)) {
            return "how many values it makes depends on the values of the call, so that its result has no size "
                    + "beforehand; leave it to the code around the model";
        }
        return "the operator is not supported; cut the model there, or leave it to the code around the model";
    }
}
