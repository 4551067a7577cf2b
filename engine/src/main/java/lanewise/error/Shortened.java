package lanewise.error;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a message readable: no list, object or quoted text in it is longer than {@link #LONGEST} characters, it is one
 * line, and nothing in it controls a terminal: names in files may hold escape sequences, or marks that turn the
 * direction of the text after them. The messages of all exceptions of this package are made so.
 */
public final class Shortened {
    /** The longest list, object or quoted text that a message shows whole, in characters. */
    public static final int LONGEST = 100;

    /** How many characters of a longer one are shown. */
    private static final int SHOWN = 60;
    private static final Pattern BREAK = Pattern.compile("[\\r\\n\\x0b\\f\\x85\\u2028\\u2029]+\\s*");
    /** Control characters, and marks of direction. */
    private static final Pattern CONTROL = Pattern.compile(
            "[\\p{Cc}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]");
    /** Quotes that begin where no word goes on, so that apostrophes are none. */
    private static final Pattern QUOTED = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?:'([^']{" + (LONGEST + 1) + ",}+)'|\"([^\"]{" + (LONGEST + 1)
                    + ",}+)\")(?![\\p{L}\\p{N}])");

    private Shortened() {}

    /**
     * Shortens what is long in a message.
     *
     * @param message one cause, in words
     * @return one line; the same if nothing in it is long or controls a terminal
     */
    public static String of(String message) {
        String line = CONTROL.matcher(BREAK.matcher(message).replaceAll(" "))
                .replaceAll(found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
        return line.length() <= LONGEST ? line : quotes(brackets(line));
    }

    /** Cuts what stands in brackets; brackets that are never closed are left as they are. */
    private static String brackets(String line) {
        StringBuilder out = new StringBuilder();
        int depth = 0;
        int open = 0;
        int copied = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '[' || c == '{') {
                open = depth++ == 0 ? i : open;
            } else if ((c == ']' || c == '}') && depth > 0 && --depth == 0 && i - open >= LONGEST) {
                out.append(line, copied, end(line, open + SHOWN)).append("...").append(c);
                copied = i + 1;
            }
        }
        return out.append(line, copied, line.length()).toString();
    }

    private static String quotes(String line) {
        return QUOTED.matcher(line).replaceAll(found -> {
            String quoted = found.group();
            return Matcher.quoteReplacement(quoted.substring(0, end(quoted, SHOWN)) + "..." + quoted.charAt(0));
        });
    }

    /** A place to cut that does not split a character of two chars. */
    private static int end(String line, int at) {
        return Character.isHighSurrogate(line.charAt(at - 1)) ? at - 1 : at;
    }
}
