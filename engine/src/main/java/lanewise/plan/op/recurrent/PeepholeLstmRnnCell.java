package lanewise.plan.op.recurrent;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.spec.RecurrentLayer.PeepholeLstmCell;

/**
 * An LSTM with the options of ONNX, gate by gate. Gates lie as i, f, o, c.
 *
 * @param spec      its options
 * @param input     kernel and bias
 * @param recurrent recurrent kernel
 * @param peephole  weights of the cell state for i, f and o, [3][padded]
 */
public record PeepholeLstmRnnCell(PeepholeLstmCell spec, Panels input, Panels recurrent, MemorySegment peephole)
        implements RnnCell {
    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return 4 * input.padded();
    }

    @Override
    public boolean skipsZeros() {
        return false;
    }

    @Override
    public void rehearse(Rehearsal r) {
        r.product(recurrent, 1);
    }

    @Override
    public void finish(Kernels k, StepRun run, int step) {
        int padded = input.padded();
        for (int r = 0; r < run.rows; r++) {
            long bt = (long) r * gateFloats();
            long state = run.state + (long) r * padded;
            k.binary(BinaryOp.ADD, run.a, run.input(r, step), run.scratch, bt, run.scratch, bt, 4 * padded);
            peep(k, run, 0, state, bt);
            if (spec.coupled()) {
                k.binary(BinaryOp.SUBTRACT, run.scratch, bt, 1f, true, run.scratch, bt + padded, padded);
            } else {
                peep(k, run, 1, state, bt);
            }
            long candidate = bt + 3L * padded;
            RnnCell.clip(k, spec.clip(), run.scratch, candidate, padded);
            RnnCell.activate(k, spec.candidate(), run.scratch, candidate, run.scratch, candidate, units());
            k.lstmState(run.scratch, bt, run.c, state, padded);
            peep(k, run, 2, state, bt);
            RnnCell.activate(k, spec.output(), run.c, state, run.h, state, units());
            k.binary(BinaryOp.MULTIPLY, run.scratch, bt + 2L * padded, run.h, state, run.h, state, padded);
        }
    }

    /** Finishes a gate: what it sees of the cell state, the limit, the function. */
    private void peep(Kernels k, StepRun run, int gate, long state, long bt) {
        int padded = input.padded();
        long at = bt + (long) gate * padded;
        // the new output is not needed yet where it will stand
        k.binary(BinaryOp.MULTIPLY, peephole, (long) gate * padded, run.c, state, run.h, state, padded);
        k.binary(BinaryOp.ADD, run.scratch, at, run.h, state, run.scratch, at, padded);
        RnnCell.clip(k, spec.clip(), run.scratch, at, padded);
        RnnCell.activate(k, spec.gates(), run.scratch, at, run.scratch, at, units());
    }
}
