package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.spec.Activation;

/**
 * Keras's GRU, gates z, r, h.
 *
 * @param input      kernel and bias
 * @param recurrent  recurrent kernel of all gates with its bias if the reset gate comes after it, else of z and r
 * @param candidate  recurrent kernel of the candidate if the reset gate comes before it, else null
 * @param activation of the candidate
 * @param gates      of z and r
 */
record GruRnnCell(Panels input, Panels recurrent, Panels candidate, Activation activation, Activation gates)
        implements RnnCell {
    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return 3 * input.padded();
    }

    @Override
    public void step(Kernels k, MemorySegment a, long aOffset, long aStride, MemorySegment b, MemorySegment h, MemorySegment c,
                     int firstRow, int rows) {
        int padded = input.padded();
        int z = 3 * padded;
        k.matMul(recurrent, h, (long) firstRow * padded, padded, rows, b, 0, z);
        if (candidate != null) {
            resetBefore(k, a, aOffset, aStride, b, h, firstRow, rows);
            return;
        }
        boolean usual = activation == Activation.TANH && gates == Activation.SIGMOID;
        for (int r = 0; r < rows; r++) {
            long at = aOffset + r * aStride;
            long bt = (long) r * z;
            long state = (long) (firstRow + r) * padded;
            if (usual) {
                k.gruStep(a, at, b, bt, h, state, padded);
            } else {
                gates(k, a, at, b, bt);
                k.multiplyAdd(b, bt + padded, b, bt + 2L * padded, a, at + 2L * padded, b, bt + 2L * padded, padded);
                finish(k, b, bt, h, state);
            }
        }
    }

    private void resetBefore(Kernels k, MemorySegment a, long aOffset, long aStride, MemorySegment b, MemorySegment h,
                             int firstRow, int rows) {
        int padded = input.padded();
        int z = 3 * padded;
        long reset = (long) rows * z;
        for (int r = 0; r < rows; r++) {
            long bt = (long) r * z;
            gates(k, a, aOffset + r * aStride, b, bt);
            k.binary(BinaryOp.MULTIPLY, b, bt + padded, h, (long) (firstRow + r) * padded, b, reset + (long) r * padded,
                    padded);
        }
        k.matMul(candidate, b, reset, padded, rows, b, 2L * padded, z);
        for (int r = 0; r < rows; r++) {
            long bt = (long) r * z + 2L * padded;
            k.binary(BinaryOp.ADD, a, aOffset + r * aStride + 2L * padded, b, bt, b, bt, padded);
            finish(k, b, (long) r * z, h, (long) (firstRow + r) * padded);
        }
    }

    private void gates(Kernels k, MemorySegment a, long at, MemorySegment b, long bt) {
        int padded = input.padded();
        k.binary(BinaryOp.ADD, a, at, b, bt, b, bt, 2 * padded);
        RnnCell.activate(k, gates, b, bt, b, bt, units());
        RnnCell.activate(k, gates, b, bt + padded, b, bt + padded, units());
    }

    private void finish(Kernels k, MemorySegment b, long bt, MemorySegment h, long state) {
        int padded = input.padded();
        RnnCell.activate(k, activation, b, bt + 2L * padded, b, bt + 2L * padded, units());
        k.gruState(b, bt, b, bt + 2L * padded, h, state, padded);
    }
}
