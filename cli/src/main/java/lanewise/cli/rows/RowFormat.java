package lanewise.cli.rows;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What the lines of a file are. */
public enum RowFormat {
    /** Records of cells, perhaps with a header. */
    CSV,
    /** A JSON object, list or text a line. */
    JSONL,
    /** A text a line, or an object that holds it. */
    TEXT;

    /** What the name of a file says about its lines, if it does. */
    static Optional<RowFormat> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") || name.endsWith(".tsv") ? Optional.of(CSV)
                : name.endsWith(".jsonl") || name.endsWith(".ndjson") ? Optional.of(JSONL) : Optional.empty();
    }

    /**
     * What a first line says.
     *
     * @param line  that is not blank
     * @param model what takes the rows
     */
    static RowFormat of(String line, RowModel model) {
        if (model.takesOneText()) {
            return TEXT;
        }
        char first = line.stripLeading().charAt(0);
        return first == '{' || first == '[' || first == '"' && model.takesTexts() ? JSONL : CSV;
    }
}
