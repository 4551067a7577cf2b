package lanewise.cli.rows;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.format.PlainFile;

/** Rows from lines: of CSV, of JSON, or of text. What the lines are is decided by the first one, unless it is said. */
public final class LineRows implements Rows {
    private static final int MAX_RECORD_LINES = 1000;

    private final Lines lines;
    private final String name;
    private final RowSettings settings;
    private final RowModel model;
    private final long total;
    /** Null until the first line has been seen. */
    private RowReader reader;
    /** What was taken for a header, until a row has come. */
    private String header;
    private int most = 1;

    private LineRows(InputStream stream, String name, RowSettings settings, RowModel model, long total) {
        this.lines = new Lines(stream);
        this.name = name;
        this.settings = settings;
        this.model = model;
        this.total = total;
    }

    /**
     * Opens a file, which may be a pipe.
     *
     * @param file     with lines; its name says what they are, unless the settings do
     * @param settings what is known of them
     * @param model    what takes the rows
     */
    public static LineRows open(Path file, RowSettings settings, RowModel model) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, expected a file");
        }
        try {
            boolean tabs = file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
            RowSettings known = new RowSettings(
                    settings.format() != null || settings.isCsv() ? settings.format()
                            : RowFormat.of(file).orElse(null),
                    settings.header(), settings.separator() == null && tabs ? "tab" : settings.separator(),
                    settings.columns());
            return new LineRows(Files.newInputStream(file), file.toString(), known, model,
                    Files.isRegularFile(file) ? Files.size(file) : 0);
        } catch (IOException e) {
            throw PlainFile.unreadable(file, e);
        }
    }

    /**
     * Reads a stream.
     *
     * @param stream   of lines
     * @param settings what is known of them
     * @param model    what takes the rows
     */
    public static LineRows of(InputStream stream, RowSettings settings, RowModel model) throws IOException {
        // a file may stand behind it
        long size = stream instanceof FileInputStream file ? file.getChannel().size() : 0;
        return new LineRows(stream, "standard input", settings, model, size);
    }

    @Override
    public RowBlock next() throws IOException {
        List<Line> block = new ArrayList<>();
        long bytes = 0;
        while (block.size() < most && bytes < BLOCK_BYTES && (block.isEmpty() || lines.isReady())) {
            Line line = nextRow();
            if (line == null) {
                break;
            }
            block.add(line);
            bytes += line.bytes().length;
        }
        if (block.isEmpty()) {
            if (header != null) {
                throw new InvalidInputException(name + " has a header only: " + header
                        + "; say --no-header if that is a row");
            }
            return null;
        }
        header = null;
        most = Math.min(MAX_BLOCK_ROWS, 2 * most);
        return new LineBlock(name, List.copyOf(block), reader, lines.position());
    }

    private Line nextRow() throws IOException {
        while (true) {
            byte[] bytes = lines.next();
            if (bytes == null) {
                return null;
            }
            boolean blank = isBlank(bytes);
            if (reader == null && !(blank && model.takesOneText())) {
                if (blank) {
                    continue;
                }
                Line first = begin(bytes);
                if (first != null) {
                    return first;
                }
            } else if (reader == null ? takesBlank() : !blank || reader.takesBlank()) {
                reader = reader == null ? new RowReader(RowFormat.TEXT, List.of(), model) : reader;
                return record(bytes, reader.csv());
            }
        }
    }

    /** Whether a blank first line is a text. */
    private boolean takesBlank() {
        return settings.columns().isEmpty() && !settings.isCsv()
                && (settings.format() == null || settings.format() == RowFormat.TEXT);
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Finds out what the lines are; returns the first one, or null if it is a header. */
    private Line begin(byte[] bytes) throws IOException {
        try {
            String text = RowReader.decode(bytes);
            RowFormat format = format(text);
            if (format != RowFormat.CSV) {
                reader = new RowReader(format, settings.columns(), model);
                return new Line(lines.number(), bytes, null);
            }
            Csv csv = settings.separator() == null ? Csv.of(text) : Csv.separatedBy(settings.separator());
            Line first = record(bytes, csv);
            if (first.problem() != null) {
                throw new InvalidInputException(first.problem());
            }
            List<String> cells = csv.cells(RowReader.decode(first.bytes()));
            boolean isHeader = isHeader(cells);
            reader = new RowReader(csv,
                    new Columns(isHeader ? cells.stream().map(String::strip).toList() : List.of(), cells.size(),
                            settings.columns(), model),
                    settings.format() == null && settings.columns().isEmpty() && !settings.isCsv(), model);
            header = isHeader ? text : null;
            return isHeader ? null : first;
        } catch (LanewiseException e) {
            // nothing is known of the lines behind it
            throw new InvalidInputException("line " + lines.number() + " of " + name + ": " + e.getMessage());
        }
    }

    private RowFormat format(String first) {
        if (settings.isCsv()) {
            return RowFormat.CSV;
        }
        if (settings.format() == RowFormat.TEXT && !model.takesOneText()) {
            throw new InvalidInputException("the model takes " + model.names() + ", not one text a row; give CSV or"
                    + " JSON");
        }
        RowFormat found = settings.format() == null ? RowFormat.of(first, model) : settings.format();
        // texts have no columns
        return found != RowFormat.TEXT || settings.columns().isEmpty() ? found
                : first.stripLeading().startsWith("{\"") ? RowFormat.JSONL : RowFormat.CSV;
    }

    /**
     * Whether a first record names the columns: it is said so, columns are chosen by name, a cell is the name of an
     * input, or there are numbers to come and it has none.
     */
    private boolean isHeader(List<String> cells) {
        if (settings.header() != null) {
            return settings.header();
        }
        return Columns.areNames(settings.columns()) || cells.stream().map(String::strip)
                .anyMatch(cell -> model.names().contains(cell)
                        || model.takesOneText() && cell.equalsIgnoreCase("text"))
                || !model.takesOneText() && !model.takesTexts() && cells.stream().noneMatch(Cells::isNumber);
    }

    /** A record of one line, or of several if a quote stays open; of the first one if it is open for good. */
    private Line record(byte[] bytes, Csv csv) throws IOException {
        long number = lines.number();
        if (csv == null || !csv.isOpen(bytes, false)) {
            return new Line(number, bytes, null);
        }
        List<byte[]> more = new ArrayList<>();
        int size = bytes.length;
        while (more.size() < MAX_RECORD_LINES && size < BLOCK_BYTES) {
            byte[] next = lines.next();
            if (next == null) {
                break;
            }
            more.add(next);
            size += 1 + next.length;
            if (!csv.isOpen(next, true)) {
                byte[] record = Arrays.copyOf(bytes, size);
                int at = bytes.length;
                for (byte[] line : more) {
                    record[at++] = '\n';
                    System.arraycopy(line, 0, record, at, line.length);
                    at += line.length;
                }
                return new Line(number, record, null);
            }
        }
        lines.giveBack(more);
        return new Line(number, bytes, "a quote is opened and not closed, expected another one at the end of the cell");
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new InvalidInputException(name + " can't be read: " + e.getMessage());
        }
    }

    /**
     * A row that has not been looked at.
     *
     * @param number  of its first line
     * @param bytes   of all its lines
     * @param problem why it is no row, or null
     */
    record Line(long number, byte[] bytes, String problem) {}
}
