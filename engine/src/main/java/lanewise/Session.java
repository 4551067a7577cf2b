package lanewise;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.OffHeap;
import lanewise.kernel.ScalarKernels;
import lanewise.plan.Execution;
import lanewise.plan.Plan;
import lanewise.plan.op.Frame;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.RowAxis;
import lanewise.text.TextEncoder;
import lanewise.watch.SpeedWatch;

/**
 * What a {@link Predictor} and a {@link Stepper} have in common: the memory for the values of a call, allocated once,
 * with its inputs and outputs. Belongs to the first thread that uses it, see {@link #release}.
 */
public abstract sealed class Session implements ThreadOwned permits Predictor, Stepper {
    final LoadedModel model;
    final Execution execution;
    final Usage usage;
    private final SpeedWatch watch;
    private final int[] inputValues;
    /** Calls until one is timed. */
    private int untilTimed = SpeedWatch.PERIOD;
    /** When the call that is timed began, and what its thread had allocated before. */
    private long begin;
    private long bytesBefore;
    private final OffHeap arena;
    private final ScalarKernels scalar;
    private Kernels vector;
    private final List<InputTensor> inputs;
    private final List<OutputTensor> outputs;

    Session(LoadedModel model, Plan plan, SpeedWatch watch, Usage usage, OffHeap.Bound bound, int maxBatch,
            int maxSteps) {
        if (maxBatch < 1 || maxSteps < 1) {
            throw new InvalidInputException(
                    "room for up to " + maxBatch + " rows of " + maxSteps + " steps, expected at least 1 of both");
        }
        model.checkOpen();
        this.model = model;
        this.usage = usage;
        this.watch = watch;
        inputValues = plan.inputs();
        scalar = model.scalarKernels();
        arena = OffHeap.shared(bound);
        try {
            execution = new Execution(plan, arena, hasRows(model.spec().graph()) ? maxBatch : 1, maxSteps);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        Graph graph = model.spec().graph();
        TextEncoder encoder = model.spec().text() == null ? null : new TextEncoder(model.spec().text());
        List<LayerSpec.InputLayer> layers = graph.inputLayers();
        List<InputTensor> in = new ArrayList<>();
        for (int value : plan.inputs()) {
            LayerSpec.InputLayer layer = layers.get(in.size());
            in.add(new InputTensor(usage, layer.name(), plan.values().get(value), layer.rowAxis(), execution.frame(),
                    value, encoder));
        }
        List<OutputTensor> out = new ArrayList<>();
        for (int value : plan.outputs()) {
            Graph.Output output = graph.outputs().get(out.size());
            out.add(new OutputTensor(usage, output.name(), plan.values().get(value), output.rowAxis(),
                    execution.frame(), value));
        }
        inputs = List.copyOf(in);
        outputs = List.copyOf(out);
    }

    /** Refuses a call for which an input was never given values: zeros would stand in for them. */
    final void needInputs() {
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).isGiven()) {
                throw new IllegalStateException("input '" + inputs.get(i).name() + "' was given no values; set it"
                        + " before the call, also where zeros are meant");
            }
        }
    }

    private static boolean hasRows(Graph graph) {
        return graph.inputLayers().stream().anyMatch(input -> input.rowAxis() != RowAxis.NONE);
    }

    /**
     * The inputs.
     *
     * @return an immutable list in the order of the model
     */
    public final List<InputTensor> inputs() {
        return inputs;
    }

    /**
     * The outputs.
     *
     * @return an immutable list in the order of the model
     */
    public final List<OutputTensor> outputs() {
        return outputs;
    }

    /**
     * Finds an input.
     *
     * @param name its name
     * @return the input
     * @throws InvalidInputException if the model has no such input
     */
    public final InputTensor input(String name) {
        return find("input", inputs, name);
    }

    /**
     * Finds an output.
     *
     * @param name its name
     * @return the output
     * @throws InvalidInputException if the model has no such output
     */
    public final OutputTensor output(String name) {
        return find("output", outputs, name);
    }

    private static <T extends Tensor> T find(String what, List<T> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return tensors.get(i);
            }
        }
        throw new InvalidInputException(
                "the model has no " + what + " '" + name + "', it has " + names(tensors));
    }

    /** What the model takes and gives, and whether this can be used. */
    @Override
    public final String toString() {
        return usage.text(declared(inputs) + " -> " + declared(outputs));
    }

    /** Tensors for messages, without their values. */
    static List<String> declared(List<? extends Tensor> tensors) {
        return tensors.stream().map(Tensor::declared).toList();
    }

    private static List<String> names(List<? extends Tensor> tensors) {
        return tensors.stream().map(Tensor::name).toList();
    }

    /** The input of a model that has only one. */
    final InputTensor onlyInput() {
        if (inputs.size() != 1) {
            throw new InvalidInputException("the model has the inputs " + names(inputs) + ": fill each of them");
        }
        return inputs.getFirst();
    }

    /** The output of a model that has only one. */
    final OutputTensor onlyOutput() {
        if (outputs.size() != 1) {
            throw new InvalidInputException("the model has the outputs " + names(outputs) + ": read each of them");
        }
        return outputs.getFirst();
    }

    /** The kernels that this call computes with. */
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

    /** Times the call that begins, if it is its turn, see {@link SpeedWatch}; returns whether it is. */
    final boolean beginTiming() {
        return --untilTimed <= 0 && readClock();
    }

    private boolean readClock() {
        untilTimed = SpeedWatch.PERIOD;
        if (!model.usesVectors() || !watch.isOn()) {
            return false;
        }
        bytesBefore = SpeedWatch.allocatedBytes();
        begin = System.nanoTime();
        return true;
    }

    /** Notes what the call took that is timed. */
    final void endTiming() {
        long nanos = System.nanoTime() - begin;
        long allocated = SpeedWatch.allocatedBytes() - bytesBefore;
        Frame frame = execution.frame();
        if (watch.note(nanos, allocated, frame.count(inputValues), frame.count())) {
            // the next call shows whether it was the machine
            untilTimed = 1;
        }
    }

    /** Says what the call before this one should take. */
    final void expect(long nanos) {
        watch.expect(nanos, execution.frame().count(inputValues), execution.frame().count());
    }

    /**
     * The off-heap memory of all values.
     *
     * @return bytes
     */
    public final long bytes() {
        return execution.frame().bytes();
    }

    /**
     * Gives this away, with what its inputs and outputs hold and with its states: the next thread calls
     * {@link #acquire}. A pool calls it when it takes something back. Until it is acquired, every use is refused.
     *
     * @throws IllegalStateException if it belongs to another thread, or is closed or running
     */
    @Override
    public final void release() {
        usage.release();
    }

    /**
     * Makes this the calling thread's own. Needed only after {@link #release}: what nobody has used yet, or whose owner
     * has ended, belongs to the next thread that uses it. Does nothing if it is this thread's already.
     *
     * @throws IllegalStateException if it belongs to another thread, which has not released it, or is closed
     */
    @Override
    public final void acquire() {
        usage.acquire();
    }

    @Override
    public final boolean isClosed() {
        return usage.isClosed();
    }

    /** Frees the memory. Any thread may close; closing twice does nothing. */
    @Override
    public final void close() {
        if (usage.close()) {
            arena.close();
        }
    }
}
