package lanewise.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: columns as wide as their longest cell, numbers to the right. */
final class TextTable {
    private static final String INDENT = "  ";

    private final List<String> head;
    private final String alignment;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A table without rows.
     *
     * @param alignment a letter for each column: {@code l} for left, {@code r} for right
     * @param head      its headings
     */
    TextTable(String alignment, String... head) {
        this.alignment = alignment;
        this.head = List.of(head);
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(PrintWriter out) {
        int[] widths = new int[head.size()];
        List<List<String>> all = new ArrayList<>(rows);
        all.addFirst(head);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String space = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
                line.append(INDENT).append(alignment.charAt(i) == 'r' ? space + cell : cell + space);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
