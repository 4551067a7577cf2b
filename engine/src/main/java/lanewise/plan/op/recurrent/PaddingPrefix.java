package lanewise.plan.op.recurrent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.OffHeap;
import lanewise.kernel.Panels;
import lanewise.kernel.StepRun;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.Frame;

/**
 * The states of a recurrent layer after 0, 1, 2, ... steps of padding: where a text that is padded in front starts. Id
 * 0 is padding, as Keras's {@code pad_sequences} has it.
 */
public final class PaddingPrefix extends Table {
    private final String layer;
    private final Source source;
    private final RnnCell cell;
    private final int steps;
    private final int starts;
    /** For each state [steps + 1][padded]. */
    private final MemorySegment[] states;
    /** The outputs of all steps of padding, [steps][units]. */
    private MemorySegment outputs;

    /** A sequence whose first steps are the same for every text that begins with as much padding. */
    public sealed interface Source {
        /** The ids, [batch, steps]. */
        int ids();

        /** Copies the numbers of a step of nothing but padding. */
        void copy(Kernels k, int step, MemorySegment to);
    }

    /** An embedding. */
    public record Embedded(EmbeddingOp op) implements Source {
        @Override
        public int ids() {
            return op.ids();
        }

        @Override
        public void copy(Kernels k, int step, MemorySegment to) {
            k.lookup(op.table(), 0, to, 0);
        }
    }

    /** A layer that puts out every step. */
    public record Outputs(PaddingPrefix before) implements Source {
        @Override
        public int ids() {
            return before.source.ids();
        }

        @Override
        public void copy(Kernels k, int step, MemorySegment to) {
            int units = before.cell.units();
            Memory.copy(before.outputs, (long) step * units, to, 0, units);
        }
    }

    /**
     * Describes the table.
     *
     * @param layer  path
     * @param source what the layer reads
     * @param cell   what it computes
     * @param count  of its states
     * @param steps  of a text
     * @param starts scratch for the length of each row's padding
     */
    public PaddingPrefix(String layer, Source source, RnnCell cell, int count, int steps, int starts) {
        this.layer = layer;
        this.source = source;
        this.cell = cell;
        this.steps = steps;
        this.starts = starts;
        states = new MemorySegment[count];
    }

    /** What the table takes. */
    public static long bytes(RnnCell cell, int count, int steps) {
        return 4L * count * (steps + 1) * Panels.padded(cell.units());
    }

    /** Where the lengths of the rows' padding are kept during a call. */
    int starts() {
        return starts;
    }

    @Override
    void compute(Arena arena, Kernels k) {
        int width = Panels.padded(cell.units());
        int gates = cell.gateFloats();
        for (int s = 0; s < states.length; s++) {
            states[s] = Memory.floats(arena, (long) (steps + 1) * width);
        }
        outputs = Memory.floats(arena, (long) steps * cell.units());
        try (Arena scratch = OffHeap.confined()) {
            StepRun run = new StepRun();
            run.rows = 1;
            run.steps = 1;
            run.a = Memory.floats(scratch, gates);
            run.h = Memory.floats(scratch, width);
            run.c = states.length > 1 ? Memory.floats(scratch, width) : run.h;
            run.scratch = Memory.floats(scratch, gates + width);
            MemorySegment x = Memory.floats(scratch, cell.input().inputs());
            for (int t = 0; t < steps; t++) {
                source.copy(k, t, x);
                k.matMul(cell.input(), x, 0, 0, 1, run.a, 0, gates);
                cell.steps(k, run);
                Memory.copy(run.h, 0, states[0], (t + 1L) * width, width);
                if (states.length > 1) {
                    Memory.copy(run.c, 0, states[1], (t + 1L) * width, width);
                }
                Memory.copy(run.h, 0, outputs, (long) t * cell.units(), cell.units());
            }
        }
    }

    /**
     * Finds out how long the padding of each row is and puts its states after that; no padding counts unless the table
     * serves.
     */
    void start(Frame f, Kernels k, int batch, int[] values) {
        int width = Panels.padded(cell.units());
        boolean serves = serves(k);
        for (int b = 0; b < batch; b++) {
            int n = 0;
            while (serves && n < steps && Memory.getInt(f.data(source.ids()), (long) b * steps + n) == 0) {
                n++;
            }
            Memory.setInt(f.data(starts), b, n);
            for (int s = 0; s < values.length; s++) {
                if (n == 0) {
                    Memory.clear(f.data(values[s]), (long) b * width, width);
                } else {
                    Memory.copy(states[s], (long) n * width, f.data(values[s]), (long) b * width, width);
                }
            }
        }
    }

    /** The length of a row's padding in this call. */
    int length(Frame f, int b) {
        return Memory.getInt(f.data(starts), b);
    }

    /** Copies the output of a step of padding. */
    void putOutput(int step, MemorySegment to, long offset) {
        Memory.copy(outputs, (long) step * cell.units(), to, offset, cell.units());
    }

    @Override
    String describe() {
        return layer + ": states kept for up to " + steps + " steps of padding in front, which cost nothing then";
    }
}
