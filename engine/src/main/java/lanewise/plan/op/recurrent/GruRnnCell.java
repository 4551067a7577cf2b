package lanewise.plan.op.recurrent;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.spec.Activation;

/**
 * Keras's GRU, gates z, r, h.
 *
 * @param input      kernel and bias
 * @param recurrent  recurrent kernel of all gates with its bias if the reset gate comes after it, else of z and r
 * @param candidate  recurrent kernel of the candidate if the reset gate comes before it, else null
 * @param activation of the candidate
 * @param gates      of z and r
 * @param clip       limit of what the functions are given
 */
public record GruRnnCell(Panels input, Panels recurrent, Panels candidate, Activation activation, Activation gates,
        float clip)
        implements RnnCell {
    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return 3 * input.padded();
    }

    private boolean hasFusedKernel() {
        return candidate == null && activation == Activation.TANH && gates == Activation.SIGMOID
                && clip == Float.POSITIVE_INFINITY;
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
            if (candidate != null) {
                r.product(candidate, 1);
            }
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
            k.gruSteps(recurrent, run);
        } else {
            RnnCell.super.steps(k, run);
        }
    }

    @Override
    public void step(Kernels k, MemorySegment x, long xOffset, StepRun run) {
        if (hasFusedKernel()) {
            k.gruStep(input, recurrent, x, xOffset, run);
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
            gates(k, run.a, run.input(r, step), run.scratch, (long) r * gateFloats());
        }
        if (candidate == null) {
            resetAfter(k, run, step);
        } else {
            resetBefore(k, run, step);
        }
        for (int r = 0; r < run.rows; r++) {
            newState(k, run.scratch, (long) r * gateFloats(), run.h, run.state + (long) r * input.padded());
        }
    }

    private void resetAfter(Kernels k, StepRun run, int step) {
        int padded = input.padded();
        MemorySegment b = run.scratch;
        for (int r = 0; r < run.rows; r++) {
            long bt = (long) r * gateFloats();
            k.multiplyAdd(b, bt + padded, b, bt + 2L * padded, run.a, run.input(r, step) + 2L * padded, b,
                    bt + 2L * padded, padded);
        }
    }

    private void resetBefore(Kernels k, StepRun run, int step) {
        int padded = input.padded();
        MemorySegment b = run.scratch;
        long reset = (long) run.rows * gateFloats();
        for (int r = 0; r < run.rows; r++) {
            k.binary(BinaryOp.MULTIPLY, b, (long) r * gateFloats() + padded, run.h, run.state + (long) r * padded, b,
                    reset + (long) r * padded, padded);
        }
        k.matMul(candidate, b, reset, padded, run.rows, b, 2L * padded, gateFloats());
        for (int r = 0; r < run.rows; r++) {
            long bt = (long) r * gateFloats() + 2L * padded;
            k.binary(BinaryOp.ADD, run.a, run.input(r, step) + 2L * padded, b, bt, b, bt, padded);
        }
    }

    private void gates(Kernels k, MemorySegment a, long at, MemorySegment b, long bt) {
        int padded = input.padded();
        k.binary(BinaryOp.ADD, a, at, b, bt, b, bt, 2 * padded);
        RnnCell.clip(k, clip, b, bt, 2 * padded);
        RnnCell.activate(k, gates, b, bt, b, bt, units());
        RnnCell.activate(k, gates, b, bt + padded, b, bt + padded, units());
    }

    private void newState(Kernels k, MemorySegment b, long bt, MemorySegment h, long state) {
        int padded = input.padded();
        RnnCell.clip(k, clip, b, bt + 2L * padded, padded);
        RnnCell.activate(k, activation, b, bt + 2L * padded, b, bt + 2L * padded, units());
        k.gruState(b, bt, b, bt + 2L * padded, h, state, padded);
    }
}
