package lanewise.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.StepRun;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * The memory of one predictor: every value of the plan, at its largest size, off-heap. Belongs to one thread at a time.
 */
public final class Frame {
    private final Plan plan;
    /** Sizes in the current call, by value. */
    final int[][] dims;
    /** Numbers by value, four bytes each, row-major; null for matrices, texts and long integers. */
    final MemorySegment[] data;
    /** Texts by value, else null. */
    final String[][] strings;
    /** Long integers by value, else null. */
    final long[][] longs;
    /** Matrices that are packed in every call, by value; else null. */
    final Panels[] panels;
    /** Filled in by the step that runs. */
    final StepRun run = new StepRun();
    /** Whether recurrent layers of a stream have done what does not need the next input. */
    boolean prepared;
    private final int[][] largest;
    private final long bytes;
    private final Step[] steps;
    /** Sizes of the inputs in the last call, by input. */
    private final int[][] lastSizes;
    /** Whether sizes depend on more than the inputs' sizes. */
    private final boolean dynamic;
    /** Whether {@link #dims} holds what follows from {@link #lastSizes}. */
    private boolean known;
    /** Rows whose states are kept from the last call; 0 if none are. */
    private int stateRows;

    /**
     * Allocates the memory.
     *
     * @param plan     the model's plan
     * @param arena    holds it
     * @param maxBatch most rows in a call
     * @param maxSteps most steps where a dimension is unknown
     * @throws InvalidInputException if these sizes need more memory than there is
     */
    public Frame(Plan plan, Arena arena, int maxBatch, int maxSteps) {
        this.plan = plan;
        steps = plan.steps().stream().map(Plan.Entry::step).toArray(Step[]::new);
        dynamic = plan.steps().stream().anyMatch(entry -> entry.step().hasDynamicShape());
        lastSizes = new int[plan.inputs().length][];
        for (int i = 0; i < lastSizes.length; i++) {
            lastSizes[i] = new int[plan.values().get(plan.inputs()[i]).rank()];
        }
        int n = plan.values().size();
        dims = new int[n][];
        largest = new int[n][];
        data = new MemorySegment[n];
        strings = new String[n][];
        longs = new long[n][];
        panels = new Panels[n];
        for (int v = 0; v < n; v++) {
            dims[v] = new int[plan.values().get(v).rank()];
        }
        long total = 0;
        try {
            for (int v : plan.inputs()) {
                int[] dim = plan.values().get(v).shape().toArray();
                for (int i = 0; i < dim.length; i++) {
                    dims[v][i] = i == 0 ? maxBatch : dim[i] == Shape.ANY ? maxSteps : dim[i];
                }
            }
            for (Plan.Entry entry : plan.steps()) {
                entry.step().shapeLargest(dims, maxSteps);
            }
            for (int v = 0; v < n; v++) {
                largest[v] = dims[v].clone();
                Plan.ValueInfo info = plan.values().get(v);
                if (info.alias() >= 0) {
                    data[v] = data[info.alias()];
                    strings[v] = strings[info.alias()];
                    longs[v] = longs[info.alias()];
                } else if (info.dtype() == DType.STRING) {
                    strings[v] = new String[Dims.count(dims[v])];
                } else if (info.dtype() == DType.INT64) {
                    longs[v] = new long[Dims.count(dims[v])];
                } else if (info.matrix()) {
                    panels[v] = Panels.empty(arena, dims[v][0], dims[v][1]);
                    total += panels[v].bytes();
                } else {
                    data[v] = Memory.floats(arena, Dims.count(dims[v]));
                    total += data[v].byteSize();
                }
            }
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new InvalidInputException("a predictor for up to " + maxBatch + " rows of " + maxSteps
                    + " steps needs more memory than there is; ask for smaller maxima");
        }
        bytes = total;
    }

    /**
     * The off-heap memory it holds.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * The memory of a value.
     *
     * @param value its number
     * @return a segment of at least as many four-byte numbers as the largest size
     */
    public MemorySegment data(int value) {
        return data[value];
    }

