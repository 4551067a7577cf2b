package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.stream.Stream;
import lanewise.plan.stream.StreamPlan;
import lanewise.spec.DType;

/**
 * Scores a stream with a {@link Model}: takes one step of the sequence at a time, keeps what it needs from the earlier
 * steps, and gives the output that the whole sequence so far would have, to the last bit. Created by
 * {@link Model#stepper()}.
 *
 * <p>A model that outputs every step gives the output of the newest step. A model that outputs the last step, or a
 * mean, gives the output that it would give if the sequence ended here. Inputs without a time axis keep their values.
 *
 * <p>Between two steps, {@link #prepare} does the work that doesn't depend on the next input: for a recurrent layer
 * whose input is as wide as its state, that is half of the work.
 *
 * <p>A stepper belongs to the first thread that uses it. Another thread is refused, until the owner has called
 * {@link #release} and the other {@link #acquire}; the stream goes on. After warm-up no call allocates, locks or logs,
 * except those that return a new object. A refused call changes nothing: not the state, not the streams of a store, not
 * {@code y}. One exception: a call for the streams of a store gives up the stepper's own stream, even if it is refused.
 */
public final class Stepper extends Session {
    private final StreamPlan plan;
    private final Stream stream;
    /** The kernels that have prepared the next step. */
    private Kernels prepared;
    private boolean computesNaN;
    private final KeyBatch batch;

    Stepper(LoadedModel model, int maxRows, int maxSteps) {
        super(model, model.streamPlan().plan(), model.stepWatch(), new Usage(model, "stepper",
                "a stepper takes one step at a time, and this one at most %d rows; "
                        + "ask model.stepper(maxRows) for more"),
                model.scratch("a stepper for up to " + maxRows + " rows"), maxRows, maxSteps);
        plan = model.streamPlan();
        try {
            stream = new Stream(plan, execution);
            batch = new KeyBatch(maxRows, plan.stateBytes());
        } catch (OutOfMemoryError | ArithmeticException e) {
            close();
            throw new InvalidInputException("a stepper for up to " + maxRows
                    + " rows needs more memory than there is; ask for fewer");
        }
    }

    /**
     * Allows NaN. By default, input with NaN is refused, since it would stay in the state forever.
     *
     * @param computes whether NaN is accepted
     * @return this stepper
     */
    public Stepper computeNaN(boolean computes) {
        usage.checkForeign();
        computesNaN = computes;
        return this;
    }

    /**
     * Advances one step with the values in the inputs; the outputs then hold the answer.
     *
     * @return whether every output has something new: false while a window is not full or a stride skips the step
     * @throws InvalidInputException if inputs do not fit together, hold NaN, or an id that the model does not know
     * @throws IllegalStateException if an input was never given values, the stepper or its model is closed, or it
     *                               belongs to another thread
     */
    public boolean step() {
        if (!computesNaN) {
            refuseNaN();
        }
        return run();
    }

    private boolean run() {
        usage.begin();
        try {
            needInputs();
            boolean timed = beginTiming();
            boolean due = stream.run(stream.isPrepared() ? prepared : kernels());
            if (timed) {
                endTiming();
            }
            return due;
        } finally {
            usage.end();
        }
    }

    /** Takes a step with the given kernels; for warming up. */
    void run(boolean vectors) {
        stream.run(kernels(vectors));
    }

    private void refuseNaN() {
        usage.check();
        for (int i = 0; i < inputs().size(); i++) {
            InputTensor input = inputs().get(i);
            int n = input.dtype() == DType.FLOAT32 ? input.size() : 0;
            MemorySegment values = execution.frame().data(plan.plan().inputs()[i]);
            for (int at = 0; at < n; at++) {
                if (Float.isNaN(Memory.get(values, at))) {
                    input.order.measure(input.dims);
                    throw nan(input, input.order.valueOutside(at));
                }
            }
        }
    }

