package lanewise.text;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into words like {@code keras.layers.TextVectorization}. Immutable; allocates the words. */
public final class TextVectorizer {
    /** What TextVectorization does to a text first. */
    public enum Standardize {
        /** Nothing. */
        NONE,
        /** Converts ASCII letters to lower case. */
        LOWER,
        /** Removes ASCII punctuation. */
        STRIP_PUNCTUATION,
        /** Both. */
        LOWER_AND_STRIP_PUNCTUATION
    }

    /** How TextVectorization splits a text. */
    public enum Split {
        /** Not at all. */
        NONE,
        /** At runs of ASCII white space. */
        WHITESPACE,
        /** Into code points. */
        CHARACTER
    }

    private final Standardize standardize;
    private final Split split;
    private final List<Integer> ngrams;

    /**
     * Creates a vectorizer with these options.
     *
     * @param standardize what is done to the text first
     * @param split       how it is split
     * @param ngrams      sizes of the n-grams of neighbouring words, in order; empty for single words
     */
    public TextVectorizer(Standardize standardize, Split split, List<Integer> ngrams) {
        this.standardize = standardize;
        this.split = split;
        this.ngrams = List.copyOf(ngrams);
    }

    /**
     * The words of a text.
     *
     * @param text any text
     * @return the words in order; all single words first, then all pairs, and so on
     */
    public List<String> words(CharSequence text) {
        List<String> words = split(clean(text));
        if (ngrams.isEmpty()) {
            return words;
        }
        List<String> joined = new ArrayList<>();
        for (int width : ngrams) {
            for (int i = 0; i + width <= words.size(); i++) {
                joined.add(String.join(" ", words.subList(i, i + width)));
            }
        }
        return joined;
    }

    private String clean(CharSequence text) {
        boolean lower = standardize == Standardize.LOWER || standardize == Standardize.LOWER_AND_STRIP_PUNCTUATION;
        boolean strip = standardize == Standardize.STRIP_PUNCTUATION
                || standardize == Standardize.LOWER_AND_STRIP_PUNCTUATION;
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (strip && isPunctuation(c)) {
                continue;
            }
            clean.append(lower && c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
        }
        return clean.toString();
    }

    /** {@code [!"#$%&()*+,-./:;<=>?@[\]^_`{|}~']}, as the layer has it: all of ASCII's. */
    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 0x7f && !TextBuffer.isAsciiLetter(c) && !TextBuffer.isAsciiDigit(c);
    }

    private List<String> split(String text) {
        List<String> words = new ArrayList<>();
        switch (split) {
            case NONE -> words.add(text);
            case CHARACTER -> text.codePoints().forEach(c -> words.add(Character.toString(c)));
            case WHITESPACE -> {
                int start = 0;
                for (int i = 0; i <= text.length(); i++) {
                    if (i == text.length() || isSpace(text.charAt(i))) {
                        if (i > start) {
                            words.add(text.substring(start, i));
                        }
                        start = i + 1;
                    }
                }
            }
        }
        return words;
    }

    /** White space of C's isspace, which TensorFlow's split takes. */
    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