    /**
     * The sizes of a value in the current call. For inputs, the caller sets them before {@link #run}.
     *
     * @param value its number
     * @return the frame's own array
     */
    public int[] dims(int value) {
        return dims[value];
    }

    /**
     * The largest sizes that a value can have.
     *
     * @param value its number
     * @return the frame's own array
     */
    public int[] largest(int value) {
        return largest[value];
    }

    /**
     * The texts of a value.
     *
     * @param value its number
     * @return the frame's own array of its largest size, or null if it holds numbers
     */
    public String[] strings(int value) {
        return strings[value];
    }

    /**
     * The long integers of a value.
     *
     * @param value its number
     * @return the frame's own array of its largest size, or null if it holds something else
     */
    public long[] longs(int value) {
        return longs[value];
    }

    /** An integer of a value that holds integers of either size. */
    long integer(int value, DType type, int i) {
        return type == DType.INT64 ? longs[value][i] : Memory.getInt(data[value], i);
    }

    /** Forgets the states of stateful layers: the next call starts from zeros. */
    public void resetStates() {
        stateRows = 0;
    }

    /**
     * Runs the model on what the inputs hold.
     *
     * @param kernels the twin to compute with
     * @throws InvalidInputException if the inputs do not fit together or hold an id that the model does not know
     */
    public void run(Kernels kernels) {
        int batch = rows();
        if (plan.states().length > 0) {
            prepareStates(batch);
        }
        boolean sameSizes = hasSizesOfLastCall();
        for (Step step : steps) {
            if (!sameSizes) {
                step.shape(dims);
            }
            step.run(this, kernels);
        }
        keepSizes();
    }

    /**
     * Runs the steps of the last call again, all for as long, so that those which take little time get compiled like
     * the others. What the values hold is of no use afterwards.
     *
     * @param kernels the twin to compute with
     * @param nanos   how long altogether; each step runs at least once
     */
    public void exercise(Kernels kernels, long nanos) {
        for (Step step : steps) {
            long end = System.nanoTime() + nanos / steps.length;
            do {
                step.run(this, kernels);
            } while (System.nanoTime() < end);
        }
    }

    /** Whether no size differs from the last call's, so that none has to be found again. */
    boolean hasSizesOfLastCall() {
        int[] inputs = plan.inputs();
        boolean same = known;
        known = false;
        for (int i = 0; i < inputs.length && same; i++) {
            int[] now = dims[inputs[i]];
            int[] before = lastSizes[i];
            for (int axis = 0; axis < now.length; axis++) {
                same &= now[axis] == before[axis];
            }
        }
        return same;
    }

    /** Notes the sizes of a call that went well. */
    void keepSizes() {
        int[] inputs = plan.inputs();
        for (int i = 0; i < inputs.length; i++) {
            System.arraycopy(dims[inputs[i]], 0, lastSizes[i], 0, lastSizes[i].length);
        }
        known = !dynamic;
    }

    /** The rows of the current call, which all inputs must have. */
    int rows() {
        int[] inputs = plan.inputs();
        int batch = dims[inputs[0]][0];
        for (int v : inputs) {
            if (dims[v][0] != batch) {
                throw new InvalidInputException("input '" + plan.values().get(v).name() + "' has " + dims[v][0]
                        + " rows, but input '" + plan.values().get(inputs[0]).name() + "' has " + batch);
            }
        }
        return batch;
    }

    private void prepareStates(int batch) {
        if (stateRows != 0 && stateRows != batch) {
            throw new InvalidInputException(
                    "the model is stateful and keeps the states of " + stateRows + " rows, but this call has "
                            + batch + "; reset the states first");
        }
        if (stateRows == 0) {
            for (int v : plan.states()) {
                Memory.clear(data[v], 0, Dims.count(largest[v]));
            }
            stateRows = batch;
        }
    }
}
