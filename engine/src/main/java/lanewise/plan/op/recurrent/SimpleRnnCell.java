package lanewise.plan.op.recurrent;

import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.spec.Activation;

/**
 * Keras's SimpleRNN.
 *
 * @param input      kernel and bias
 * @param recurrent  recurrent kernel
 * @param activation of the output
 * @param clip       limit of what that is given
 */
public record SimpleRnnCell(Panels input, Panels recurrent, Activation activation, float clip) implements RnnCell {
    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return input.padded();
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
            long sum = (long) r * padded;
            k.binary(BinaryOp.ADD, run.a, run.input(r, step), run.scratch, sum, run.scratch, sum, padded);
            RnnCell.clip(k, clip, run.scratch, sum, padded);
            RnnCell.activate(k, activation, run.scratch, sum, run.h, run.state + sum, units());
        }
    }
}
