package lanewise.plan.op.recurrent;

import java.lang.foreign.Arena;
import lanewise.kernel.DoubleKernels;
import lanewise.kernel.Kernels;

/**
 * Numbers that a shortcut looks up. They are made after the model is opened, by whoever warms it up, so that the first
 * answer does not wait for them; until then the work is done that they save. Both ways give the same bits.
 */
public abstract sealed class Table permits FoldedEmbedding, PaddingPrefix {
    private volatile boolean made;
    private long nanos;

    /** Whether the numbers are there; once true, always true. */
    public final boolean isMade() {
        return made;
    }

    /**
     * Whether a call takes the numbers from here: they are there, and it does not check them, as a run in double
     * precision does.
     */
    final boolean serves(Kernels k) {
        return made && !(k instanceof DoubleKernels);
    }

    /** Makes the numbers, if that is not done; one thread at a time. */
    public final void make(Arena arena, Kernels k) {
        if (!made) {
            long begin = System.nanoTime();
            compute(arena, k);
            nanos = System.nanoTime() - begin;
            made = true;
        }
    }

    abstract void compute(Arena arena, Kernels k);

    /** What it takes and what it saves. */
    abstract String describe();

    /** A line for the listing. */
    @Override
    public final String toString() {
        return describe() + (made ? "; made in " + nanos / 1_000_000 + " ms" : "; not made yet");
    }
}
