package lanewise.cli.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the boxes of a graph lie: each in the row below all that it reads, near these, in columns that don't overlap.
 */
final class GraphLayout {
    /** Sweeps down and up that bring boxes near their neighbours. */
    private static final int SWEEPS = 4;

    private final int[] rows;
    private final double[] columns;
    private final List<List<Integer>> byRow = new ArrayList<>();

    /**
     * Lays out a graph.
     *
     * @param reads for each box the boxes before it that it reads
     */
    GraphLayout(List<List<Integer>> reads) {
        int count = reads.size();
        rows = new int[count];
        columns = new double[count];
        List<List<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            readers.add(new ArrayList<>());
            for (int before : reads.get(i)) {
                rows[i] = Math.max(rows[i], rows[before] + 1);
                readers.get(before).add(i);
            }
        }
        for (int i = 0; i < count; i++) {
            while (byRow.size() <= rows[i]) {
                byRow.add(new ArrayList<>());
            }
            byRow.get(rows[i]).add(i);
        }
        byRow.forEach(this::place);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            byRow.forEach(row -> move(row, reads));
            byRow.reversed().forEach(row -> move(row, readers));
        }
        byRow.forEach(row -> move(row, reads));
        double least = Arrays.stream(columns).min().orElse(0);
        for (int i = 0; i < count; i++) {
            columns[i] -= least;
        }
    }

    private void place(List<Integer> row) {
        for (int i = 0; i < row.size(); i++) {
            columns[row.get(i)] = i - (row.size() - 1) / 2.0;
        }
    }

    /** Brings each box of a row to the middle of its neighbours, then apart from each other. */
    private void move(List<Integer> row, List<List<Integer>> neighbours) {
        for (int box : row) {
            columns[box] = neighbours.get(box).stream().mapToDouble(other -> columns[other]).average()
                    .orElse(columns[box]);
        }
        row.sort(Comparator.comparingDouble(box -> columns[box]));
        double wanted = row.stream().mapToDouble(box -> columns[box]).average().orElse(0);
        for (int i = 1; i < row.size(); i++) {
            columns[row.get(i)] = Math.max(columns[row.get(i)], columns[row.get(i - 1)] + 1);
        }
        double shift = wanted - row.stream().mapToDouble(box -> columns[box]).average().orElse(0);
        row.forEach(box -> columns[box] += shift);
    }

    int row(int box) {
        return rows[box];
    }

    int rows() {
        return byRow.size();
    }

    /** Where a box lies from left to right, in widths of a box. */
    double column(int box) {
        return columns[box];
    }

    double width() {
        return Arrays.stream(columns).max().orElse(0) + 1;
    }
}
