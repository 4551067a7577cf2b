package lanewise.plan.op.recurrent;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.spec.Activation;

/**
 * Keras's LSTM. Gates lie as i, f, o, c here, so that those with the same function are neighbours.
 *
 * @param input      kernel and bias
 * @param recurrent  recurrent kernel
 * @param activation of candidate and output
 * @param gates      of i, f and o
 */
public record LstmRnnCell(Panels input, Panels recurrent, Activation activation, Activation gates) implements RnnCell {
    /** Where Keras keeps the gates i, f, o, c. */
    public static final int[] ORDER = {0, 1, 3, 2};

    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return 4 * input.padded();
    }

    private boolean hasFusedKernel() {
        return activation == Activation.TANH && gates == Activation.SIGMOID;
    }

    @Override
    public boolean skipsZeros() {
        return hasFusedKernel() && recurrent.isFinite();
    }

    @Override
    public void rehearse(Rehearsal r) {
        if (hasFusedKernel()) {
            r.steps(recurrent);
        } else {
            r.product(recurrent, 1);
        }
    }

    @Override
    public void rehearseStep(Rehearsal r) {
        if (hasFusedKernel()) {
            r.step(input, recurrent);
        }
    }

    @Override
    public void steps(Kernels k, StepRun run) {
        if (hasFusedKernel()) {
            k.lstmSteps(recurrent, run);
        } else {
            RnnCell.super.steps(k, run);
        }
    }

    @Override
    public void step(Kernels k, MemorySegment x, long xOffset, StepRun run) {
        if (hasFusedKernel()) {
            k.lstmStep(input, recurrent, x, xOffset, run);
        } else {
            RnnCell.super.step(k, x, xOffset, run);
        }
    }

    @Override
    public void sums(Kernels k, StepRun run) {
        if (hasFusedKernel()) {
            k.recurrentSums(recurrent, run);
        } else {
            RnnCell.super.sums(k, run);
        }
    }

    @Override
    public void finish(Kernels k, StepRun run, int step) {
        for (int r = 0; r < run.rows; r++) {
            finish(k, run.a, run.input(r, step), run.scratch, (long) r * gateFloats(), run.c, run.h,
                    run.state + (long) r * input.padded());
        }
    }

    private void finish(Kernels k, MemorySegment a, long at, MemorySegment b, long bt, MemorySegment c, MemorySegment h,
            long state) {
        int padded = input.padded();
        k.binary(BinaryOp.ADD, a, at, b, bt, b, bt, 4 * padded);
        for (int gate = 0; gate < 3; gate++) {
            RnnCell.activate(k, gates, b, bt + (long) gate * padded, b, bt + (long) gate * padded, units());
        }
        RnnCell.activate(k, activation, b, bt + 3L * padded, b, bt + 3L * padded, units());
        k.lstmState(b, bt, c, state, padded);
        RnnCell.activate(k, activation, c, state, h, state, units());
        k.binary(BinaryOp.MULTIPLY, b, bt + 2L * padded, h, state, h, state, padded);
    }
}
