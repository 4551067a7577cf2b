package lanewise.error;

import java.util.HexFormat;
import java.util.function.LongFunction;
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

    /** How many of many values are shown. */
    private static final int MOST_VALUES = 6;
    /** How many characters of a longer one are shown. */
    private static final int SHOWN = 60;
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
        String line = isOneLine(message) ? message : oneLine(message);
        return line.length() <= LONGEST ? line : quotes(brackets(line));
    }

    private static boolean isOneLine(String message) {
        for (int i = 0; i < message.length(); i++) {
            if (controls(message.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Ends of lines, with the space behind them, become one space; what else controls a terminal is spelled out. */
    private static String oneLine(String message) {
        StringBuilder out = new StringBuilder(message.length() + 100);
        int i = 0;
        while (i < message.length()) {
            char c = message.charAt(i++);
            if (endsLine(c)) {
                while (i < message.length() && (endsLine(message.charAt(i)) || isSpace(message.charAt(i)))) {
                    i++;
                }
                out.append(' ');
            } else if (controls(c)) {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean endsLine(char c) {
        return c == '\n' || c == '\r' || c == '\u000b' || c == '\f' || c == '\u0085' || c == '\u2028'
                || c == '\u2029';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** Control characters, and marks of direction. */
    private static boolean controls(char c) {
        return Character.isISOControl(c) || c == '\u061c' || c == '\u200e' || c == '\u200f'
                || c >= '\u2028' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' || c == '\ufeff';
    }

    /**
     * The first of many values.
     *
     * @param count how many there are
     * @param value finds one, from 0
     * @return some of them in brackets, on one line
     */
    public static String values(long count, LongFunction<?> value) {
        StringBuilder out = new StringBuilder("[");
        for (long i = 0; i < Math.min(count, MOST_VALUES); i++) {
            String text = String.valueOf(value.apply(i));
            out.append(i == 0 ? "" : ", ").append(text.length() <= SHOWN ? text : text.substring(0, end(text, SHOWN))
                    + "...");
        }
        return of(out.append(count > MOST_VALUES ? ", ... " + count + " in all]" : "]").toString());
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
