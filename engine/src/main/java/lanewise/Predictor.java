package lanewise;

import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;

/**
 * Scores with a {@link Model}: the memory that one call needs, allocated once. Made by {@link Model#predictor()}.
 *
 * <p>One thread at a time uses a predictor; give each thread its own. After warm-up no call allocates, locks or logs,
 * but for the forms that return a new array.
 *
 * <p>The short forms are for models with one input and one output; for others fill {@link #input}s, {@link #run}, and
 * read {@link #output}s.
 */
public final class Predictor extends Scratch {
    Predictor(Model model, int maxBatch, int maxSteps) {
        super(model, model.plan(), maxBatch, maxSteps);
    }

    /**
     * Scores what the inputs hold; the outputs then hold the answer.
     *
     * @throws InvalidInputException if inputs differ in rows or steps, or hold an id that the model does not know
     * @throws IllegalStateException if the predictor or its model is closed, or another thread is using it
     */
    public void run() {
        begin();
        try {
            execution.run(kernels());
        } finally {
            end();
        }
    }

    /** Runs the model with a given twin; for warming up. */
    void run(boolean vectors) {
        execution.run(kernels(vectors));
    }

    /** Runs each step for some time, with vectors, on what the last call left; for warming up. */
    void exercise(long nanos) {
        execution.exercise(kernels(true), nanos);
    }

    @Override
    String room() {
        return "this predictor was made for at most %d; ask model.predictor(maxBatch, maxSteps) for more";
    }

    /** Sets the states of stateful layers back to zero. Without stateful layers it does nothing. */
    public void resetStates() {
        checkUsable();
        execution.resetStates();
    }

    /**
     * Scores one row.
     *
     * @param x the input, row-major without batch
     * @return the output, row-major without batch, in a new array
     */
    public float[] predict(float... x) {
        onlyInput().set(x);
        run();
        return onlyOutput().toFloats();
    }

    /**
     * Scores one row.
     *
     * @param x the input, row-major without batch
     * @param y takes the output
     * @return how many values were written to y
     */
    public int predict(float[] x, float[] y) {
        return predict(x, 1, y);
    }

    /**
     * Scores some rows.
     *
     * @param x     the input, row-major
     * @param batch how many rows
     * @param y     takes the output
     * @return how many values were written to y
     */
    public int predict(float[] x, int batch, float[] y) {
        onlyInput().set(x, batch);
        run();
        return onlyOutput().get(y);
    }

    /**
     * Scores one row of integers.
     *
     * @param x the input, for example token ids
     * @return the output, row-major without batch, in a new array
     */
    public float[] predict(int... x) {
        onlyInput().set(x);
        run();
        return onlyOutput().toFloats();
    }

    /**
     * Scores one row of integers.
     *
     * @param x the input, for example token ids
     * @param y takes the output
     * @return how many values were written to y
     */
    public int predict(int[] x, float[] y) {
        return predict(x, 1, y);
    }

    /**
     * Scores some rows of integers.
     *
     * @param x     the input, row-major
     * @param batch how many rows
     * @param y     takes the output
     * @return how many values were written to y
     */
    public int predict(int[] x, int batch, float[] y) {
        onlyInput().set(x, batch);
        run();
        return onlyOutput().get(y);
    }

    /**
     * Scores some rows from and to segments of any kind, in native byte order.
     *
     * @param x     the input, row-major, four-byte numbers of the input's type
     * @param batch how many rows
     * @param y     takes the output
     * @return how many values were written to y
     */
    public int predict(MemorySegment x, int batch, MemorySegment y) {
        onlyInput().set(x, batch);
        run();
        return onlyOutput().get(y);
    }

    /**
     * Scores one text.
     *
     * @param text raw text
     * @return the output, row-major without batch, in a new array
     */
    public float[] predict(CharSequence text) {
        onlyInput().set(text);
        run();
        return onlyOutput().toFloats();
    }

    /**
     * Scores one text.
     *
     * @param text raw text
     * @param y    takes the output
     * @return how many values were written to y
     */
    public int predict(CharSequence text, float[] y) {
        onlyInput().set(text);
        run();
        return onlyOutput().get(y);
    }
}
