package lanewise.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import lanewise.Answer;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import lanewise.tasks.SharedModel;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/** Scores the rows of a partition, one after the other, as Spark asks for them. */
final class PartitionScoring implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final Settings settings;
    private final Broadcast<byte[]> model;
    private final LongAccumulator bad;

    PartitionScoring(Settings settings, Broadcast<byte[]> model, LongAccumulator bad) {
        this.settings = settings;
        this.model = model;
        this.bad = bad;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        SharedModel shared = ExecutorModels.hold(settings.fingerprint(), model::value);
        Scorer scorer = shared.model().scorer();
        TaskContext.get().addTaskCompletionListener(context -> {
            scorer.close();
            shared.close();
        });
        return new Scoring(rows, scorer);
    }

    private final class Scoring implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Scorer scorer;
        private long number;
        /** The next row, if it is known. */
        private Row next;

        Scoring(Iterator<Row> rows, Scorer scorer) {
            this.rows = rows;
            this.scorer = scorer;
        }

        @Override
        public boolean hasNext() {
            while (next == null && rows.hasNext()) {
                next = score(rows.next());
                number++;
            }
            return next != null;
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = next;
            next = null;
            return row;
        }

        /** Returns null for a row that is skipped. */
        private Row score(Row row) {
            try {
                // each row is a sequence of its own
                scorer.resetStates();
                return with(row, answer(row), null);
            } catch (InvalidInputException e) {
                return handle(row, e);
            }
        }

        private Row handle(Row row, InvalidInputException cause) {
            String reason = "partition " + TaskContext.getPartitionId() + ", row " + number
                    + (settings.rowName() == null ? ""
                            : ", " + settings.rowName() + " " + row.getAs(settings.rowName()))
                    + ": " + cause.getMessage();
            switch (settings.badRows()) {
                case STOP -> {
                    InvalidInputException stop = new InvalidInputException(
                            reason + ". skipBadRows() leaves such rows out, markBadRows(column) marks them");
                    stop.initCause(cause);
                    throw stop;
                }
                case SKIP -> {
                    bad.add(1);
                    return null;
                }
                case MARK -> {
                    bad.add(1);
                    return with(row, null, reason);
                }
            }
            throw new AssertionError(settings.badRows());
        }

        private Answer answer(Row row) {
            if (settings.takesText()) {
                String column = settings.columns().values().iterator().next();
                return scorer.score((String) RowValues.of(column, row.getAs(column)));
            }
            Map<String, Object> values = new LinkedHashMap<>();
            settings.columns().forEach((input, column) -> values.put(input,
                    RowValues.of(column, row.getAs(column))));
            return scorer.scoreRow(values);
        }

        private Row with(Row row, Answer answer, String reason) {
            List<Object> values = new ArrayList<>(row.length() + settings.outputs().size() + 2);
            for (int i = 0; i < row.length(); i++) {
                values.add(row.get(i));
            }
            settings.outputs().forEach((output, isTexts) -> values.add(answer == null ? null
                    : isTexts ? answer.texts().get(output).toArray(String[]::new) : answer.outputs().get(output)));
            if (settings.label() != null) {
                values.add(answer == null ? null : answer.label().name());
            }
            if (settings.badRows() == Settings.BadRows.MARK) {
                values.add(reason);
            }
            return RowFactory.create(values.toArray());
        }
    }
}
