package lanewise.text;

import java.util.Locale;

/**
 * A step that cleans a text before Keras's Tokenizer reads it. Keras files don't store these steps, so a model folder
 * lists them in {@code lanewise.json}. Patterns and letter case follow Python.
 */
public enum CleaningRule {
    /** {@code s.lower()}. */
    LOWER {
        @Override
        void apply(TextBuffer text) {
            text.lower();
        }
    },
    /** {@code re.sub('[^a-zA-Z0-9\\s]', '', s)}. */
    KEEP_ASCII_LETTERS_DIGITS_SPACE {
        @Override
        boolean keeps(char c) {
            return TextBuffer.isAsciiLetter(c) || TextBuffer.isAsciiDigit(c) || TextBuffer.isSpace(c);
        }
    },
    /** {@code re.sub('[^a-zA-Z\\s]', '', s)}. */
    KEEP_ASCII_LETTERS_SPACE {
        @Override
        boolean keeps(char c) {
            return TextBuffer.isAsciiLetter(c) || TextBuffer.isSpace(c);
        }
    },
    /** {@code re.sub('[^a-zA-Z]', ' ', s)}. */
    ALL_BUT_ASCII_LETTERS_TO_SPACE {
        @Override
        void apply(TextBuffer text) {
            int n = 0;
            char previous = 0;
            for (int i = 0; i < text.length; i++) {
                char c = text.chars[i];
                // a pair of surrogates is one character to Python, so it becomes one space
                if (!Character.isLowSurrogate(c) || !Character.isHighSurrogate(previous)) {
                    text.chars[n++] = TextBuffer.isAsciiLetter(c) ? c : ' ';
                }
                previous = c;
            }
            text.length = n;
        }
    },
    /** {@code s.translate(str.maketrans('', '', string.punctuation))}. */
    DROP_PUNCTUATION {
        @Override
        boolean keeps(char c) {
            return c <= ' ' || c > '~' || TextBuffer.isAsciiLetter(c) || TextBuffer.isAsciiDigit(c);
        }
    },
    /** {@code re.sub('[0-9]', '', s)}. */
    DROP_DIGITS {
        @Override
        boolean keeps(char c) {
            return !TextBuffer.isAsciiDigit(c);
        }
    },
    /** {@code s.replace('<br />', ' ')}: the line breaks of the IMDB reviews. */
    LINE_BREAK_TAGS_TO_SPACE {
        @Override
        void apply(TextBuffer text) {
            String tag = "<br />";
            int n = 0;
            for (int i = 0; i < text.length; i++) {
                boolean found = i + tag.length() <= text.length;
                for (int k = 0; found && k < tag.length(); k++) {
                    found = text.chars[i + k] == tag.charAt(k);
                }
                text.chars[n++] = found ? ' ' : text.chars[i];
                i += found ? tag.length() - 1 : 0;
            }
            text.length = n;
        }
    },
    /** {@code re.sub('\\s+', ' ', s)}. */
    JOIN_SPACES {
        @Override
        void apply(TextBuffer text) {
            int n = 0;
            for (int i = 0; i < text.length; i++) {
                boolean space = TextBuffer.isSpace(text.chars[i]);
                if (!space || i == 0 || !TextBuffer.isSpace(text.chars[i - 1])) {
                    text.chars[n++] = space ? ' ' : text.chars[i];
                }
            }
            text.length = n;
        }
    },
    /** {@code s.strip()}. */
    STRIP {
        @Override
        void apply(TextBuffer text) {
            int start = 0;
            int end = text.length;
            while (start < end && TextBuffer.isSpace(text.chars[start])) {
                start++;
            }
            while (end > start && TextBuffer.isSpace(text.chars[end - 1])) {
                end--;
            }
            System.arraycopy(text.chars, start, text.chars, 0, end - start);
            text.length = end - start;
        }
    };

    /** Whether a character stays; for the steps that only drop characters. */
    boolean keeps(char c) {
        return true;
    }

    void apply(TextBuffer text) {
        int n = 0;
        for (int i = 0; i < text.length; i++) {
            if (keeps(text.chars[i])) {
                text.chars[n++] = text.chars[i];
            }
        }
        text.length = n;
    }

    /**
     * The step's name in {@code lanewise.json}.
     *
     * @return lower case, for example {@code "drop_digits"}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
