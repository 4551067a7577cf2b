package lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.kernel.OffHeap;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * Scores the last steps of a stream as if they were the whole sequence, from a state of zeros: for models that take a
 * fixed number of steps, and for models that a {@link Stepper} refuses. Created by {@link Model#window}.
 *
 * <p>Where the model can be stepped, {@link #prepare} runs all but the last step of the next window between two steps.
 * A window belongs to the first thread that uses it. Another thread is refused, until the owner has called
 * {@link #release} and the other {@link #acquire}. After warm-up no call allocates.
 */
public final class Window implements ThreadOwned {
    private final Arena arena;
    private final Usage usage;
    private final int steps;
    /** The last steps, stored twice, so that those of a window are always contiguous. */
    private final MemorySegment history;
    /** For each position of the newest step: that step, the whole window, and the window without its first step. */
    private final MemorySegment[] newests;
    private final MemorySegment[] wholes;
    private final MemorySegment[] befores;
    /** A window of one step repeated; null where the model takes any values. */
    private final MemorySegment probe;
    private final Predictor predictor;
    /** Null where the model can't be stepped. */
    private final Stepper stepper;
    private final int features;
    private final boolean integers;
    /** Whether the model outputs every step; only the newest counts here. */
    private final boolean sequence;
    private float[] outputs = new float[0];
    private long seen;
    private boolean prepared;

    Window(LoadedModel model, int steps) {
        if (steps < 1) {
            throw new InvalidInputException("a window of " + steps + " steps, expected at least 1");
        }
        this.steps = steps;
        usage = new Usage(model, "window");
        predictor = new Predictor(model, 1, steps);
        arena = OffHeap.shared(model.scratch("a window of " + steps + " steps"));
        Stepper made = null;
        try {
            InputTensor input = predictor.onlyInput();
            Shape shape = input.rowsFirst();
            features = features(shape, steps, input.name());
            integers = input.dtype() != DType.FLOAT32;
            if (input.dtype() == DType.STRING || input.dtype().bytes() != Float.BYTES) {
                throw new InvalidInputException(
                        "input '" + input.name() + "' holds " + input.dtype() + ", a window takes floats or integers");
            }
            Shape out = predictor.onlyOutput().rowsFirst();
            sequence = out.rank() > 2 && (out.dim(1) == Shape.ANY || out.dim(1) == steps);
            made = stepper(model, steps);
            long step = (long) Float.BYTES * features;
            history = arena.allocate(Math.multiplyExact(2L * steps, step), 64);
            probe = predictor.execution.refusesValues() ? arena.allocate(steps * step, 64) : null;
            newests = new MemorySegment[steps];
            wholes = new MemorySegment[steps];
            befores = new MemorySegment[steps];
            for (int newest = 0; newest < steps; newest++) {
                newests[newest] = history.asSlice(newest * step, step);
                wholes[newest] = history.asSlice((newest + 1) * step, steps * step);
                befores[newest] = history.asSlice((newest + 2) * step, (steps - 1) * step);
            }
        } catch (OutOfMemoryError | ArithmeticException e) {
            free(made);
            throw new InvalidInputException(
                    "a window of " + steps + " steps needs more memory than there is; ask for fewer");
        } catch (RuntimeException e) {
            free(made);
            throw e;
        }
        stepper = made;
    }

    private void free(Stepper made) {
        predictor.close();
        if (made != null) {
            made.close();
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private static Stepper stepper(LoadedModel model, int steps) {
        try {
            // NaN eventually leaves a window, but it would never leave a state
            return new Stepper(model, 1, Math.max(1, steps - 1)).computeNaN(true);
        } catch (UnsupportedModelException e) {
            return null;
        }
    }

    private static int features(Shape shape, int steps, String name) {
        if (shape.rank() < 2 || shape.dim(1) != Shape.ANY && shape.dim(1) != steps) {
            throw new InvalidInputException(
                    "a window of " + steps + " steps does not fit input '" + name + "' of shape " + shape);
        }
        int features = 1;
        for (int i = 2; i < shape.rank(); i++) {
            if (shape.dim(i) == Shape.ANY) {
                throw new InvalidInputException("input '" + name + "' has several unknown sizes: " + shape);
            }
            features = Math.multiplyExact(features, shape.dim(i));
        }
        return features;
    }

    /**
     * Advances one step.
     *
     * @param x the input of the step
     * @param y takes the model's output for the window that ends here; if the model outputs every step, that of the
     *          newest
     * @return whether there was an output; until the window is full, this is false and y is unchanged
     * @throws InvalidInputException if x has another length, or y is too short; the window is unchanged
     * @throws IllegalStateException if the window or its model is closed
     */
    public boolean step(float[] x, float[] y) {
        checkLengths(x.length, y.length);
        if (integers) {
            throw new InvalidInputException("the model takes integers, a window of it is given floats");
        }
        long at = next();
        MemorySegment.copy(x, 0, history, ValueLayout.JAVA_FLOAT, at, features);
        MemorySegment.copy(x, 0, history, ValueLayout.JAVA_FLOAT, at + 4L * steps * features, features);
        return score(y);
    }

    /**
     * Advances one step with integers, for example a token's id.
     *
     * @param x the input of the step
     * @param y takes the output, see {@link #step(float[], float[])}
     * @return whether there was an output
     * @throws InvalidInputException if x has another length or is unknown to the model, or y is too short
     */
    public boolean step(int[] x, float[] y) {
        checkLengths(x.length, y.length);
        if (!integers) {
            throw new InvalidInputException("the model takes floats, a window of it is given integers");
        }
        long at = next();
        MemorySegment.copy(x, 0, history, ValueLayout.JAVA_INT, at, features);
        MemorySegment.copy(x, 0, history, ValueLayout.JAVA_INT, at + 4L * steps * features, features);
        return score(y);
    }

    private void checkLengths(int xLength, int yLength) {
        usage.check();
        if (xLength != features) {
            throw new InvalidInputException(
                    "a step of the window is given " + xLength + " values, expected " + features);
        }
        OutputTensor out = predictor.onlyOutput();
        out.needNumbers();
        int all = out.largestRow();
        int needed = sequence ? all / steps : all;
        if (yLength < needed) {
            throw new InvalidInputException("output '" + out.name() + "' has " + needed
                    + " values, but there is room for " + yLength + " only");
        }
    }

    /** Where the next step goes, in bytes. */
    private long next() {
        return seen % steps * 4L * features;
    }

    private boolean score(float[] y) {
        int newest = (int) (seen % steps);
        boolean isFull = seen + 1 >= steps;
        boolean due = false;
        if (isFull && prepared) {
            stepper.onlyInput().set(newests[newest], 1);
            due = stepper.step() && stepper.onlyOutput().get(y) > 0;
        }
        // a window whose last step gives nothing new, because of strides, has the answer of those before
        if (isFull && !due) {
            predictor.resetStates();
            predictor.onlyInput().set(wholes[newest], 1);
            predictor.run();
            copyOutput(y);
        }
        if (!isFull && probe != null) {
            refuseUnknown(newest);
        }
        seen++;
        prepared = false;
        return isFull;
    }

    /**
     * Refuses a step whose ids the model doesn't know while it can be taken back: scores a window of that step alone.
     */
    private void refuseUnknown(int newest) {
        long step = newests[newest].byteSize();
        for (int t = 0; t < steps; t++) {
            MemorySegment.copy(newests[newest], 0, probe, t * step, step);
        }
        predictor.resetStates();
        predictor.onlyInput().set(probe, 1);
        predictor.run();
    }

    private void copyOutput(float[] y) {
        OutputTensor out = predictor.onlyOutput();
        if (!sequence) {
            out.get(y);
            return;
        }
        int all = out.size();
        if (outputs.length < all) {
            outputs = new float[all];
        }
        out.get(outputs);
        int one = all / out.dims[1];
        System.arraycopy(outputs, all - one, y, 0, one);
    }

    /**
     * Runs all but the last step of the next window, if the model can be stepped; otherwise the next step does all of
     * the work. The bits stay the same.
     */
    public void prepare() {
        usage.check();
        if (stepper == null || seen + 1 < steps) {
            return;
        }
        stepper.reset();
        if (steps > 1) {
            stepper.onlyInput().set(befores[(int) ((seen + steps - 1) % steps)], 1);
            stepper.step();
        }
        stepper.prepare();
        prepared = true;
    }

    /** Starts a new stream. */
    public void reset() {
        usage.check();
        seen = 0;
        prepared = false;
    }

    /**
     * Gives the window away with its steps: the next thread calls {@link #acquire}. Until then every use is refused.
     *
     * @throws IllegalStateException if it belongs to another thread, or is closed
     */
    @Override
    public void release() {
        usage.acquire();
        predictor.release();
        if (stepper != null) {
            stepper.release();
        }
        // last, since another thread may take it from here on
        usage.release();
    }

    /**
     * Makes the window the calling thread's own; needed only after {@link #release}.
     *
     * @throws IllegalStateException if it belongs to another thread, which has not released it, or is closed
     */
    @Override
    public void acquire() {
        usage.acquire();
        predictor.acquire();
        if (stepper != null) {
            stepper.acquire();
        }
    }

    @Override
    public boolean isClosed() {
        return usage.isClosed();
    }

    /** Frees the memory. Any thread may close; closing twice does nothing. */
    @Override
    public void close() {
        usage.close();
        free(stepper);
    }

    @Override
    public String toString() {
        return usage.text(steps + " steps");
    }
}
