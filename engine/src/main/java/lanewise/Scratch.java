package lanewise;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Locale;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.kernel.Kernels;
import lanewise.kernel.ScalarKernels;
import lanewise.plan.Execution;
import lanewise.plan.Plan;
import lanewise.plan.op.Frame;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.text.TextEncoder;

/**
 * What one thread needs to run a {@link Model}: memory for the values of a call, allocated once, with its inputs and
 * outputs.
 */
public abstract sealed class Scratch implements AutoCloseable permits Predictor, Stepper {
    final Model model;
    final Execution execution;
    final Frame frame;
    private final Arena arena = Arena.ofShared();
    private final ScalarKernels scalar = new ScalarKernels();
    private Kernels vector;
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private boolean running;
    private boolean closed;

    Scratch(Model model, Plan plan, int maxBatch, int maxSteps) {
        if (maxBatch < 1 || maxSteps < 1) {
            throw new InvalidInputException(
                    "room for up to " + maxBatch + " rows of " + maxSteps + " steps, expected at least 1 of both");
        }
        this.model = model;
        Graph graph = model.spec().graph();
        try {
            execution = new Execution(plan, arena, maxBatch, maxSteps);
        } catch (LanewiseException e) {
            arena.close();
            throw e;
        }
        frame = execution.frame();
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

    /** What a caller is told who asks for more than fits; takes the largest size. */
    abstract String room();

    /** The twin to compute with, as of this call. */
    final Kernels kernels() {
        return kernels(model.usesVectors());
    }

    final Kernels kernels(boolean vectors) {
        if (!vectors) {
            return scalar;
        }
        if (vector == null) {
            vector = VectorSupport.kernels();
        }
        return vector;
    }

    /** Marks that a call runs, to catch another thread; best effort, without a lock. */
    final void begin() {
        checkUsable();
        running = true;
    }

    final void end() {
        running = false;
    }

    final void checkUsable() {
        if (closed || model.isClosed()) {
            throw new IllegalStateException(
                    closed ? "this " + kind() + " is closed" : "the model of this " + kind() + " is closed");
        }
        if (running) {
            throw new IllegalStateException("another thread is using this " + kind() + "; give each thread its own");
        }
    }

    private String kind() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    final Tensor onlyInput() {
        if (inputs.size() != 1) {
            throw new InvalidInputException("the model has the inputs " + inputs.stream().map(Tensor::name).toList()
                    + ": fill each of them");
        }
        return inputs.getFirst();
    }

    final Tensor onlyOutput() {
        if (outputs.size() != 1) {
            throw new InvalidInputException("the model has the outputs " + outputs.stream().map(Tensor::name).toList()
                    + ": read each of them");
        }
        return outputs.getFirst();
    }

    /**
     * Off-heap memory of all values.
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
