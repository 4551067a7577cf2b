package lanewise.cli;

import java.util.List;
import lanewise.cli.rows.RowFormat;
import lanewise.cli.rows.RowSettings;
import picocli.CommandLine.Option;

/** What is said about lines that are rows, rather than found out. */
final class RowOptions {
    @Option(names = "--format", paramLabel = "csv|jsonl|text",
            description = "what the lines are; without it the ending of the file says it, or else the first line")
    private RowFormat format;

    @Option(names = "--header", negatable = true,
            description = "whether the first record of CSV is a header; without it a first record is one that names an"
                    + " input, or has no number where numbers are expected")
    private Boolean header;

    @Option(names = "--separator", paramLabel = "C",
            description = "between the cells of CSV, such as ';' or tab; without it that of comma, semicolon and tab"
                    + " which the first record has most of")
    private String separator;

    @Option(names = "--columns", paramLabel = "a,b,2,5-9", split = ",",
            description = "the columns of CSV, by name or by number from 1, or the keys of JSON objects, that are the"
                    + " row, in this order")
    private List<String> columns = List.of();

    RowSettings settings() {
        return new RowSettings(format, header, separator, columns);
    }

    /** The first option that was given, or null. */
    String given() {
        return format != null ? "--format"
                : header != null ? "--header" : separator != null ? "--separator" : columns.isEmpty() ? null
                        : "--columns";
    }
}
