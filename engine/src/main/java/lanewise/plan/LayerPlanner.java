package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.options.CustomLayer;
import lanewise.options.CustomLayers;
import lanewise.plan.op.CustomOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.spec.AttentionLayer;
import lanewise.spec.AxisOperation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.ShapeOperation;
import lanewise.spec.WindowLayer;

/** Plans one call of one layer: hands it to the planner of its kind, which has one case per layer. */
final class LayerPlanner {
    private final LayerContext layer;

    LayerPlanner(LayerContext layer) {
        this.layer = layer;
    }

    /**
     * Adds the operations of the call.
     *
     * @param spec   what it is
     * @param given  what it is given
     * @param mask   an explicit mask, or null
     * @param names  names of inputs and flags, see {@link lanewise.spec.Graph.Node#arguments()}
     * @return its outputs
     * @throws Problem if it can't be run
     */
    List<Value> plan(LayerSpec spec, List<Value> given, Value mask, List<String> names) {
        List<Value> inputs = takesAnything(spec) ? given : given.stream().map(this::numbers).toList();
        Value x = inputs.isEmpty() ? null : inputs.getFirst();
        if (spec instanceof Operation.Constant) {
            return List.of(new OperationPlanner(layer).constant(x));
        }
        if (x == null) {
            throw new Problem("is called without an input");
        }
        return switch (spec) {
            case LayerSpec.InputLayer l -> throw new Problem("is an input in the middle of the graph");
            case LayerSpec.Identity l -> List.of(mask == null ? x : x.withMask(() -> mask));
            case LayerSpec.Nested l -> layer.plan(l.graph(), bind(l, inputs, mask));
            case LayerSpec.SpectralNormalization l ->
                layer.plan(l.layer(), inputs, mask, names);
            case LayerSpec.Custom l -> List.of(custom(l, inputs, mask));
            case CoreLayer l -> List.of(new CorePlanner(layer).plan(l, x, mask));
            case NormalizationLayer l -> List.of(new ReductionPlanner(layer).plan(l, layer.floats(x)));
            case RecurrentLayer l -> new RecurrentPlanner(layer).plan(l, inputs, mask);
            case ReshapingLayer l -> List.of(new ReshapingPlanner(layer).plan(l, x));
            case MergingLayer l -> List.of(new MergePlanner(layer).plan(l, inputs));
            case WindowLayer l -> List.of(new WindowPlanner(layer).plan(l, x, mask));
            case AttentionLayer l -> new AttentionPlanner(layer, inputs, names).plan(l);
            case PreprocessingLayer l -> List.of(new PreprocessingPlanner(layer).plan(l, inputs));
            case ShapeOperation l -> new ShapeOperationPlanner(layer).plan(l, inputs);
            case AxisOperation l -> List.of(new AxisPlanner(layer).plan(l, inputs));
            case Operation l -> new OperationPlanner(layer).plan(l, inputs);
        };
    }

    /** Whether texts and long integers may come as they are: where they are looked at, or only passed on. */
    private static boolean takesAnything(LayerSpec spec) {
        return switch (spec) {
            case PreprocessingLayer l -> true;
            case LayerSpec.Identity l -> true;
            case LayerSpec.Nested l -> true;
            case ReshapingLayer.Reshape l -> true;
            case ReshapingLayer.Flatten l -> !l.channelsFirst();
            case ShapeOperation.ExpandDims l -> true;
            case ShapeOperation.Squeeze l -> true;
            default -> false;
        };
    }

    private Value numbers(Value x) {
        if (x.dtype() == DType.STRING) {
            throw new Problem("is given texts, expected numbers");
        }
        return x.dtype() == DType.INT64 ? layer.cast(x, DType.INT32) : x;
    }

    private Value custom(LayerSpec.Custom l, List<Value> inputs, Value explicitMask) {
        CustomLayers.Kind kind = layer.custom().find(l.kerasClass(), l.registeredName())
                .orElseThrow(() -> new Problem(
                        "is a class of the user's own; give it to ModelOptions.withCustomLayers, or to the Importer"));
        List<Value> floats = inputs.stream().map(layer::floats).toList();
        Value[] masks = new Value[inputs.size()];
        for (int i = 0; i < masks.length; i++) {
            Value mask = i == 0 && explicitMask != null ? explicitMask : inputs.get(i).maskOrNull();
            masks[i] = mask != null && mask.rank() == 2 ? mask : null;
        }
        try {
            CustomLayer computed = layer.packOnce(() -> kind.factory().create(l.config(),
                    l.weightRoles().stream().map(layer::any).toList()));
            int rank = computed.outputShape(floats.stream().map(v -> v.dims().clone()).toList()).length;
            Value out = layer.value(DType.FLOAT32, rank);
            layer.add(new CustomOp(layer.path, computed, floats.stream().mapToInt(Value::id).toArray(),
                    Arrays.stream(masks).mapToInt(m -> m == null ? -1 : m.id()).toArray(), out.id()));
            return computed.passesMask()
                    ? out.withMask(explicitMask != null ? () -> explicitMask : inputs.getFirst().mask()) : out;
        } catch (IllegalArgumentException e) {
            throw new Problem(e.getMessage());
        }
    }

    /** The inputs of a nested model: the given values in the types that it asks for. */
    private List<Value> bind(LayerSpec.Nested l, List<Value> inputs, Value explicitMask) {
        List<LayerSpec.InputLayer> layers = l.graph().inputLayers();
        if (layers.size() != inputs.size()) {
            throw new Problem("is given " + inputs.size() + " inputs, expected " + layers.size());
        }
        List<Value> bound = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Value x = inputs.get(i);
            if (layers.get(i).shape().rank() != x.rank()) {
                throw new Problem("its input '" + layers.get(i).name() + "' is given shape " + Dims.text(x.dims())
                        + ", expected " + layers.get(i).shape());
            }
            DType wanted = layers.get(i).dtype();
            if ((wanted == DType.STRING) != (x.dtype() == DType.STRING)) {
                throw new Problem(
                        "its input '" + layers.get(i).name() + "' is given " + x.dtype() + ", expected " + wanted);
            }
            Value whole = x.dtype() == DType.INT64 && wanted != DType.INT64 ? layer.cast(x, DType.INT32) : x;
            Value cast = wanted == DType.FLOAT32 ? layer.floats(whole) : whole;
            bound.add(explicitMask == null ? cast : cast.withMask(() -> explicitMask));
        }
        return bound;
    }
}
