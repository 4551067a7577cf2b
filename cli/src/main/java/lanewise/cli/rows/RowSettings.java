package lanewise.cli.rows;

import java.util.List;

/**
 * What is said about lines, rather than found out.
 *
 * @param format    what they are, or null
 * @param header    whether the first record of CSV is a header, or null
 * @param separator between cells, or null
 * @param columns   which cells of CSV or keys of JSON are the row; empty for all
 */
public record RowSettings(RowFormat format, Boolean header, String separator, List<String> columns) {
    /** Everything is found out. */
    public static final RowSettings NONE = new RowSettings(null, null, null, List.of());

    /** Whether something is said that only CSV has. */
    boolean isCsv() {
        return header != null || separator != null;
    }
}
