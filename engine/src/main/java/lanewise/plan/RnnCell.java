package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.spec.Activation;

/**
 * The arithmetic of one step of a recurrent layer, for some rows of a batch. Immutable.
 *
 * <p>A state is [batch, padded] floats: units rounded up to whole panels. Sums are [padded] per gate, gates side by side.
 */
sealed interface RnnCell permits LstmRnnCell, GruRnnCell, SimpleRnnCell {
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
     * Goes one step ahead.
     *
     * @param k        the twin to compute with
     * @param a        input parts of the gates
     * @param aOffset  of the first row
     * @param aStride  from row to row
     * @param scratch  room for recurrent parts, [rows, gateFloats] and as much again for one state
     * @param h        first state, the output
     * @param c        last state: the cell state of an LSTM, else the first again
     * @param firstRow of the batch
     * @param rows     how many
     */
    void step(Kernels k, MemorySegment a, long aOffset, long aStride, MemorySegment scratch, MemorySegment h,
              MemorySegment c, int firstRow, int rows);

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
