package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.OffHeap;
import lanewise.kernel.Rehearsal;
import lanewise.spec.OperationTime;

/**
 * Scores with a {@link Model}: holds the memory that one call needs, allocated once. Made by {@link Model#predictor()}.
 *
 * <p>A predictor belongs to the first thread that uses it; give each thread its own. Another thread is refused, until
 * the owner has called {@link #release} and the other {@link #acquire}. After warm-up no call allocates, locks or logs,
 * except those that return a new array. A refused call leaves the states of stateful layers as they were.
 *
 * <p>The {@code predict} methods are for models with one input and one output. For others, fill the {@link #input}s,
 * call {@link #run}, and read the {@link #output}s.
 */
public final class Predictor extends Session {
    Predictor(LoadedModel model, int maxBatch, int maxSteps) {
        this(model, model.scratch("a predictor for up to " + maxBatch + " rows of " + maxSteps + " steps"), maxBatch,
                maxSteps);
    }

    /** A predictor with a limit of its own. */
    Predictor(LoadedModel model, OffHeap.Bound bound, int maxBatch, int maxSteps) {
        super(model, model.plan(), model.watch(), new Usage(model, "predictor",
                "this predictor was made for at most %d; ask model.predictor(maxBatch, maxSteps) for more"), bound,
                maxBatch, maxSteps);
    }

    /**
     * Scores the values in the inputs; the outputs then hold the answer.
     *
     * @throws InvalidInputException if inputs differ in rows or steps, or hold an id that the model does not know;
     *                               states of stateful layers are unchanged then
     * @throws IllegalStateException if an input was never given values, the predictor or its model is closed, or it
     *                               belongs to another thread
     */
    public void run() {
        usage.begin();
        try {
            needInputs();
            boolean timed = beginTiming();
            execution.run(kernels());
            if (timed) {
                endTiming();
            }
        } finally {
            usage.end();
        }
    }

    /**
     * Runs the call that the inputs hold several times, and measures each operation: where the time goes. To be asked
     * for once the model is warm; reading the clock between operations costs some tens of nanoseconds each. Allocates.
     * Stateful layers take every call for the next one.
     *
     * @param calls how often, at least 1; the first tenth does not count
     * @return the operations in the order in which they run
     * @throws InvalidInputException if the count is below 1, or as for {@link #run}
     * @throws IllegalStateException if the predictor or its model is closed, or it belongs to another thread
     */
    public List<OperationTime> profile(int calls) {
        if (calls < 1) {
            throw new InvalidInputException("a profile of " + calls + " calls, expected at least 1");
        }
        usage.begin();
        try {
            return execution.profile(kernels(), calls);
        } finally {
            usage.end();
        }
    }

    /** Runs the model with the given kernels; for warming up. */
    void run(boolean vectors) {
        execution.run(kernels(vectors));
    }

    /** Runs the model with kernels that are not the model's own; to check these. */
    void run(Kernels kernels) {
        execution.run(kernels);
    }

    /** The vector kernels that take most of the time of the last call; for warming up. */
    Rehearsal rehearsal() {
        Rehearsal rehearsal = new Rehearsal();
        execution.rehearse(rehearsal);
        return rehearsal;
    }

    /** Runs each operation for some time, with vectors, on the values that the last call left; for warming up. */
    void exercise(long nanos) {
        execution.exercise(kernels(true), nanos);
    }

    /**
     * Whether a call continues the one before it: then the order of calls counts, and who divides rows among several
     * predictors or calls gets other answers.
     *
     * @return true if the model has stateful layers
     */
    public boolean isStateful() {
        return execution.isStateful();
    }

    /** Resets the states of stateful layers to zero. Without stateful layers, this does nothing. */
    public void resetStates() {
        usage.check();
        execution.resetStates();
    }

    /**
     * Scores one row.
     *
     * @param x the input, row-major without batch
     * @return the output, row-major without batch, in a new array
     * @throws InvalidInputException if the input does not fit, or the model has several inputs or outputs
     */
    public float[] predict(float... x) {
        OutputTensor y = onlyNumbers();
        onlyInput().set(x);
        run();
        return y.toFloats();
    }

    /**
     * Scores one row.
     *
     * @param x the input, row-major without batch
     * @param y takes the output
     * @return how many values were written to y
     * @throws InvalidInputException if the input does not fit, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(float[] x, float[] y) {
        return predict(x, 1, y);
    }

    /**
     * Scores some rows.
     *
     * @param x     the input, row-major
     * @param batch how many rows
     * @param y     takes the output, row-major
     * @return how many values were written to y
     * @throws InvalidInputException if the input does not fit, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(float[] x, int batch, float[] y) {
        onlyNumbers();
        onlyInput().set(x, batch);
        run();
        return take(y);
    }

    /**
     * Scores one row of integers.
     *
     * @param x the input, for example token ids
     * @return the output, row-major without batch, in a new array
     * @throws InvalidInputException if the input does not fit, or the model has several inputs or outputs
     */
    public float[] predict(int... x) {
        OutputTensor y = onlyNumbers();
        onlyInput().set(x);
        run();
        return y.toFloats();
    }

    /**
     * Scores one row of integers.
     *
     * @param x the input, for example token ids
     * @param y takes the output
     * @return how many values were written to y
     * @throws InvalidInputException if the input does not fit, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(int[] x, float[] y) {
        return predict(x, 1, y);
    }

    /**
     * Scores some rows of integers.
     *
     * @param x     the input, row-major
     * @param batch how many rows
     * @param y     takes the output, row-major
     * @return how many values were written to y
     * @throws InvalidInputException if the input does not fit, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(int[] x, int batch, float[] y) {
        onlyNumbers();
        onlyInput().set(x, batch);
        run();
        return take(y);
    }

    /**
     * Scores some rows from and to segments of any kind, in native byte order.
     *
     * @param x     the input, row-major, numbers of the input's type
     * @param batch how many rows
     * @param y     takes the output, row-major, numbers of the output's type
     * @return how many values were written to y
     * @throws InvalidInputException if the input does not fit, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(MemorySegment x, int batch, MemorySegment y) {
        OutputTensor output = onlyNumbers();
        onlyInput().set(x, batch);
        run();
        try {
            return output.get(y);
        } catch (RuntimeException e) {
            execution.undo();
            throw e;
        }
    }

    /**
     * Scores one text.
     *
     * @param text raw text
     * @return the output, row-major without batch, in a new array
     * @throws InvalidInputException if the model takes no text, or has several inputs or outputs
     */
    public float[] predict(CharSequence text) {
        OutputTensor y = onlyNumbers();
        onlyInput().set(text);
        run();
        return y.toFloats();
    }

    /**
     * Scores one text.
     *
     * @param text raw text
     * @param y    takes the output
     * @return how many values were written to y
     * @throws InvalidInputException if the model takes no text, y is too short, or the model has several inputs or
     *                               outputs
     */
    public int predict(CharSequence text, float[] y) {
        onlyNumbers();
        onlyInput().set(text);
        run();
        return take(y);
    }

    /** Copies out the answer; a call whose answer is not taken leaves the states as they were. */
    private int take(float[] y) {
        try {
            return onlyOutput().get(y);
        } catch (RuntimeException e) {
            execution.undo();
            throw e;
        }
    }

    /** The output of a model with a single, numeric output; checked before a call changes anything. */
    private OutputTensor onlyNumbers() {
        OutputTensor output = onlyOutput();
        output.needNumbers();
        return output;
    }
}
