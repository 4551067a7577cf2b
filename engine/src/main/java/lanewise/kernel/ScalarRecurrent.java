package lanewise.kernel;

import static lanewise.kernel.ScalarKernels.atLeast;
import static lanewise.kernel.ScalarKernels.load;
import static lanewise.kernel.ScalarKernels.store;

import java.lang.foreign.MemorySegment;

/**
 * The scalar twin's recurrent steps, on arrays like the rest of {@link ScalarKernels}; the methods are those of
 * {@link Kernels}.
 */
final class ScalarRecurrent {
    private final ScalarKernels kernels;
    private float[] row = new float[0];
    private float[] other = new float[0];
    private float[] state = new float[0];

    ScalarRecurrent(ScalarKernels kernels) {
        this.kernels = kernels;
    }

    /** Steps of an LSTM if there are four gates, of a GRU if there are three. */
    void steps(Panels w, StepRun run) {
        int padded = w.padded();
        int width = w.gates * padded;
        row = atLeast(row, width);
        other = atLeast(other, width);
        for (int s = 0; s < run.steps; s++) {
            recurrentPart(w, run, s);
            for (int r = 0; r < run.rows; r++) {
                load(run.a, run.input(r, s), row, width);
                load(run.scratch, (long) r * width, other, width);
                long state = run.state + (long) r * padded;
                if (w.gates == 4) {
                    lstmRow(padded, run.c, run.h, state);
                } else {
                    gruRow(padded, run.h, state);
                }
            }
            run.putOut(s, w.units, padded);
        }
    }

    /** {@code scratch = bias + h w}. */
    void recurrentPart(Panels w, StepRun run, int step) {
        int padded = w.padded();
        int width = w.gates * padded;
        if (step == 0 && run.summed) {
            return;
        }
        if (step > 0 || !run.zero) {
            kernels.matMul(w, run.h, run.state, padded, run.rows, run.scratch, 0, width);
            return;
        }
        for (int r = 0; r < run.rows; r++) {
            Memory.copy(w.bias, 0, run.scratch, (long) r * width, width);
        }
    }

    /** The rest of a step: row holds the input part, other the recurrent part. */
    private void lstmRow(int padded, MemorySegment c, MemorySegment h, long at) {
        for (int i = 0; i < 3 * padded; i++) {
            row[i] = ScalarMath.sigmoid(row[i] + other[i]);
        }
        for (int i = 3 * padded; i < 4 * padded; i++) {
            row[i] = ScalarMath.tanh(row[i] + other[i]);
        }
        load(c, at, other, padded);
        for (int i = 0; i < padded; i++) {
            other[i] = Math.fma(row[padded + i], other[i], row[i] * row[3 * padded + i]);
        }
        store(other, c, at, padded);
        for (int i = 0; i < padded; i++) {
            other[i] = row[2 * padded + i] * ScalarMath.tanh(other[i]);
        }
        store(other, h, at, padded);
    }

    void lstmState(MemorySegment z, long zOffset, MemorySegment c, long cOffset, int padded) {
        row = atLeast(row, 4 * padded);
        other = atLeast(other, padded);
        load(z, zOffset, row, 4 * padded);
        load(c, cOffset, other, padded);
        for (int i = 0; i < padded; i++) {
            other[i] = Math.fma(row[padded + i], other[i], row[i] * row[3 * padded + i]);
        }
        store(other, c, cOffset, padded);
    }

    private void gruRow(int padded, MemorySegment h, long at) {
        for (int i = 0; i < 2 * padded; i++) {
            row[i] = ScalarMath.sigmoid(row[i] + other[i]);
        }
        for (int i = 0; i < padded; i++) {
            other[i] = ScalarMath.tanh(Math.fma(row[padded + i], other[2 * padded + i], row[2 * padded + i]));
        }
        gruState(row, other, h, at, padded);
    }

    void gruState(MemorySegment z, long zOffset, MemorySegment hh, long hhOffset, MemorySegment h, long hOffset,
            int n) {
        row = atLeast(row, n);
        other = atLeast(other, n);
        load(z, zOffset, row, n);
        load(hh, hhOffset, other, n);
        gruState(row, other, h, hOffset, n);
    }

    private void gruState(float[] z, float[] hh, MemorySegment h, long hOffset, int n) {
        state = atLeast(state, n);
        load(h, hOffset, state, n);
        for (int i = 0; i < n; i++) {
            state[i] = Math.fma(z[i], state[i] - hh[i], hh[i]);
        }
        store(state, h, hOffset, n);
    }
}
