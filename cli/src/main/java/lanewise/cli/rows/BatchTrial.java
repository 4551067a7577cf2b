package lanewise.cli.rows;

import java.util.Arrays;
import lanewise.Model;

/**
 * Finds out how many rows a call should have, which depends on the model and the machine: a few of the first calls,
 * once the model is warmed up, are tried in each size, and the rows of the fastest per row are those of all later
 * calls. An answer has the same bits in a call of any size. Texts are scored one by one: most are padded in front,
 * from where the engine starts with a stored state, and batches of 32 were slower.
 *
 * <p>Any number of threads may use it.
 */
public final class BatchTrial {
    private static final int[] SIZES = {1, 8, 32};
    private static final int CALLS = 6;
    /** Larger calls take more memory, so they have to be worth it. */
    private static final double WORTH = 0.9;

    private final Model model;
    private final int[] calls = new int[SIZES.length];
    private final double[] nanos = new double[SIZES.length];
    /** 0 until the trial is over. */
    private volatile int chosen;

    /**
     * Begins a trial.
     *
     * @param model whose calls are timed
     * @param fixed whether calls have one row in any case, since they depend on one another
     */
    public BatchTrial(Model model, boolean fixed) {
        this.model = model;
        chosen = fixed ? 1 : 0;
        Arrays.fill(nanos, Double.POSITIVE_INFINITY);
    }

    /** How many rows the next call should have. */
    int rows() {
        int known = chosen;
        // scalar code says nothing about what comes behind it
        return known > 0 ? known : model.isWarmedUp() ? leastTried() : 1;
    }

    private synchronized int leastTried() {
        int least = 0;
        for (int i = 1; i < SIZES.length; i++) {
            least = calls[i] < calls[least] ? i : least;
        }
        return SIZES[least];
    }

    /**
     * Takes the time of a call.
     *
     * @param rows     that it had
     * @param duration in nanoseconds; infinite if there is no room for such a call
     */
    void took(int rows, double duration) {
        if (chosen == 0 && model.isWarmedUp()) {
            note(rows, duration / rows);
        }
    }

    private synchronized void note(int rows, double nanosPerRow) {
        boolean done = true;
        int best = 0;
        for (int i = 0; i < SIZES.length; i++) {
            if (SIZES[i] == rows) {
                calls[i] += nanosPerRow == Double.POSITIVE_INFINITY ? CALLS : 1;
                nanos[i] = Math.min(nanos[i], nanosPerRow);
            }
            done &= calls[i] >= CALLS;
            best = nanos[i] < WORTH * nanos[0] && nanos[i] < nanos[best] ? i : best;
        }
        chosen = done ? SIZES[best] : 0;
    }

    /** The rows of a call, as far as that is known. */
    public int chosen() {
        return Math.max(1, chosen);
    }
}
