package lanewise.plan.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.Execution;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;

/**
 * The memory of one stepper: values of a piece of a sequence, and the states of the rows. Belongs to one thread at a
 * time.
 */
public final class Stream {
    private final StreamPlan plan;
    private final Execution execution;
    private final Frame frame;
    private final PlanOp[] ops;
    /** Whether a value has something new in this call, by value. */
    private final boolean[] due;
    /** States and {@link #due} before a call that may be refused late. */
    private MemorySegment before = MemorySegment.ofArray(new int[0]);
    private final boolean[] dueBefore;
    private boolean turn;
    /** Whether there was a step since the streams were started. */
    private boolean ran;

    /**
     * Starts new streams in all rows.
     *
     * @param plan      of the stream
     * @param execution of {@link StreamPlan#plan}: the values
     */
    public Stream(StreamPlan plan, Execution execution) {
        this.plan = plan;
        this.execution = execution;
        frame = execution.frame();
        ops = Arrays.stream(plan.entries()).map(StreamPlan.Entry::op).toArray(PlanOp[]::new);
        due = new boolean[plan.plan().values().size()];
        dueBefore = new boolean[due.length];
        // what is the same at every step is always there
        Arrays.fill(due, true);
        clear();
    }

    /**
     * Goes ahead by what the inputs hold.
     *
     * @param kernels the twin to compute with
     * @return whether every output has something new
     * @throws lanewise.error.InvalidInputException if the inputs do not fit together or hold an id that the model does
     *                                              not know; the states are unchanged then
     */
    public boolean run(Kernels kernels) {
        int rows = execution.rows();
        boolean wasPrepared = frame.isPrepared();
        if (rows != 1) {
            frame.setPrepared(false);
        } else if (!wasPrepared && turn) {
            prepare(kernels);
        }
        turn = plan.alternates() && !turn;
        boolean sameSizes = !plan.isPhased() && execution.hasSizesOfLastCall();
        try {
            if (sameSizes && !plan.refusesLate()) {
                // whatever is refused now is refused before a state has changed
                runAll(kernels);
            } else {
                runOrRestore(kernels, rows, sameSizes);
            }
        } catch (RuntimeException | Error e) {
            frame.setPrepared(false);
            if (wasPrepared) {
                prepare(kernels);
            }
            throw e;
        }
        ran = true;
        execution.keepSizes(sameSizes);
        frame.setPrepared(false);
        return allDue();
    }

    private void runAll(Kernels kernels) {
        for (PlanOp op : ops) {
            op.run(frame, kernels);
        }
    }

    /** A call that may be refused after states have changed; these are then what they were. */
    private void runOrRestore(Kernels kernels, int rows, boolean sameSizes) {
        int bytes = Math.toIntExact(plan.stateBytes());
        if (before.byteSize() < (long) rows * bytes) {
            before = MemorySegment.ofArray(new int[Math.multiplyExact(rows, bytes / Integer.BYTES)]);
        }
        for (int row = 0; row < rows; row++) {
            store(row, before, (long) row * bytes);
        }
        System.arraycopy(due, 0, dueBefore, 0, due.length);
        try {
            if (sameSizes) {
                runAll(kernels);
            } else {
                runDue(kernels);
            }
        } catch (RuntimeException | Error e) {
            for (int row = 0; row < rows; row++) {
                load(before, (long) row * bytes, row);
            }
            System.arraycopy(dueBefore, 0, due, 0, due.length);
            throw e;
        }
    }

    /** Runs the operations that have something new to read. */
    private void runDue(Kernels kernels) {
        int[][] dims = frame.dims();
        for (StreamPlan.Entry entry : plan.entries()) {
            boolean runs = true;
            for (int value : entry.reads()) {
                runs &= due[value];
            }
            if (runs) {
                entry.op().shape(dims);
                runs = hasSteps(entry.writes());
            }
            if (runs) {
                entry.op().run(frame, kernels);
                runs = hasSteps(entry.writes());
            }
            for (int value : entry.writes()) {
                due[value] = plan.latch(value) < 0 ? runs : latch(value, runs);
            }
        }
    }

    /** Whether a value that is kept is there; the streams of a plan with such values go ahead alone. */
    private boolean latch(int value, boolean isNew) {
        MemorySegment there = frame.data(plan.latch(value));
        if (isNew) {
            Memory.setInt(there, 0, 1);
        }
        frame.dims(value)[0] = 1;
        return Memory.getInt(there, 0) != 0;
    }

    private boolean allDue() {
        boolean all = true;
        for (int output : plan.plan().outputs()) {
            all &= due[output];
        }
        return all;
    }

    private boolean hasSteps(int[] values) {
        for (int value : values) {
            int axis = plan.axis(value);
            if (axis >= 0 && frame.dims(value)[axis] == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Does what does not need the next input, for one row.
     *
     * @param kernels the twin that is to compute the next step too
     */
    public void prepare(Kernels kernels) {
        for (int i = ops.length - 1; i >= 0; i--) {
            ops[i].prepare(frame, kernels);
        }
        frame.setPrepared(true);
    }

    /** Forgets what was prepared: the states are no longer those that it was made of. */
    private void changed() {
        frame.setPrepared(false);
    }

    /**
     * Whether {@link #prepare} was called since the last step.
     *
     * @return true until the next step, and until a state is put in
     */
    public boolean isPrepared() {
        return frame.isPrepared();
    }

    /**
     * Whether an output has something new since the last call of {@link #run}.
     *
     * @param value its number
     * @return false while windows are not full
     */
    public boolean isDue(int value) {
        return ran && due[value];
    }

    /** Makes all rows the start of new streams. */
    public void clear() {
        for (StreamPlan.Slot slot : plan.slots()) {
            Memory.clear(frame.data(slot.value()), 0, Dims.count(frame.largest(slot.value())));
        }
        ran = false;
        changed();
    }

    /**
     * Puts a state in.
     *
     * @param from   a segment of any kind
     * @param offset of the state, in bytes
     * @param row    where it goes
     */
    public void load(MemorySegment from, long offset, int row) {
        for (StreamPlan.Slot slot : plan.slots()) {
            Memory.copy(from, offset / 4, frame.data(slot.value()), (long) row * slot.padded(), slot.width());
            offset += 4L * slot.width();
        }
        changed();
    }

    /**
     * Copies a state out.
     *
     * @param row    where it is
     * @param to     a segment of any kind
     * @param offset of the state, in bytes
     */
    public void store(int row, MemorySegment to, long offset) {
        for (StreamPlan.Slot slot : plan.slots()) {
            Memory.copy(frame.data(slot.value()), (long) row * slot.padded(), to, offset / 4, slot.width());
            offset += 4L * slot.width();
        }
    }
}
