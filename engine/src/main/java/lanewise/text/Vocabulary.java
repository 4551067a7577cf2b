package lanewise.text;

import java.util.List;

/**
 * Words to ids: a hash table with open addressing over one array of characters, so that looking up allocates nothing.
 */
final class Vocabulary {
    static final int UNKNOWN = -1;

    private final char[] chars;
    private final int[] starts;
    private final int[] ids;
    /** Word number + 1 by slot, 0 where empty; at most half full. */
    private final int[] slots;

    Vocabulary(List<String> words, int[] ids) {
        this.ids = ids;
        int total = words.stream().mapToInt(String::length).sum();
        chars = new char[total];
        starts = new int[words.size() + 1];
        slots = new int[Integer.highestOneBit(Math.max(8, words.size())) << 2];
        for (int w = 0; w < words.size(); w++) {
            String word = words.get(w);
            word.getChars(0, word.length(), chars, starts[w]);
            starts[w + 1] = starts[w] + word.length();
            slots[slot(chars, starts[w], starts[w + 1])] = w + 1;
        }
    }

    /** The id of the word in {@code text[start, end)}, or {@link #UNKNOWN}. */
    int id(char[] text, int start, int end) {
        int w = slots[slot(text, start, end)] - 1;
        return w < 0 ? UNKNOWN : ids[w];
    }

    /** Where the word is, or the empty slot where it would be. */
    private int slot(char[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        // multiplying by the golden ratio spreads the low bits, which are all that a power-of-two table looks at
        int slot = (hash * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(slots.length - 1);
        while (slots[slot] != 0 && !equals(slots[slot] - 1, text, start, end)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private boolean equals(int word, char[] text, int start, int end) {
        int from = starts[word];
        if (starts[word + 1] - from != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (chars[from + i - start] != text[i]) {
                return false;
            }
        }
        return true;
    }
}
