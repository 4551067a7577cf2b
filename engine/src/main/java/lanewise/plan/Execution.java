package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.OffHeap;
import lanewise.kernel.Rehearsal;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.spec.OperationTime;

/** A plan and the memory of one predictor: runs call after call. Belongs to one thread at a time. */
public final class Execution {
    private final Plan plan;
    private final PlanOp[] ops;
    private final Frame frame;
    /** Sizes of the inputs in the last call, by input. */
    private final int[][] lastSizes;
    /** Whether sizes depend on more than the inputs' sizes. */
    private final boolean dynamic;
    /** Whether the frame's sizes are those that follow from {@link #lastSizes}. */
    private boolean known;
    /** Rows whose states are kept from the last call; 0 if none are. */
    private int stateRows;
    /** What {@link #stateRows} and the states were before the last call, by state. */
    private int rowsBefore;
    private final MemorySegment[] statesBefore;

    /**
     * Allocates the memory.
     *
     * @param plan     the model's plan
     * @param arena    holds it
     * @param maxBatch most rows in a call
     * @param maxSteps most steps where a dimension is unknown
     * @throws InvalidInputException                 if these sizes need more memory than there is
     * @throws lanewise.error.LimitExceededException if they need more than the arena may hold
     */
    public Execution(Plan plan, OffHeap arena, int maxBatch, int maxSteps) {
        this.plan = plan;
        ops = plan.entries().stream().map(Plan.Entry::op).toArray(PlanOp[]::new);
        dynamic = plan.entries().stream().anyMatch(entry -> entry.op().hasDynamicShape());
        lastSizes = new int[plan.inputs().length][];
        for (int i = 0; i < lastSizes.length; i++) {
            lastSizes[i] = new int[plan.values().get(plan.inputs()[i]).rank()];
        }
        statesBefore = new MemorySegment[plan.states().length];
        try {
            frame = new Frame(plan.values(), plan.inputs(), ops, arena, maxBatch, maxSteps);
            for (int i = 0; i < statesBefore.length; i++) {
                statesBefore[i] = Memory.floats(arena, Dims.count(frame.largest(plan.states()[i])));
            }
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new InvalidInputException("a predictor for up to " + maxBatch + " rows of " + maxSteps
                    + " steps needs more memory than there is; ask for smaller maxima");
        }
    }

    /**
     * The memory of the values.
     *
     * @return where inputs and outputs lie
     */
    public Frame frame() {
        return frame;
    }

