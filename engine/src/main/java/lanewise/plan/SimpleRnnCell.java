package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.spec.Activation;

/**
 * Keras's SimpleRNN.
 *
 * @param input      kernel and bias
 * @param recurrent  recurrent kernel
 * @param activation of the output
 */
record SimpleRnnCell(Panels input, Panels recurrent, Activation activation) implements RnnCell {
    @Override
    public int units() {
        return input.units();
    }

    @Override
    public int gateFloats() {
        return input.padded();
    }

    @Override
    public void step(Kernels k, MemorySegment a, long aOffset, long aStride, MemorySegment b, MemorySegment h, MemorySegment c,
                     int firstRow, int rows) {
        int padded = input.padded();
        k.matMul(recurrent, h, (long) firstRow * padded, padded, rows, b, 0, padded);
        for (int r = 0; r < rows; r++) {
            long bt = (long) r * padded;
            k.binary(BinaryOp.ADD, a, aOffset + r * aStride, b, bt, b, bt, padded);
            RnnCell.activate(k, activation, b, bt, h, (long) (firstRow + r) * padded, units());
        }
    }
}
