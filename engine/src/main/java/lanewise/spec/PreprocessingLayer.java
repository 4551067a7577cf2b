package lanewise.spec;

import java.util.List;
import lanewise.error.InvalidSpecException;
import lanewise.text.TextVectorizer;

/**
 * Layers that turn texts, categories and numbers into ids and vectors (keras/layers/preprocessing). Shapes and terms
 * are those of {@link LayerSpec}. Those that read or write texts allocate in a call.
 *
 * <p>An {@link OutputMode} says how ids become numbers; ids out of range are ignored.
 */
public sealed interface PreprocessingLayer extends LayerSpec {
    /** What ids become. */
    enum OutputMode {
        /** Themselves. */
        INT,
        /** Each id becomes a vector with a single 1; it replaces a last axis of size 1. */
        ONE_HOT,
        /** All ids of a row (batch, n) become one vector of zeros and ones. */
        MULTI_HOT,
        /** All ids of a row (batch, n) become one vector of counts. */
        COUNT,
        /** Like COUNT, times a weight for each id. */
        TF_IDF
    }

    /**
     * The hash of each value modulo a number of bins: the fingerprint of FarmHash, or SipHash-2-4 with a key, of the
     * text or of the integer's decimal digits.
     *
     * @param name      its name
     * @param bins      how many ids there are
     * @param hasMask   whether one value has id 0 to itself, and the others have the ids from 1 up
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
     * The index of each value in a vocabulary: IntegerLookup, StringLookup. The order of ids is: the mask's if there is
     * one, those of unknown values, the vocabulary's. Arrays: vocabulary (texts; integers as decimal digits),
     * idf_weights (one for each id) with TF_IDF.
     *
     * @param name       its name
     * @param integers   whether it looks up integers
     * @param invert     whether it maps ids to values instead
     * @param oovIndices how many ids unknown values have; if none, unknown values are an error; if several, their hash
     *                   decides
     * @param oovToken   the value for an id out of range when inverted
     * @param hasMask    whether one value has id 0, and is ignored in modes other than INT
     * @param maskToken  that value
     * @param hashed     whether unknown integers get ids by their hash, not by their remainder
     * @param salted     whether the hash has a key
     * @param salt0      first half of the key
     * @param salt1      second half of the key
     * @param mode       what ids become
     * @param padTo      length of vectors if it differs from the number of ids, or 0
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
         * The first id of unknown values.
         *
         * @return 1 if id 0 is the mask's, else 0
         */
        public int oovStart() {
            return hasMask && mode == OutputMode.INT ? 1 : 0;
        }
    }

    /**
     * Texts (batch, 1) to the ids of their words: Keras's TextVectorization. Ids in mode INT: 0 for padding, 1 for
     * unknown words, then the vocabulary's; in the other modes: 0 for unknown words, then the vocabulary's. Arrays:
     * vocabulary (texts), idf_weights (one for each id) with TF_IDF.
     *
     * @param name           its name
     * @param standardize    what is done to the text first
     * @param split          how it is cut
     * @param ngrams         sizes of the n-grams of neighbouring words, in order; empty for single words
     * @param mode           what ids become
     * @param sequenceLength number of ids per text in mode INT, cut or padded at the end; 0 for the longest text of the
     *                       call
     * @param padTo          length of vectors if it differs from the number of ids, or 0
     */
    record TextVectorization(String name, TextVectorizer.Standardize standardize, TextVectorizer.Split split,
            List<Integer> ngrams, OutputMode mode,
            int sequenceLength, int padTo) implements PreprocessingLayer {
        /** Copies the list, and refuses n-grams of less than one word. */
        public TextVectorization {
            ngrams = List.copyOf(ngrams);
            if (ngrams.stream().anyMatch(words -> words < 1)) {
                throw new InvalidSpecException("the n-grams have " + ngrams + " words, expected positive numbers");
            }
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
     * Finds the bucket of each number: how many boundaries are not greater.
     *
     * @param name       its name
     * @param boundaries ascending
     * @param mode       what the buckets become
     */
    record Discretization(String name, List<Float> boundaries, OutputMode mode) implements PreprocessingLayer {
        /** Copies the list. */
        public Discretization {
            boundaries = List.copyOf(boundaries);
        }
    }
}