    /**
     * Whether some operation may refuse the values of a call, beyond their sizes.
     *
     * @return true for models that read ids, for example
     */
    public boolean refusesValues() {
        for (PlanOp op : ops) {
            if (op.refusesValues()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a call may start from states that the call before it left.
     *
     * @return true for models with stateful layers
     */
    public boolean isStateful() {
        return statesBefore.length > 0;
    }

    /** Forgets the states of stateful layers: the next call starts from zeros. */
    public void resetStates() {
        stateRows = 0;
    }

    /**
     * Runs the model on what the inputs hold. A call that throws leaves the states of stateful layers as they were.
     *
     * @param kernels the twin to compute with
     * @throws InvalidInputException if the inputs do not fit together or hold an id that the model does not know
     */
    public void run(Kernels kernels) {
        int batch = rows();
        if (statesBefore.length > 0) {
            prepareStates(batch);
        }
        boolean sameSizes = hasSizesOfLastCall();
        try {
            for (PlanOp op : ops) {
                if (!sameSizes) {
                    op.shape(frame.dims());
                }
                op.run(frame, kernels);
            }
        } catch (RuntimeException | Error e) {
            undo();
            throw e;
        }
        keepSizes(sameSizes);
    }

    /**
     * Runs the model on what the inputs hold, and reads the clock after each operation.
     *
     * @param kernels the twin to compute with
     * @param calls   how often, at least 1; the first tenth does not count
     * @return the median time of each operation, in order
     * @throws InvalidInputException as {@link #run} does
     */
    public List<OperationTime> profile(Kernels kernels, int calls) {
        long[][] nanos = new long[ops.length][calls];
        for (int call = 0; call < calls; call++) {
            time(kernels, nanos, call);
        }
        List<OperationTime> times = new ArrayList<>();
        for (int i = 0; i < ops.length; i++) {
            long[] counted = Arrays.copyOfRange(nanos[i], calls / 10, calls);
            Arrays.sort(counted);
            times.add(new OperationTime(plan.entries().get(i).layer(), ops[i].words(),
                    counted[counted.length / 2] / 1e3));
        }
        return times;
    }

    private void time(Kernels kernels, long[][] nanos, int call) {
        int batch = rows();
        if (statesBefore.length > 0) {
            prepareStates(batch);
        }
        known = false;
        try {
            long before = System.nanoTime();
            for (int i = 0; i < ops.length; i++) {
                ops[i].shape(frame.dims());
                ops[i].run(frame, kernels);
                long now = System.nanoTime();
                nanos[i][call] = now - before;
                before = now;
            }
        } catch (RuntimeException | Error e) {
            undo();
            throw e;
        }
    }

    /**
     * Runs the operations of the last call again, all for as long, so that those which take little time get compiled
     * like the others. What the values hold is of no use afterwards.
     *
     * @param kernels the twin to compute with
     * @param nanos   how long altogether; each operation runs at least once
     */
    public void exercise(Kernels kernels, long nanos) {
        for (PlanOp op : ops) {
            long end = System.nanoTime() + nanos / ops.length;
            do {
                op.run(frame, kernels);
            } while (System.nanoTime() < end);
        }
    }

    /**
     * Names the kernels that take most of the time of the last call, so that they can be compiled.
     *
     * @param rehearsal takes them
     */
    public void rehearse(Rehearsal rehearsal) {
        for (PlanOp op : ops) {
            op.rehearse(frame, rehearsal);
        }
    }

    /**
     * Whether no size differs from the last call's, so that none has to be found again. The next answer is no until
     * {@link #keepSizes} says that the call went well.
     *
     * @return true if all inputs have the sizes that they had
     */
    public boolean hasSizesOfLastCall() {
        int[] inputs = plan.inputs();
        boolean same = known;
        known = false;
        for (int i = 0; i < inputs.length && same; i++) {
            int[] now = frame.dims(inputs[i]);
            int[] before = lastSizes[i];
            for (int axis = 0; axis < now.length; axis++) {
                same &= now[axis] == before[axis];
            }
        }
        return same;
    }

    /**
     * Notes the sizes of a call that went well.
     *
     * @param same whether they are those of the call before it
     */
    public void keepSizes(boolean same) {
        int[] inputs = plan.inputs();
        for (int i = 0; i < inputs.length && !same; i++) {
            System.arraycopy(frame.dims(inputs[i]), 0, lastSizes[i], 0, lastSizes[i].length);
        }
        known = !dynamic;
    }

    /**
     * The rows of the current call, which all inputs must have.
     *
     * @return how many
     * @throws InvalidInputException if inputs differ
     */
    public int rows() {
        int[] inputs = plan.inputs();
        int batch = frame.dims(inputs[0])[0];
        for (int v : inputs) {
            if (frame.dims(v)[0] != batch) {
                throw new InvalidInputException("input '" + plan.values().get(v).name() + "' has " + frame.dims(v)[0]
                        + " rows, but input '" + plan.values().get(inputs[0]).name() + "' has " + batch);
            }
        }
        return batch;
    }

    /** Keeps what the states are, and makes them zeros where the call is the first. */
    private void prepareStates(int batch) {
        if (stateRows != 0 && stateRows != batch) {
            throw new InvalidInputException(
                    "the model is stateful and keeps the states of " + stateRows + " rows, but this call has " + batch
                            + "; reset the states first");
        }
        rowsBefore = stateRows;
        for (int i = 0; i < statesBefore.length; i++) {
            int v = plan.states()[i];
            if (stateRows == 0) {
                Memory.clear(frame.data(v), 0, Dims.count(frame.largest(v)));
            } else {
                Memory.copy(frame.data(v), 0, statesBefore[i], 0, Dims.count(frame.dims(v)));
            }
        }
        stateRows = batch;
    }

    /** Makes the states what they were before the last call. */
    public void undo() {
        for (int i = 0; i < statesBefore.length && rowsBefore != 0; i++) {
            int v = plan.states()[i];
            Memory.copy(statesBefore[i], 0, frame.data(v), 0, Dims.count(frame.dims(v)));
        }
        stateRows = rowsBefore;
    }
}
