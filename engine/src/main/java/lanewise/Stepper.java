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
 * Scores a stream with a {@link Model}: takes one step of the sequence at a time, keeps what it needs of those before,
 * and gives the output that the whole sequence up to now would have, to the last bit. Made by {@link Model#stepper()}.
 *
 * <p>A model that puts out every step gives the newest one's output; a model that puts out the last one, or a mean,
 * gives what it would if the sequence ended here. Inputs without an axis of steps stay what they were set to.
 *
 * <p>Between two steps, {@link #prepare} does what does not need the next input: half of the work of a recurrent layer
 * whose input is as wide as its state.
 *
 * <p>One thread at a time uses a stepper. After warm-up no call allocates, locks or logs, but for those that return
 * something new. Input that is refused leaves the state as it was.
 */
public final class Stepper extends Scratch {
    private final StreamPlan plan;
    private final Stream stream;
    /** The twin that has prepared the next step. */
    private Kernels prepared;
    private boolean computesNaN;
    private float[] rowX = new float[0];
    private float[] rowY = new float[0];

    Stepper(Model model, int maxRows, int maxSteps) {
        super(model, model.streamPlan().plan(), maxRows, maxSteps);
        plan = model.streamPlan();
        stream = new Stream(plan, execution);
    }

    @Override
    String room() {
        return "a stepper takes one step at a time, and this one at most %d rows; ask model.stepper(maxRows) for more";
    }

    /**
     * Computes with NaN too. Otherwise input with NaN is refused, since it would stay in the state for ever.
     *
     * @param computes whether NaN is taken as it comes
     * @return this stepper
     */
    public Stepper computeNaN(boolean computes) {
        computesNaN = computes;
        return this;
    }

    /**
     * Goes one step ahead with what the inputs hold; the outputs then hold the answer.
     *
     * @return whether every output has something new: false while a window is not full or a stride skips the step
     * @throws InvalidInputException if inputs do not fit together, hold NaN, or an id that the model does not know; the
     *                               state is unchanged
     * @throws IllegalStateException if the stepper or its model is closed, or another thread is using it
     */
    public boolean step() {
        if (!computesNaN) {
            refuseNaN();
        }
        return run();
    }

    private boolean run() {
        begin();
        try {
            return stream.run(stream.isPrepared() ? prepared : kernels());
        } finally {
            end();
        }
    }

    private void refuseNaN() {
        checkUsable();
        for (int i = 0; i < inputs().size(); i++) {
            Tensor input = inputs().get(i);
            int n = input.dtype() == DType.FLOAT32 ? input.size() : 0;
            for (int at = 0; at < n; at++) {
                if (Float.isNaN(Memory.get(frame.data(plan.plan().inputs()[i]), at))) {
                    throw nan(input, at);
                }
            }
        }
    }

    /** The largest magnitude, as bits: a loop that C2 turns into vectors. */
    private static boolean holdsNaN(float[] x) {
        int largest = 0;
        for (float value : x) {
            largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        return largest > Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    }

    private static InvalidInputException nan(Tensor input, float[] x) {
        return nan(input, IntStream.range(0, x.length).filter(i -> Float.isNaN(x[i])).findFirst().orElseThrow());
    }

    private static InvalidInputException nan(Tensor input, int at) {
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
        return stream.isDue(plan.plan().outputs()[outputs().indexOf(output(output))]);
    }

    /**
     * Goes one step ahead.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due
     * @return whether an output was due, else y is as it was
     * @throws InvalidInputException if x has another length, or NaN, or y is too short
     */
    public boolean step(float[] x, float[] y) {
        if (!computesNaN && holdsNaN(x)) {
            throw nan(onlyInput(), x);
        }
        onlyInput().set(x);
        return run() && onlyOutput().get(y) > 0;
    }

    /**
     * Goes one step ahead with an integer, for example a token's id.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due
     * @return whether an output was due, else y is as it was
     * @throws InvalidInputException if x has another length or is unknown to the model, or y is too short
     */
    public boolean step(int[] x, float[] y) {
        onlyInput().set(x);
        return step() && onlyOutput().get(y) > 0;
    }

    /**
     * Goes one step ahead from and to segments of any kind, in native byte order.
     *
     * @param x the input of the step, four-byte numbers of the input's type
     * @param y takes the output, if one is due
     * @return whether an output was due, else y is as it was
     * @throws InvalidInputException if x has another length, NaN, or an id that the model does not know, or y is too
     *                               short
     */
    public boolean step(MemorySegment x, MemorySegment y) {
        onlyInput().set(x, 1);
        return step() && onlyOutput().get(y) > 0;
    }

    /**
     * Does now what the next step does not need its input for, so that {@link #fire} or {@link #step} has less left to
     * do. Same bits.
     */
    public void prepare() {
        begin();
        try {
            prepared = kernels();
            stream.prepare(prepared);
        } finally {
            end();
        }
    }

    /**
     * Goes one step ahead that was prepared.
     *
     * @param x the input of the step
     * @param y takes the output, if one is due
     * @return whether an output was due, else y is as it was
     * @throws IllegalStateException if {@link #prepare} was not called since the last step
     */
    public boolean fire(float[] x, float[] y) {
        if (!stream.isPrepared()) {
            throw new IllegalStateException(
                    "nothing is prepared: call prepare() after each step, or step() instead of fire()");
        }
        return step(x, y);
    }

    /** Starts a new stream, in each row. */
    public void reset() {
        checkUsable();
        stream.clear();
    }

    /**
     * The state of the stream.
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
     * @param to takes it
     * @throws InvalidInputException if it is of another model
     */
    public void copyState(State to) {
        checkUsable();
        to.checkModel(model);
        stream.store(0, to.memory(), 0);
    }

    /**
     * Goes on where a stream was.
     *
     * @param state of this model, by this or another stepper
     * @throws InvalidInputException if it is of another model; the stream is unchanged
     */
    public void restore(State state) {
        checkUsable();
        state.checkModel(model);
        stream.load(state.memory(), 0, 0);
    }

    /**
     * Goes one step ahead in one of many streams. The stepper's own stream is a copy of that one then; give your own
     * stream a stepper of its own.
     *
     * @param states the streams
     * @param key    which one
     * @param x      the input of the step
     * @param y      takes the output, if one is due
     * @return whether an output was due, else y is as it was
     * @throws InvalidInputException if the streams are another model's, the key is out of range, or x is refused; no
     *                               stream is changed then
     */
    public boolean step(StateStore states, long key, float[] x, float[] y) {
        load(states, key, 0);
        boolean due = step(x, y);
        stream.store(0, states.memory(), states.offset(key));
        return due;
    }

    private void load(StateStore states, long key, int row) {
        checkUsable();
        states.checkModel(model);
        stream.load(states.memory(), states.offset(key), row);
    }

    /**
     * Goes one step ahead in several of many streams, together; each gets the bits that it would get alone.
     *
     * @param states the streams
     * @param keys   which ones, each once
     * @param x      the inputs, one row for each key
     * @param y      takes the outputs, one row for each key; rows whose output is not due stay as they are
     * @return how many outputs were due
     * @throws InvalidInputException if there are more keys than the stepper's rows, or as
     *                               {@link #step(StateStore, long, float[], float[])}
     */
    public int step(StateStore states, long[] keys, float[] x, float[] y) {
        for (int i = 0; i < keys.length; i++) {
            for (int j = 0; j < i; j++) {
                if (keys[i] == keys[j]) {
                    throw new InvalidInputException(
                            "key " + keys[i] + " is given twice: a stream goes one step ahead at a time");
                }
            }
        }
        if (!computesNaN && holdsNaN(x)) {
            throw nan(onlyInput(), x);
        }
        for (long key : keys) {
            states.offset(key);
        }
        if (plan.isPhased()) {
            return stepEach(states, keys, x, y);
        }
        onlyInput().set(x, keys.length);
        for (int row = 0; row < keys.length; row++) {
            load(states, keys[row], row);
        }
        boolean due = step();
        for (int row = 0; row < keys.length; row++) {
            stream.store(row, states.memory(), states.offset(keys[row]));
        }
        return due && onlyOutput().get(y) > 0 ? keys.length : 0;
    }

    /** Streams whose windows fill at different steps can't go together. */
    private int stepEach(StateStore states, long[] keys, float[] x, float[] y) {
        int inputs = keys.length == 0 ? 0 : x.length / keys.length;
        int outputs = keys.length == 0 ? 0 : y.length / keys.length;
        if (inputs * keys.length != x.length || outputs * keys.length != y.length) {
            throw new InvalidInputException(
                    x.length + " inputs and " + y.length + " outputs are not the same for each of " + keys.length
                            + " keys");
        }
        rowX = rowX.length == inputs ? rowX : new float[inputs];
        rowY = rowY.length == outputs ? rowY : new float[outputs];
        int due = 0;
        for (int row = 0; row < keys.length; row++) {
            System.arraycopy(x, row * inputs, rowX, 0, inputs);
            if (step(states, keys[row], rowX, rowY)) {
                System.arraycopy(rowY, 0, y, row * outputs, outputs);
                due++;
            }
        }
        return due;
    }
}
