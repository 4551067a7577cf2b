package lanewise.text;

import java.util.Arrays;

/**
 * Turns texts into ids in its own buffers; use one per thread. Once the buffers have grown to the longest text,
 * encoding allocates nothing.
 */
public final class TextEncoder {
    private final TextInput input;
    private final Tokenizer tokenizer;
    private final TextBuffer text = new TextBuffer();
    private final TextBuffer words = new TextBuffer();
    private int[] ids = new int[64];
    private int count;
    private int known;

    /**
     * Creates an encoder for a model's text handling.
     *
     * @param input cleaning, tokenizer, padding
     */
    public TextEncoder(TextInput input) {
        this.input = input;
        this.tokenizer = input.tokenizer();
    }

    TextEncoder(Tokenizer tokenizer) {
        this.input = null;
        this.tokenizer = tokenizer;
    }

    /**
     * Cleans and splits a text; {@link #ids()} and {@link #count()} then hold its ids.
     *
     * @param raw the text
     */
    public void encode(CharSequence raw) {
        text.set(raw);
        if (input != null) {
            for (int i = 0; i < input.cleaning().size(); i++) {
                input.cleaning().get(i).apply(text);
            }
        }
        count = 0;
        known = 0;
        Tokenizer.Options options = tokenizer.options();
        if (options.lower()) {
            text.lower();
        }
        if (options.charLevel()) {
            splitCharacters();
        } else {
            replaceFilters(options.filters(), options.split());
            splitWords(options.split());
        }
    }

    /**
     * How many ids the last text has after padding.
     *
     * @return maxlen, or {@link #count()} if there is no maxlen
     */
    public int paddedCount() {
        return input.padding().length(count);
    }

    /**
     * Copies the ids of the last text, padded or cut as the model requires.
     *
     * @param target receives {@link #paddedCount()} ids
     * @param offset where the first one goes
     */
    public void copyPadded(int[] target, int offset) {
        input.padding().pad(ids, count, target, offset, paddedCount());
    }

    /**
     * The ids of the last text, before padding.
     *
     * @return the encoder's own array; only its first {@link #count()} values are valid
     */
    public int[] ids() {
        return ids;
    }

    /**
     * How many ids the last text has, before padding.
     *
     * @return the number
     */
    public int count() {
        return count;
    }

    /**
     * How many of the last text's ids are words of the vocabulary.
     *
     * @return the number; 0 means that the answer says nothing about the text
     */
    public int known() {
        return known;
    }

    private void splitCharacters() {
        for (int i = 0; i < text.length;) {
            int end = i + Character.charCount(Character.codePointAt(text.chars, i, text.length));
            add(text.chars, i, end);
            i = end;
        }
    }

    /** Python's {@code text.translate}: every filtered character becomes the separator, in {@link #words}. */
    private void replaceFilters(String filters, String split) {
        words.length = 0;
        for (int i = 0; i < text.length;) {
            int c = Character.codePointAt(text.chars, i, text.length);
            int next = i + Character.charCount(c);
            if (filters.indexOf(c) >= 0) {
                for (int k = 0; k < split.length(); k++) {
                    words.append(split.charAt(k));
                }
            } else {
                for (int k = i; k < next; k++) {
                    words.append(text.chars[k]);
                }
            }
            i = next;
        }
    }

    /** Python's {@code text.split(separator)} without the empty words. */
    private void splitWords(String separator) {
        int start = 0;
        int i = 0;
        while (i + separator.length() <= words.length) {
            if (startsAt(i, separator)) {
                add(words.chars, start, i);
                i += separator.length();
                start = i;
            } else {
                i++;
            }
        }
        add(words.chars, start, words.length);
    }

    private boolean startsAt(int at, String separator) {
        for (int k = 0; k < separator.length(); k++) {
            if (words.chars[at + k] != separator.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    private void add(char[] chars, int start, int end) {
        if (start == end) {
            return;
        }
        int id = tokenizer.lookUp(chars, start, end);
        if (id != Vocabulary.UNKNOWN) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
            }
            ids[count++] = id;
            known += tokenizer.isKnown(id) ? 1 : 0;
        }
    }
}