    /** Compares the largest magnitude, as bits: C2 can vectorize this loop. */
    private static boolean holdsNaN(float[] x) {
        int largest = 0;
        for (float value : x) {
            largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        return largest > Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    }

    private void refuseNaN(float[] x) {
        if (!computesNaN && holdsNaN(x)) {
            throw nan(onlyInput(), IntStream.range(0, x.length).filter(i -> Float.isNaN(x[i])).findFirst()
                    .orElseThrow());
        }
    }

    private static InvalidInputException nan(InputTensor input, int at) {
        return new InvalidInputException("input '" + input.name() + "' holds NaN at " + at
                + ", which would stay in the state for ever; computeNaN(true) lets it in");
    }

    /**
     * Whether an output has something new since the last step.
     *
     * @param output its name
     * @return false while its windows are not full
     * @throws InvalidInputException if the model has no such output
     */
    public boolean isDue(String output) {
        usage.check();
        return stream.isDue(plan.plan().outputs()[outputs().indexOf(output(output))]);
    }

    /**
     * Advances one step.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due; must have room for the largest output of a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if x has another length, or NaN, or y is too short
     */
    public boolean step(float[] x, float[] y) {
        onlyOutput().needRoomForLargest(1, y.length);
        refuseNaN(x);
        onlyInput().set(x);
        return run() && onlyOutput().get(y) > 0;
    }

    /**
     * Advances one step with an integer, for example a token's id.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due; must have room for the largest output of a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if x has another length or is unknown to the model, or y is too short
     */
    public boolean step(int[] x, float[] y) {
        onlyOutput().needRoomForLargest(1, y.length);
        onlyInput().set(x);
        return run() && onlyOutput().get(y) > 0;
    }

    /**
     * Advances one step from and to segments of any kind, in native byte order.
     *
     * @param x the input of the step, numbers of the input's type
     * @param y takes the output, numbers of the output's type, if one is due; must have room for the largest output of
     *          a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if x has another length, NaN, or an id that the model does not know, or y is too
     *                               short
     */
    public boolean step(MemorySegment x, MemorySegment y) {
        OutputTensor output = onlyOutput();
        output.needNumbers();
        output.needRoomForLargest(1, y.byteSize() / output.dtype().bytes());
        if (y.isReadOnly() || !y.scope().isAlive() || !y.isAccessibleBy(Thread.currentThread())) {
            throw new InvalidInputException("output '" + output.name()
                    + "' can't be written to a segment that is read-only, closed, or another thread's");
        }
        onlyInput().set(x, 1);
        return step() && output.get(y) > 0;
    }

    /**
     * Does the part of the next step that doesn't depend on its input, so that {@link #fire} or {@link #step} has less
     * left to do. The bits stay the same.
     */
    public void prepare() {
        usage.begin();
        try {
            prepared = kernels();
            stream.prepare(prepared);
        } finally {
            usage.end();
        }
    }

    /**
     * Advances one step that was prepared.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due; must have room for the largest output of a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if x has another length, or NaN, or y is too short
     * @throws IllegalStateException if {@link #prepare} was not called since the last step
     */
    public boolean fire(float[] x, float[] y) {
        usage.check();
        if (!stream.isPrepared()) {
            throw new IllegalStateException(
                    "nothing is prepared: call prepare() after each step, or step() instead of fire()");
        }
        return step(x, y);
    }

    /** Starts a new stream in each row. */
    public void reset() {
        usage.check();
        stream.clear();
    }

    /**
     * Returns the state of the stream.
     *
     * @return a copy, which later steps do not change
     */
    public State state() {
        State state = new State(model);
        copyState(state);
        return state;
    }

    /**
     * Copies the state of the stream, without allocating.
     *
     * @param to receives it
     * @throws InvalidInputException if it belongs to another model
     */
    public void copyState(State to) {
        usage.check();
        to.checkModel(model);
        stream.store(0, to.memory(), 0);
    }

    /**
     * Continues a stream from a state.
     *
     * @param state a state of this model, from this or another stepper
     * @throws InvalidInputException if it belongs to another model; the stream is unchanged
     */
    public void restore(State state) {
        usage.check();
        state.checkModel(model);
        stream.load(state.memory(), 0, 0);
    }

    /**
     * Advances one of many streams by one step. The stepper's own stream is replaced by a copy of that stream, so use
     * another stepper for a stream of your own.
     *
     * @param store the streams
     * @param key   the stream's key
     * @param x     the input of the step
     * @param y     takes the output, if one is due; must have room for the largest output of a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if the streams belong to another model, the key is out of range, x is refused, or y
     *                               is too short; no stream is changed then
     */
    public boolean step(StateStore store, long key, float[] x, float[] y) {
        usage.check();
        store.checkModel(model);
        long offset = store.offset(key);
        onlyOutput().needRoomForLargest(1, y.length);
        refuseNaN(x);
        onlyInput().set(x);
        stream.load(store.memory(), offset, 0);
        boolean due = run();
        stream.store(0, store.memory(), offset);
        return due && onlyOutput().get(y) > 0;
    }

    /**
     * Advances several of many streams together by one step; each gets the same bits as alone. The rows of x and y lie
     * one after the other, also in a model whose arrays have them along another axis.
     *
     * @param store the streams
     * @param keys  the streams' keys, each once
     * @param x     the inputs, one row for each key
     * @param y     takes the outputs, one row for each key, each as long as the largest output of a step; rows whose
     *              output is not due stay as they are
     * @return how many outputs were due
     * @throws InvalidInputException if there are more keys than the stepper's rows, a key is given twice or out of
     *                               range, the streams belong to another model, x is refused, or y is too short; no
     *                               stream is changed then
     */
    public int step(StateStore store, long[] keys, float[] x, float[] y) {
        usage.check();
        store.checkModel(model);
        if (keys.length == 0) {
            return 0;
        }
        batch.check(keys, store, usage);
        onlyOutput().needRoomForLargest(keys.length, y.length);
        refuseNaN(x);
        if (plan.isPhased()) {
            return stepEach(store, keys, x, y);
        }
        onlyInput().setRows(x, keys.length);
        for (int row = 0; row < keys.length; row++) {
            stream.load(store.memory(), store.offset(keys[row]), row);
        }
        boolean due = run();
        for (int row = 0; row < keys.length; row++) {
            stream.store(row, store.memory(), store.offset(keys[row]));
        }
        return due && onlyOutput().getRows(y) > 0 ? keys.length : 0;
    }

    /** Streams whose windows fill at different steps can't advance together. */
    private int stepEach(StateStore store, long[] keys, float[] x, float[] y) {
        if (x.length % keys.length != 0) {
            throw new InvalidInputException(
                    x.length + " inputs are not the same number for each of " + keys.length + " keys");
        }
        int outputs = onlyOutput().largestRow();
        float[] rowX = batch.inputRow(x.length / keys.length);
        float[] rowY = batch.outputRow(outputs);
        batch.keep(keys, store);
        int due = 0;
        try {
            for (int row = 0; row < keys.length; row++) {
                System.arraycopy(x, row * rowX.length, rowX, 0, rowX.length);
                boolean isDue = step(store, keys[row], rowX, rowY);
                batch.answer(row, rowY, isDue);
                due += isDue ? 1 : 0;
            }
        } catch (RuntimeException | Error e) {
            batch.restore(keys, store);
            throw e;
        }
        batch.copyAnswers(keys.length, y);
        return due;
    }
}
