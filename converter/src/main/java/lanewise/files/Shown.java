package lanewise.files;

import java.util.Collection;

/** Values as messages show them: whole where they are short, else their beginning and how much is left out. */
public final class Shown {
    /** The longest value that a message shows whole. */
    public static final int LONGEST = 80;

    private Shown() {}

    /**
     * A value in a message.
     *
     * @param value JSON, a list, a text or anything else that prints itself; null is shown as such
     * @return at most {@link #LONGEST} characters
     */
    public static String of(Object value) {
        String text = String.valueOf(value);
        if (text.length() <= LONGEST) {
            return text;
        }
        String left = value instanceof Collection<?> list ? "... (" + list.size() + " in all)]"
                : "... (" + text.length() + " characters)";
        int end = LONGEST - left.length();
        // a pair of surrogates is one character
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + left;
    }
}
