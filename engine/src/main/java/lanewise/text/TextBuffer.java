package lanewise.text;

import java.util.Arrays;

/**
 * A text that is changed in place, in UTF-16. Grows when needed, so that texts no longer than earlier ones allocate
 * nothing. Case and white space are Python's, since Keras's text handling is Python's {@code str}.
 */
final class TextBuffer {
    /** {@code Case_Ignorable} characters that their general category does not show (Unicode, Word_Break property). */
    private static final String IGNORABLE = "'.:\u00b7\u0387\u055f\u05f4"
            + "\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    char[] chars = new char[256];
    int length;

    void set(CharSequence text) {
        length = text.length();
        if (chars.length < length) {
            chars = new char[Math.max(length, 2 * chars.length)];
        }
        text.getChars(0, length, chars, 0);
    }

    void append(char c) {
        if (length == chars.length) {
            chars = Arrays.copyOf(chars, 2 * length);
        }
        chars[length++] = c;
    }

    /** Python's {@code str.lower()}: full Unicode, two characters for U+0130, a final sigma at the end of a word. */
    void lower() {
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (c < 128) {
                if (c >= 'A' && c <= 'Z') {
                    chars[i] = (char) (c + 32);
                }
            } else if (c == '\u03a3') {
                chars[i] = isFinalSigma(i) ? '\u03c2' : '\u03c3';
            } else if (c == '\u0130') {
                append('\0');
                System.arraycopy(chars, i + 1, chars, i + 2, length - i - 2);
                chars[i] = 'i';
                chars[++i] = '\u0307';
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(chars[i + 1])) {
                int lower = Character.toLowerCase(Character.toCodePoint(c, chars[i + 1]));
                chars[i] = Character.highSurrogate(lower);
                chars[++i] = Character.lowSurrogate(lower);
            } else {
                chars[i] = Character.toLowerCase(c);
            }
        }
    }

    /** CPython's rule: a cased letter before the sigma, none after it, ignorable characters not counted. */
    private boolean isFinalSigma(int at) {
        int i = at - 1;
        while (i >= 0 && isCaseIgnorable(codePointBefore(i + 1))) {
            i -= Character.charCount(codePointBefore(i + 1));
        }
        if (i < 0 || !isCased(codePointBefore(i + 1))) {
            return false;
        }
        i = at + 1;
        while (i < length && isCaseIgnorable(codePointAt(i))) {
            i += Character.charCount(codePointAt(i));
        }
        return i == length || !isCased(codePointAt(i));
    }

    private int codePointAt(int i) {
        return Character.codePointAt(chars, i, length);
    }

    private int codePointBefore(int i) {
        return Character.codePointBefore(chars, i, 0);
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    private static boolean isCaseIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL ->
                true;
            default -> IGNORABLE.indexOf(c) >= 0;
        };
    }

    /** What {@code \s} matches in a Python pattern and {@code str.isspace} accepts. */
    static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r' || c >= '\u001c' && c <= '\u001f' || c == '\u0085' || c == '\u00a0'
                || c == '\u1680' || c >= '\u2000' && c <= '\u200a' || c == '\u2028' || c == '\u2029' || c == '\u202f'
                || c == '\u205f' || c == '\u3000';
    }

    static boolean isAsciiLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isAsciiDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
