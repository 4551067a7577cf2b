package lanewise.fold;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.kernel.OffHeap;
import lanewise.kernel.ScalarKernels;
import lanewise.options.Budget;
import lanewise.options.Limit;
import lanewise.options.ModelOptions;
import lanewise.options.Shortcut;
import lanewise.plan.Execution;
import lanewise.plan.Plan;
import lanewise.plan.Planner;
import lanewise.plan.op.Frame;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * Computes layers on values that are known when a model is read. The results have the bits that a call would give for
 * the same values: the same plan runs, with the scalar twin of the kernels. Any thread may call it.
 */
public final class ConstantFolding {
    /** Without shortcuts, because one of them changes the last bits. */
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR)
            .withWarmUpThread(false).without(Shortcut.values());

    private ConstantFolding() {}

    /**
     * Computes one layer without weights.
     *
     * @param layer  the layer
     * @param inputs its inputs, batch first, all with the same number of rows: FLOAT32, INT32 or BOOL
     * @return its first output
     * @throws UnsupportedModelException if the layer can't be run on arrays of these shapes, with the reasons
     * @throws InvalidInputException     if the inputs differ in their number of rows or do not fit together
     */
    public static TensorData compute(LayerSpec layer, TensorData... inputs) {
        List<Graph.Node> nodes = new ArrayList<>();
        List<Graph.Ref> refs = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            LayerSpec input = new LayerSpec.InputLayer("input_" + i, inputs[i].shape(), inputs[i].dtype());
            nodes.add(new Graph.Node(input, List.of(), null));
            refs.add(new Graph.Ref(i, 0));
        }
        nodes.add(new Graph.Node(layer, refs, null));
        Graph graph = new Graph(nodes, refs.stream().map(Graph.Ref::node).toList(),
                List.of(new Graph.Output(layer.name(), new Graph.Ref(inputs.length, 0))));
        return compute(graph, new Weights(Map.of()), List.of(inputs)).getFirst();
    }

    /**
     * Computes a graph.
     *
     * @param graph   layers; it has at least one input
     * @param weights their arrays
     * @param inputs  the values of its inputs, in order, batch first, all with the same number of rows: FLOAT32, INT32
     *                or BOOL
     * @return its outputs, in order
     * @throws UnsupportedModelException if a layer can't be run, with every reason
     * @throws InvalidInputException     if the inputs differ in their number of rows or do not fit together
     */
    public static List<TensorData> compute(Graph graph, Weights weights, List<TensorData> inputs) {
        int maxBatch = 1;
        int maxSteps = 1;
        for (TensorData input : inputs) {
            if (input.dtype() == DType.STRING || input.dtype() == DType.INT64) {
                throw new IllegalArgumentException("an input holds " + input.dtype() + ", expected numbers of 32 bits");
            }
            int[] sizes = input.shape().toArray();
            for (int i = 0; i < sizes.length; i++) {
                maxBatch = i == 0 ? Math.max(maxBatch, sizes[i]) : maxBatch;
                maxSteps = i > 0 ? Math.max(maxSteps, sizes[i]) : maxSteps;
            }
        }
        try (OffHeap arena = OffHeap.confined(new OffHeap.Bound(Limit.WEIGHTS,
                Budget.current().most(Limit.WEIGHTS), 0, "computing beforehand what follows from known values"))) {
            Plan plan = Planner.plan(new ModelSpec("constants", graph), weights, arena, OPTIONS);
            Execution execution = new Execution(plan, arena, maxBatch, maxSteps);
            for (int i = 0; i < inputs.size(); i++) {
                put(inputs.get(i), execution.frame(), plan.inputs()[i]);
            }
            execution.run(new ScalarKernels());
            List<TensorData> outputs = new ArrayList<>();
            for (int output : plan.outputs()) {
                outputs.add(get(plan.values().get(output).dtype(), execution.frame(), output));
            }
            return outputs;
        }
    }

    private static void put(TensorData data, Frame frame, int value) {
        int[] sizes = data.shape().toArray();
        System.arraycopy(sizes, 0, frame.dims(value), 0, sizes.length);
        MemorySegment.copy(data.values(), TensorData.INTS, 0, frame.data(value), ValueLayout.JAVA_INT, 0,
                data.shape().size());
    }

    private static TensorData get(DType type, Frame frame, int value) {
        Shape shape = Shape.of(frame.dims(value));
        int n = Math.toIntExact(shape.size());
        if (type == DType.FLOAT32) {
            return TensorData.of(shape, frame.data(value).asSlice(0, 4L * n).toArray(ValueLayout.JAVA_FLOAT));
        }
        return TensorData.of(type, shape, frame.data(value).asSlice(0, 4L * n).toArray(ValueLayout.JAVA_INT));
    }
}
