package lanewise.cli.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import lanewise.spec.TensorData;

/** Rows that are lines. */
final class LineBlock implements RowBlock {
    private final String name;
    private final List<LineRows.Line> lines;
    private final RowReader reader;
    private final long position;
    /** What has been read, so that a line is read once. */
    private final Row[] rows;

    LineBlock(String name, List<LineRows.Line> lines, RowReader reader, long position) {
        this.name = name;
        this.lines = lines;
        this.reader = reader;
        this.position = position;
        rows = new Row[lines.size()];
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public long number(int row) {
        return lines.get(row).number();
    }

    @Override
    public String place(int row) {
        return "line " + number(row) + " of " + name;
    }

    @Override
    public String text(int row) {
        return row(row).text();
    }

    private Row row(int row) {
        if (rows[row] == null) {
            LineRows.Line line = lines.get(row);
            if (line.problem() != null) {
                throw new InvalidInputException(line.problem());
            }
            rows[row] = reader.read(line.bytes());
        }
        return rows[row];
    }

    @Override
    public Map<String, TensorData> call(Scorer scorer, int from, int to) {
        List<Map<String, TensorData>> calls = new ArrayList<>();
        for (int i = from; i < to; i++) {
            calls.add(scorer.asCall(row(i).arrays()));
        }
        return calls.size() == 1 ? calls.getFirst() : JoinedRows.of(calls, scorer.predictor(1, 1).inputs());
    }

    @Override
    public long position() {
        return position;
    }
}
