package lanewise.spec;

import java.util.List;
import lanewise.text.TextVectorizer;

/**
 * Layers that turn texts, categories and numbers into ids and vectors (keras/layers/preprocessing). Shapes and words as
 * in {@link LayerSpec}. Those that read or write texts allocate in a call.
 *
 * <p>Ids become numbers by an {@link OutputMode}; an id that is outside counts nowhere.
 */
public sealed interface PreprocessingLayer extends LayerSpec {
    /** What ids become. */
    enum OutputMode {
        /** Themselves. */
        INT,
        /** Each a vector with a 1; a last axis of size 1 gives way to it. */
        ONE_HOT,
        /** All of a row (batch, n) one vector with ones. */
        MULTI_HOT,
        /** All of a row (batch, n) one vector that counts them. */
        COUNT,
        /** As COUNT, times a weight for each id. */
        TF_IDF
    }

    /**
     * The hash of each value modulo a number of bins: the fingerprint of FarmHash, or SipHash-2-4 with a key, of the
     * text or of the integer's decimal digits.
     *
     * @param name      its name
     * @param bins      how many ids there are
     * @param hasMask   whether one value has id 0 for itself, and the others the ids from 1 on
     * @param maskValue that value, an integer as its decimal digits
     * @param salted    whether there is a key
     * @param salt0     first half of the key
     * @param salt1     second half of the key
     * @param mode      what ids become
     */
    record Hashing(String name, int bins, boolean hasMask, String maskValue, boolean salted, long salt0, long salt1,
            OutputMode mode)
            implements PreprocessingLayer {}

    /**
     * The place of each value in a vocabulary: IntegerLookup, StringLookup. Ids: the mask if there is one, then those
     * of unknown values, then the vocabulary's. Arrays: vocabulary (texts; integers as decimal digits), idf_weights
     * (one for each id) with TF_IDF.
     *
     * @param name       its name
     * @param integers   whether it looks up integers
     * @param invert     whether it gives the value for an id
     * @param oovIndices how many ids unknown values have; with none they are an error, with several their hash decides
     * @param oovToken   what an id outside becomes when inverted
     * @param hasMask    whether one value has id 0, and counts nowhere in modes other than INT
     * @param maskToken  that value
     * @param hashed     whether the ids of unknown integers are by their hash, not by their remainder
     * @param salted     whether the hash has a key
     * @param salt0      first half of the key
     * @param salt1      second half of the key
     * @param mode       what ids become
     * @param padTo      length of vectors where it is not the number of ids, or 0
     */
    record Lookup(String name, boolean integers, boolean invert, int oovIndices, String oovToken, boolean hasMask,
            String maskToken,
            boolean hashed, boolean salted, long salt0, long salt1, OutputMode mode, int padTo)
            implements PreprocessingLayer {
        @Override
        public List<String> weightRoles() {
            return mode == OutputMode.TF_IDF ? List.of("vocabulary", "idf_weights") : List.of("vocabulary");
        }

        @Override
        public String kerasClass() {
            return integers ? "IntegerLookup" : "StringLookup";
        }

        /**
         * Where the ids of unknown values begin.
         *
         * @return 1 if id 0 is the mask's, else 0
         */
        public int oovStart() {
            return hasMask && mode == OutputMode.INT ? 1 : 0;
        }
    }

    /**
     * Texts (batch, 1) to the ids of their words: keras's TextVectorization. Ids in mode INT: 0 padding, 1 unknown,
     * then the vocabulary's; in the other modes 0 unknown, then the vocabulary's. Arrays: vocabulary (texts),
     * idf_weights (one for each id) with TF_IDF.
     *
     * @param name           its name
     * @param standardize    what is done to the text first
     * @param split          how it is cut
     * @param ngrams         how many neighbouring words make one, each in turn; empty for single words
     * @param mode           what ids become
     * @param sequenceLength ids of a text in mode INT, cut or padded behind; 0 for those of the longest in the call
     * @param padTo          length of vectors where it is not the number of ids, or 0
     */
    record TextVectorization(String name, TextVectorizer.Standardize standardize, TextVectorizer.Split split,
            List<Integer> ngrams, OutputMode mode,
            int sequenceLength, int padTo) implements PreprocessingLayer {
        /** Copies the list. */
        public TextVectorization {
            ngrams = List.copyOf(ngrams);
        }

        @Override
        public List<String> weightRoles() {
            return mode == OutputMode.TF_IDF ? List.of("vocabulary", "idf_weights") : List.of("vocabulary");
        }
    }

    /**
     * Vectors of ids. A second input gives a weight for each id in mode COUNT.
     *
     * @param name      its name
     * @param numTokens how many ids there are
     * @param mode      what ids become
     */
    record CategoryEncoding(String name, int numTokens, OutputMode mode) implements PreprocessingLayer {}

    /**
     * Between which boundaries each number lies: the count of boundaries that are not greater.
     *
     * @param name       its name
     * @param boundaries ascending
     * @param mode       what these become
     */
    record Discretization(String name, List<Float> boundaries, OutputMode mode) implements PreprocessingLayer {
        /** Copies the list. */
        public Discretization {
            boundaries = List.copyOf(boundaries);
        }
    }
}
