package lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.kernel.Kernels;
import lanewise.kernel.ScalarKernels;
import lanewise.plan.Frame;
import lanewise.plan.Plan;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.text.TextEncoder;

/**
 * Scores with a {@link Model}: the memory that one call needs, allocated once. Made by {@link Model#predictor()}.
 *
 * <p>One thread at a time uses a predictor; give each thread its own. After warm-up no call allocates, locks or logs, but for the
 * forms that return a new array.
 *
 * <p>The short forms are for models with one input and one output; for others fill {@link #input}s, {@link #run}, and read
 * {@link #output}s.
 */
public final class Predictor implements AutoCloseable {
    private final Model model;
    private final Arena arena = Arena.ofShared();
    private final Frame frame;
    private final ScalarKernels scalar = new ScalarKernels();
    private Kernels vector;
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private boolean running;
    private boolean closed;

    Predictor(Model model, int maxBatch, int maxSteps) {
        if (maxBatch < 1 || maxSteps < 1) {
            throw new InvalidInputException(
                    "a predictor for up to " + maxBatch + " rows of " + maxSteps + " steps, expected at least 1 of both");
        }
        this.model = model;
        Plan plan = model.plan();
        Graph graph = model.spec().graph();
        try {
            frame = new Frame(plan, arena, maxBatch, maxSteps);
        } catch (LanewiseException e) {
            arena.close();
            throw e;
        }
        TextEncoder encoder = model.spec().text() == null ? null : new TextEncoder(model.spec().text());
        Tensor[] in = new Tensor[plan.inputs().length];
        List<LayerSpec.InputLayer> layers = graph.inputLayers();
        for (int i = 0; i < in.length; i++) {
            int value = plan.inputs()[i];
            in[i] = new Tensor(this, layers.get(i).name(), plan.values().get(value), frame, value, encoder);
        }
        Tensor[] out = new Tensor[plan.outputs().length];
        for (int i = 0; i < out.length; i++) {
            int value = plan.outputs()[i];
            out[i] = new Tensor(this, graph.outputs().get(i).name(), plan.values().get(value), frame, value, null);
        }
        inputs = List.of(in);
        outputs = List.of(out);
    }

    /**
     * The inputs.
     *
     * @return in the order of the model
     */
    public List<Tensor> inputs() {
        return inputs;
    }

    /**
     * The outputs.
     *
     * @return in the order of the model
     */
    public List<Tensor> outputs() {
        return outputs;
    }

    /**
     * An input.
     *
     * @param name its name
     * @return the input
     * @throws InvalidInputException if the model has no such input
     */
    public Tensor input(String name) {
        return find("input", inputs, name);
    }

    /**
     * An output.
     *
     * @param name its name
     * @return the output
     * @throws InvalidInputException if the model has no such output
     */
    public Tensor output(String name) {
        return find("output", outputs, name);
    }

    private static Tensor find(String what, List<Tensor> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return tensors.get(i);
            }
        }
        throw new InvalidInputException("the model has no " + what + " '" + name + "', it has "
                + tensors.stream().map(Tensor::name).toList());
    }

    /**
     * Scores what the inputs hold; the outputs then hold the answer.
     *
     * @throws InvalidInputException if inputs differ in rows or steps, or hold an id that the model does not know
     * @throws IllegalStateException if the predictor or its model is closed, or another thread is using it
     */
    public void run() {
        checkUsable();
        running = true;
        try {
            frame.run(kernels());
        } finally {
            running = false;
        }
    }

    /** The twin to compute with, as of this call. */
    private Kernels kernels() {
        if (!model.usesVectors()) {
            return scalar;
        }
        if (vector == null) {
            vector = VectorSupport.kernels();
        }
        return vector;
    }

    /** Runs the model with a given twin; for warming up. */
    void run(boolean vectors) {
        if (vectors && vector == null) {
            vector = VectorSupport.kernels();
        }
        frame.run(vectors ? vector : scalar);
    }

    void checkUsable() {
        if (closed || model.isClosed()) {
            throw new IllegalStateException(closed ? "this predictor is closed" : "the model of this predictor is closed");
        }
        if (running) {
            throw new IllegalStateException("another thread is using this predictor; give each thread its own");
        }
    }

    /** Sets the states of stateful layers back to zero. Without stateful layers it does nothing. */
    public void resetStates() {
        checkUsable();
        frame.resetStates();
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

    private Tensor onlyInput() {
        if (inputs.size() != 1) {
            throw new InvalidInputException("the model has the inputs " + inputs.stream().map(Tensor::name).toList()
                    + ": fill each of them, then run()");
        }
        return inputs.getFirst();
    }

    private Tensor onlyOutput() {
        if (outputs.size() != 1) {
            throw new InvalidInputException("the model has the outputs " + outputs.stream().map(Tensor::name).toList()
                    + ": run(), then read each of them");
        }
        return outputs.getFirst();
    }

    /**
     * Off-heap memory of this predictor.
     *
     * @return bytes
     */
    public long bytes() {
        return frame.bytes();
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
