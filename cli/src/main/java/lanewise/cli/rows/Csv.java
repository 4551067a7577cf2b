package lanewise.cli.rows;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidInputException;

/**
 * Records of cells as in RFC 4180: a cell may be quoted, then it holds separators, line ends and doubled quotes. A
 * quote that does not come first in a cell is a plain character.
 *
 * <p>No library does it: whether a record goes on in the next line is found out where lines are read, its cells where
 * rows are scored, and after a quote that is never closed reading goes on with the next line.
 *
 * @param separator between cells, an ASCII character
 */
record Csv(char separator) {
    private static final char[] SEPARATORS = {',', ';', '\t'};

    /** The separator that a first line has most of, outside of quotes; the comma if there is none. */
    static Csv of(String first) {
        int[] counts = new int[SEPARATORS.length];
        boolean quoted = false;
        for (char c : first.toCharArray()) {
            quoted ^= c == '"';
            for (int i = 0; i < SEPARATORS.length; i++) {
                counts[i] += !quoted && c == SEPARATORS[i] ? 1 : 0;
            }
        }
        int most = 0;
        for (int i = 1; i < counts.length; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        return new Csv(SEPARATORS[most]);
    }

    /** What {@code --separator} says. */
    static Csv separatedBy(String separator) {
        String text = separator.equals("tab") || separator.equals("\\t") ? "\t" : separator;
        if (text.length() != 1 || text.charAt(0) >= 128 || text.charAt(0) == '"' || text.charAt(0) == '\n'
                || text.charAt(0) == '\r') {
            throw new InvalidInputException("--separator '" + separator
                    + "' is none: expected one ASCII character, such as ';', or tab");
        }
        return new Csv(text.charAt(0));
    }

    /** Where in a cell a character is. */
    private enum At {
        /** Before the first character. */
        START,
        /** In a cell without quotes. */
        PLAIN,
        /** Between quotes. */
        QUOTED,
        /** Behind a quote, which is the last one, or the first of two. */
        QUOTE;

        At behind(char c, char separator) {
            return switch (this) {
                case QUOTED -> c == '"' ? QUOTE : QUOTED;
                case START, QUOTE -> c == '"' ? QUOTED : c == separator ? START : PLAIN;
                case PLAIN -> c == separator ? START : PLAIN;
            };
        }
    }

    /**
     * Whether a quote is still open behind some bytes, so that the record goes on in the next line.
     *
     * @param bytes of a line
     * @param open  whether a quote is open before them
     */
    boolean isOpen(byte[] bytes, boolean open) {
        At at = open ? At.QUOTED : At.START;
        for (byte b : bytes) {
            at = at.behind((char) b, separator);
        }
        return at == At.QUOTED;
    }

    /**
     * The cells of a record.
     *
     * @throws InvalidInputException if something follows a quote that ends a cell
     */
    List<String> cells(String record) {
        List<String> cells = new ArrayList<>();
        if (record.indexOf('"') < 0) {
            int from = 0;
            for (int end = record.indexOf(separator); end >= 0; end = record.indexOf(separator, from)) {
                cells.add(record.substring(from, end));
                from = end + 1;
            }
            cells.add(record.substring(from));
            return cells;
        }
        StringBuilder cell = new StringBuilder();
        At at = At.START;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            At next = at.behind(c, separator);
            if (next == At.START) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (at == At.QUOTE && next == At.PLAIN) {
                throw new InvalidInputException("column " + (cells.size() + 1) + ": found '" + c
                        + "' behind the quote that ends it, expected a separator; a quote within quotes is doubled");
            } else if (next == At.PLAIN || at == At.QUOTED && next == At.QUOTED
                    || at == At.QUOTE && next == At.QUOTED) {
                cell.append(c);
            }
            at = next;
        }
        cells.add(cell.toString());
        return cells;
    }
}
