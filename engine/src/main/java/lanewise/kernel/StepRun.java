package lanewise.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Which steps of which rows a recurrent kernel is to run, and where their numbers are. One object serves all calls of a
 * predictor, so that none is made in a call. Offsets and strides count floats; a stride may be negative. States are
 * [rows][padded].
 */
public final class StepRun {
    /** Most rows that advance together: a register block of the matrix product. */
    public static final int MAX_ROWS = 4;

    /** Neighbouring rows that advance together, at most {@link #MAX_ROWS}. */
    public int rows;
    /** How many steps. */
    public int steps;
    /** Whether the product of the first step is left out: the states are zeros, the weights finite. */
    public boolean zero;
    /** Whether the product of the first step is in {@link #scratch} already, by {@link Kernels#recurrentSums}. */
    public boolean summed;
    /** Input parts, {@code [gates][padded]} a row and step. */
    public MemorySegment a;
    /** Of the first row and step. */
    public long aOffset;
    /** From row to row. */
    public long aRow;
    /** From step to step. */
    public long aStep;
    /** First state, the output; read and written. */
    public MemorySegment h;
    /** Last state, the cell state of an LSTM, else the first again; read and written. */
    public MemorySegment c;
    /** Of the first row in {@link #h} and {@link #c}. */
    public long state;
    /** Room for the sums of {@link #rows} rows and one state more. */
    public MemorySegment scratch;
    /** Takes the outputs of all steps, [units] each, or null. */
    public MemorySegment out;
    /** Of the first row and step. */
    public long outOffset;
    /** From row to row. */
    public long outRow;
    /** From step to step. */
    public long outStep;

    /** Creates a run to be filled in. */
    public StepRun() {}

    /**
     * The input part of a row's step.
     *
     * @param row  counted from the first of the run
     * @param step counted from the first of the run
     * @return its offset in {@link #a}
     */
    public long input(int row, int step) {
        return aOffset + row * aRow + step * aStep;
    }

    /**
     * Copies the states after a step to where the outputs go, if anywhere.
     *
     * @param step   counted from the first of the run
     * @param units  of an output
     * @param padded of a state
     */
    public void putOut(int step, int units, int padded) {
        if (out == null) {
            return;
        }
        for (int r = 0; r < rows; r++) {
            Memory.copy(h, state + (long) r * padded, out, outOffset + r * outRow + step * outStep, units);
        }
    }
}
