package lanewise.plan.op.recurrent;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.plan.op.PlanOp;
import lanewise.spec.Activation;

/**
 * The arithmetic of the steps of a recurrent layer, for some rows of a batch. Immutable.
 *
 * <p>A state is [batch, padded] floats: units rounded up to whole panels. Sums are [padded] per gate, gates side by
 * side.
 */
public sealed interface RnnCell permits LstmRnnCell, PeepholeLstmRnnCell, GruRnnCell, SimpleRnnCell {
    /**
     * The kernel with the bias: what a step adds for its input.
     *
     * @return the packed matrix
     */
    Panels input();

    /**
     * Length of the output.
     *
     * @return units
     */
    int units();

    /**
     * Floats of all gates of one row.
     *
     * @return a multiple of a panel
     */
    int gateFloats();

    /**
     * What a step multiplies the first state with.
     *
     * @return the packed matrix
     */
    Panels recurrent();

    /**
     * Goes some steps ahead.
     *
     * @param k   the twin to compute with
     * @param run what is run
     */
    default void steps(Kernels k, StepRun run) {
        int padded = Panels.padded(units());
        for (int s = 0; s < run.steps; s++) {
            if (s > 0 || !run.summed) {
                sums(k, run);
            }
            finish(k, run, s);
            run.putOut(s, units(), padded);
        }
    }

    /**
     * Goes one step of one row ahead, with the product of its input.
     *
     * @param k       the twin to compute with
     * @param x       holds the input
     * @param xOffset of its first value
     * @param run     what is run: one row, one step; its input part is filled in
     */
    default void step(Kernels k, MemorySegment x, long xOffset, StepRun run) {
        k.matMul(input(), x, xOffset, input().inputs(), 1, run.a, run.aOffset, gateFloats());
        steps(k, run);
    }

    /**
     * Multiplies the first state, into the scratch: the part of a step that does not need its input.
     *
     * @param k   the twin to compute with
     * @param run what is run; with {@link StepRun#summed} the next one goes on from there
     */
    default void sums(Kernels k, StepRun run) {
        k.matMul(recurrent(), run.h, run.state, Panels.padded(units()), run.rows, run.scratch, 0, gateFloats());
    }

    /**
     * Finishes a step once the products with the states are in its scratch.
     *
     * @param k    the twin to compute with
     * @param run  what is run
     * @param step counted from the first of the run
     */
    void finish(Kernels k, StepRun run, int step);

    /**
     * Names the kernels of a step, see {@link PlanOp#rehearse}.
     *
     * @param r takes them
     */
    void rehearse(Rehearsal r);

    /**
     * Names the kernels of the next step of a stream.
     *
     * @param r takes them
     */
    default void rehearseStep(Rehearsal r) {}

    /**
     * Whether the product with a state of zeros can be left out.
     *
     * @return true if the cell's kernel does so
     */
    boolean skipsZeros();

    /** Limits numbers in size; an infinite limit leaves them as they are. */
    static void clip(Kernels k, float limit, MemorySegment z, long offset, int n) {
        if (limit < Float.POSITIVE_INFINITY) {
            k.binary(BinaryOp.MINIMUM, z, offset, limit, false, z, offset, n);
            k.binary(BinaryOp.MAXIMUM, z, offset, -limit, false, z, offset, n);
        }
    }

    /** Applies a function to one gate. */
    static void activate(Kernels k, Activation f, MemorySegment z, long offset, MemorySegment out,
            long outOffset, int units) {
        if (f.needsRow()) {
            k.activateRows(f, z, offset, out, outOffset, 1, units);
        } else {
            k.activate(f, z, offset, out, outOffset, Panels.padded(units));
        }
    }
}
