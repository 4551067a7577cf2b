package lanewise.onnx;

import java.util.Set;

/** Why operators are not supported, and what to do instead. */
final class OnnxRefusals {
    private static final Set<String> RANDOM = Set.of("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike",
            "RandomUniform", "RandomUniformLike");
    private static final Set<String> SEQUENCES = Set.of("SequenceAt", "SequenceConstruct", "SequenceEmpty",
            "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap", "SplitToSequence",
            "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement");
    private static final Set<String> TEXTS = Set.of("StringConcat", "StringNormalizer", "StringSplit",
            "RegexFullMatch", "TfIdfVectorizer", "LabelEncoder");
    private static final Set<String> SELECTIONS = Set.of("NonZero", "Unique", "Compress", "NonMaxSuppression");

    private OnnxRefusals() {}

    /** The reason for one operator. */
    static String of(String op) {
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
