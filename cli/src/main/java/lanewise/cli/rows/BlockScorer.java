package lanewise.cli.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.Answer;
import lanewise.Model;
import lanewise.Scorer;
import lanewise.error.LanewiseException;
import lanewise.error.LimitExceededException;
import lanewise.spec.TensorData;

/** Scores rows in the thread that it belongs to. */
public final class BlockScorer implements AutoCloseable {
    private final Scorer scorer;
    private final BatchTrial trial;
    private final boolean skipBad;

    /**
     * Creates a scorer for one thread.
     *
     * @param model   that scores
     * @param trial   how many rows a call should have
     * @param skipBad whether rows behind a bad one are scored, too
     */
    public BlockScorer(Model model, BatchTrial trial, boolean skipBad) {
        scorer = model.scorer();
        this.trial = trial;
        this.skipBad = skipBad;
    }

    /**
     * Scores rows.
     *
     * @param block the rows
     * @return what became of each, in order; it ends with the first bad one unless these are skipped, or where the
     *         thread is interrupted
     */
    public List<ScoredRow> score(RowBlock block) {
        List<ScoredRow> scored = new ArrayList<>();
        int from = 0;
        while (from < block.size() && !Thread.currentThread().isInterrupted()) {
            int wanted = trial.rows();
            int count = Math.min(wanted, block.size() - from);
            if (count == 1 || !together(block, from, count, scored)) {
                for (int row = from; row < from + count; row++) {
                    one(block, row, scored);
                    if (!skipBad && scored.getLast().problem() != null) {
                        return scored;
                    }
                }
            }
            from += count;
        }
        return scored;
    }

    /** Scores rows in one call; returns false if that can't be done, and nothing has changed then. */
    private boolean together(RowBlock block, int from, int count, List<ScoredRow> scored) {
        long begin = System.nanoTime();
        try {
            for (int row = from; row < from + count; row++) {
                if (block.text(row) != null) {
                    return false;
                }
            }
            Map<String, TensorData> call = block.call(scorer, from, from + count);
            if (call == null) {
                return false;
            }
            List<Answer> answers = scorer.scoreRows(call);
            for (int i = 0; i < count; i++) {
                scored.add(new ScoredRow(block.number(from + i), block.place(from + i), null, answers.get(i), null));
            }
            trial.took(count, System.nanoTime() - begin);
            return true;
        } catch (LimitExceededException e) {
            trial.took(count, Double.POSITIVE_INFINITY);
            return false;
        } catch (LanewiseException e) {
            // one by one they show which one it is
            return false;
        }
    }

    private void one(RowBlock block, int row, List<ScoredRow> scored) {
        long begin = System.nanoTime();
        try {
            String text = block.text(row);
            List<Answer> answers = text != null ? List.of(scorer.score(text))
                    : scorer.scoreRows(block.call(scorer, row, row + 1));
            for (Answer answer : answers) {
                scored.add(new ScoredRow(block.number(row), block.place(row), text, answer, null));
            }
            trial.took(1, System.nanoTime() - begin);
        } catch (LanewiseException e) {
            scored.add(new ScoredRow(block.number(row), block.place(row), null, null, e.getMessage()));
        }
    }

    @Override
    public void close() {
        scorer.close();
    }
}
