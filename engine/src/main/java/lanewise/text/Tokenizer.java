package lanewise.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidSpecException;

/**
 * Keras's {@code keras.preprocessing.text.Tokenizer}, fitted: splits a text into words and gives each its id.
 *
 * <p>Immutable; any number of threads may use it. The methods here allocate their results; a {@link lanewise.Predictor}
 * uses its own buffers for text.
 */
public final class Tokenizer {
    /** The characters that Keras filters by default. */
    public static final String DEFAULT_FILTERS = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

    private final Options options;
    private final List<String> words;
    private final int[] ids;
    private final int[] documents;
    private final int documentCount;
    private final Vocabulary vocabulary;
    private final int oovId;
    private final Map<Integer, String> wordById = new HashMap<>();
    private final Map<Integer, Integer> documentsById = new HashMap<>();

    /**
     * How a text is split; the arguments of Keras's constructor.
     *
     * @param numWords  ids from this number up count as unknown; 0 for no limit
     * @param filters   characters that separate words, if not charLevel
     * @param lower     whether the text is first converted to lower case
     * @param split     what separates words (and what filtered characters become), if not charLevel
     * @param charLevel whether every character is a word
     * @param oovToken  the word that stands for unknown words, or null to drop unknown words
     */
    public record Options(int numWords, String filters, boolean lower, String split, boolean charLevel,
            String oovToken) {
        /** Checks the options as Python would when it used them. */
        public Options {
            if (numWords < 0) {
                throw new InvalidSpecException("tokenizer: num_words is " + numWords + ", expected at least 0");
            }
            if (split.isEmpty() && !charLevel) {
                throw new InvalidSpecException("tokenizer: split is empty, expected at least one character");
            }
        }
    }

    /**
     * Creates a fitted tokenizer.
     *
     * @param options       how a text is split
     * @param words         the words that it knows
     * @param ids           their ids, each at least 1
     * @param documents     in how many of the fitted texts each word occurred; empty if not known
     * @param documentCount how many texts it was fitted on
     * @throws IllegalArgumentException if the lists differ in length, an id is below 1, a word occurs twice, or the
     *                                  unknown word is not among the words
     */
    public Tokenizer(Options options, List<String> words, int[] ids, int[] documents, int documentCount) {
        if (ids.length != words.size() || documents.length != 0 && documents.length != words.size()) {
            throw new InvalidSpecException("tokenizer: " + words.size() + " words, but " + ids.length + " ids and "
                    + documents.length + " document counts");
        }
        this.options = options;
        this.words = List.copyOf(words);
        this.ids = ids.clone();
        this.documents = documents.clone();
        this.documentCount = documentCount;
        Map<String, Integer> byWord = new HashMap<>();
        for (int w = 0; w < ids.length; w++) {
            if (ids[w] < 1) {
                throw new InvalidSpecException(
                        "tokenizer: word '" + words.get(w) + "' has id " + ids[w] + ", expected 1 or more");
            }
            if (byWord.put(words.get(w), ids[w]) != null) {
                throw new InvalidSpecException("tokenizer: word '" + words.get(w) + "' comes twice");
            }
            wordById.put(ids[w], words.get(w));
            if (documents.length > 0) {
                documentsById.put(ids[w], documents[w]);
            }
        }
        if (options.oovToken != null && !byWord.containsKey(options.oovToken)) {
            throw new InvalidSpecException(
                    "tokenizer: its oov_token '" + options.oovToken + "' is not among its words");
        }
        this.oovId = options.oovToken == null ? Vocabulary.UNKNOWN : byWord.get(options.oovToken);
        this.vocabulary = new Vocabulary(this.words, this.ids);
    }

    /**
     * How it splits a text.
     *
     * @return the options
     */
    public Options options() {
        return options;
    }

    /**
     * The words that it knows.
     *
     * @return words in the order given
     */
    public List<String> words() {
        return words;
    }

    /**
     * The ids of its words.
     *
     * @return a new array, in the order of {@link #words()}
     */
    public int[] ids() {
        return ids.clone();
    }

    /**
     * In how many of the fitted texts each word occurred.
     *
     * @return a new array in the order of {@link #words()}, or an empty one
     */
    public int[] documents() {
        return documents.clone();
    }

    /**
     * How many texts it was fitted on.
     *
     * @return the number
     */
    public int documentCount() {
        return documentCount;
    }

    /**
     * Keras's {@code texts_to_sequences} for one text.
     *
     * @param text the text
     * @return the ids of its words
     */
    public int[] textToSequence(CharSequence text) {
        TextEncoder encoder = new TextEncoder(this);
        encoder.encode(text);
        return Arrays.copyOf(encoder.ids(), encoder.count());
    }

    /**
     * Keras's {@code sequences_to_texts} for one sequence.
     *
     * @param sequence ids
     * @return their words, joined by spaces
     */
    public String sequenceToText(int[] sequence) {
        List<String> found = new ArrayList<>();
        for (int id : sequence) {
            String word = wordById.get(id);
            if (word == null || options.numWords != 0 && id >= options.numWords) {
                word = options.oovToken;
            }
            if (word != null) {
                found.add(word);
            }
        }
        return String.join(" ", found);
    }

    /** What a value of {@link #sequenceToMatrix} counts. */
    public enum MatrixMode {
        /** 1 where the word occurs. */
        BINARY,
        /** How often it occurs. */
        COUNT,
        /** How often, divided by the length of the sequence. */
        FREQ,
        /** {@code (1 + log count) * log(1 + documents / (1 + documents with the word))}. */
        TFIDF
    }

    /**
     * Keras's {@code sequences_to_matrix} for one sequence.
     *
     * @param sequence ids
     * @param mode     what is counted
     * @return a value per id, [numWords], or [number of words + 1] if numWords is 0
     */
    public double[] sequenceToMatrix(int[] sequence, MatrixMode mode) {
        double[] row = new double[options.numWords != 0 ? options.numWords : words.size() + 1];
        for (int id : sequence) {
            if (id < row.length) {
                row[id]++;
            }
        }
        for (int id = 0; id < row.length; id++) {
            double count = row[id];
            if (count > 0) {
                row[id] = switch (mode) {
                    case BINARY -> 1;
                    case COUNT -> count;
                    case FREQ -> count / sequence.length;
                    case TFIDF -> (1 + StrictMath.log(count))
                            * StrictMath.log(1 + (double) documentCount / (1 + documentsById.getOrDefault(id, 0)));
                };
            }
        }
        return row;
    }

    /** The id for {@code text[start, end)}, the id of the unknown word, or {@link Vocabulary#UNKNOWN} for none. */
    int lookUp(char[] text, int start, int end) {
        int id = vocabulary.id(text, start, end);
        return id == Vocabulary.UNKNOWN || options.numWords != 0 && id >= options.numWords ? oovId : id;
    }

    /** Whether an id stands for a word of the vocabulary rather than for an unknown one. */
    boolean isKnown(int id) {
        return id != oovId;
    }

    /** How many words there are. */
    @Override
    public String toString() {
        return "Tokenizer[" + words.size() + " words, " + options + "]";
    }
}
