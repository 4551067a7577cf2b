package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Panels;
import lanewise.options.CustomLayer;
import lanewise.options.CustomLayers;
import lanewise.plan.op.ActivateOp;
import lanewise.plan.op.BroadcastOp;
import lanewise.plan.op.CastOp;
import lanewise.plan.op.CompareNumberOp;
import lanewise.plan.op.CompareOp;
import lanewise.plan.op.ConstantOp;
import lanewise.plan.op.CustomOp;
import lanewise.plan.op.DenseOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.DotOp;
import lanewise.plan.op.FillOp;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.ScalarOp;
import lanewise.plan.op.WhereOp;
import lanewise.plan.op.shape.PermuteOp;
import lanewise.plan.op.shape.RepeatOp;
import lanewise.plan.op.shape.ViewOp;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.Broadcast;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;
import lanewise.spec.WindowLayer;

/**
 * Plans one call of one layer: hands it to the planner of its kind, which has one case per layer, and has what all of
 * these need.
 */
final class LayerPlanner {
    static final int[] ONE_GATE = {0};

    final Planner planner;
    final String path;

    LayerPlanner(Planner planner, String path) {
        this.planner = planner;
        this.path = path;
    }

    /**
     * Adds the steps of the call.
     *
     * @param layer  what it is
     * @param given  what it is given
     * @param mask   an explicit mask, or null
     * @param names  names of inputs and flags, see {@link lanewise.spec.Graph.Node#arguments()}
     * @return its outputs
     * @throws Problem if it can't be run
     */
    List<Value> plan(LayerSpec layer, List<Value> given, Value mask, List<String> names) {
        List<Value> inputs = takesAnything(layer) ? given : given.stream().map(this::numbers).toList();
        Value x = inputs.isEmpty() ? null : inputs.getFirst();
        if (layer instanceof Operation.Constant) {
            return List.of(new OperationPlanner(this).constant());
        }
        if (x == null) {
            throw new Problem("is called without an input");
        }
        return switch (layer) {
            case LayerSpec.InputLayer l -> throw new Problem("is an input in the middle of the graph");
            case LayerSpec.Identity l -> List.of(x);
            case LayerSpec.Nested l -> planner.plan(path + "/", l.graph(), bind(l, inputs, mask));
            case LayerSpec.SpectralNormalization l ->
                planner.planLayer(path + "/" + l.layer().name(), l.layer(), inputs, mask, names);
            case LayerSpec.Custom l -> List.of(custom(l, inputs, mask));
            case CoreLayer l -> List.of(new CorePlanner(this).plan(l, x, mask));
            case NormalizationLayer l -> List.of(new ReductionPlanner(this).plan(l, floats(x)));
            case RecurrentLayer l -> new RecurrentPlanner(this).plan(l, inputs, mask);
            case ReshapingLayer l -> List.of(new ReshapingPlanner(this).plan(l, x));
            case MergingLayer l -> List.of(new MergePlanner(this).plan(l, inputs));
            case WindowLayer l -> List.of(new WindowPlanner(this).plan(l, x, mask));
            case AttentionLayer l -> new AttentionPlanner(this, inputs, names).plan(l);
            case PreprocessingLayer l -> List.of(new PreprocessingPlanner(this).plan(l, inputs));
            case ShapeOperation l -> new ShapeOperationPlanner(this).plan(l, inputs);
            case Operation l -> new OperationPlanner(this).plan(l, inputs);
        };
    }

    /** Whether texts and long integers may come as they are: where they are looked at, or only passed on. */
    private static boolean takesAnything(LayerSpec layer) {
        return switch (layer) {
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
        return x.dtype() == DType.INT64 ? cast(x, DType.INT32) : x;
    }

    void add(PlanOp op) {
        planner.add(path, op);
    }

    Value view(Value x, int rank, ViewOp.Rule rule) {
        return planner.view(path, x, rank, rule);
    }

    void needRank(Value x, int rank) {
        if (x.rank() != rank) {
            throw new Problem("its input has shape " + Dims.text(x.dims()) + ", expected " + rank + " axes");
        }
    }

    /** The size of an axis that weights depend on. */
    int needKnown(Value x, int axis) {
        if (x.dim(axis) == Shape.ANY) {
            throw new Problem(
                    "its input has shape " + Dims.text(x.dims()) + ", but axis " + axis + " must have a known size");
        }
        return x.dim(axis);
    }

    Value needType(Value x, DType type) {
        if (x.dtype() != type) {
            throw new Problem("its input holds " + x.dtype() + ", expected " + type);
        }
        return x;
    }

    /** A value of x's sizes with x's mask. */
    Value like(Value x) {
        return planner.value(path, DType.FLOAT32, x.rank()).withMask(x.mask());
    }

    /** The value as floats. */
    Value floats(Value x) {
        return x.dtype() == DType.FLOAT32 ? x : cast(x, DType.FLOAT32);
    }

    Value cast(Value x, DType type) {
        Value out = planner.value(path, type, x.rank()).withMask(x.mask());
        add(new CastOp(path, x.id(), x.dtype(), out.id(), type));
        return out;
    }

    Value notEqual(Value x, float value) {
        Value out = planner.value(path, DType.BOOL, x.rank());
        add(new CompareNumberOp(PairOp.NOT_EQUAL, x.id(), x.dtype(), value, false, out.id()));
        return out;
    }

    /** Two arrays of truth values, value by value. */
    Value logic(PairOp op, Value a, Value b) {
        if (a.rank() != b.rank()) {
            throw new Problem("joins truth values of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims()));
        }
        Value out = planner.value(path, DType.BOOL, a.rank());
        add(new CompareOp(path, op, a.id(), a.dtype(), b.id(), b.dtype(), out.id()));
        return out;
    }

    /** Arithmetic on two arrays of floats of the same rank. */
    Value binary(BinaryOp op, Value a, Value b) {
        if (!Broadcast.fits(a.dims(), b.dims())) {
            throw new Problem("its inputs of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims())
                    + " do not fit together");
        }
        Value out = planner.value(path, DType.FLOAT32, a.rank());
        add(new BroadcastOp(path, op, a.id(), b.id(), out.id()));
        return out;
    }

    /** Arithmetic on floats and a number. */
    Value binary(BinaryOp op, Value x, float constant, boolean swapped) {
        Value out = like(x);
        add(new ScalarOp(op, x.id(), constant, swapped, out.id()));
        return out;
    }

    /** Keeps the values whose mask is true; others become those of y, or a number where y is null. */
    Value where(Value mask, Value x, Value y, float otherwise) {
        Value out = planner.value(path, DType.FLOAT32, x.rank());
        add(new WhereOp(path, mask.id(), x.id(), y == null ? -1 : y.id(), out.id(), otherwise));
        return out;
    }

    /** Trained or fixed numbers as if they were a value of the call. */
    Value constant(MemorySegment numbers, int... sizes) {
        Value out = planner.value(path, DType.FLOAT32, sizes.length);
        add(new ConstantOp(out.id(), sizes, numbers));
        return out;
    }

    /** {@code x * kernel + bias} over the last axis. */
    Value dense(Value x, Panels kernel) {
        Value out = like(x);
        add(new DenseOp(x.id(), out.id(), kernel));
        return out;
    }

    /** The matrix product of (batch, rows, inputs) and (batch, inputs, units), for each row of the batch. */
    Value product(Value x, Value y) {
        Value out = planner.value(path, DType.FLOAT32, 3);
        add(new DotOp(path, x.id(), y.id(), out.id(), planner.matrix(path)));
        return out;
    }

    /** Packs an array as a matrix of one gate. */
    Panels matrix(String role, int inputs, int units, boolean useBias, int... shape) {
        TensorData kernel = planner.weight(path, role, shape);
        float[] bias = useBias ? planner.weight(path, "bias", units).toFloats() : null;
        return planner.pack(kernel.values(), inputs, units, ONE_GATE, bias);
    }

    /** Applies a function; in place if nobody else reads the value. */
    Value activate(Activation f, Value x, boolean inPlace) {
        if (f == Activation.LINEAR) {
            return x;
        }
        if (f == Activation.GLU && needKnown(x, -1) % 2 != 0) {
            throw new Problem("its activation glu needs an even last axis, found shape " + Dims.text(x.dims()));
        }
        Value out = inPlace && f != Activation.GLU ? x : like(x);
        add(new ActivateOp(x.id(), out.id(), f));
        return out;
    }

    Value permute(Value x, int[] axes) {
        boolean[] seen = new boolean[x.rank()];
        for (int axis : axes) {
            if (axes.length != x.rank() || axis < 0 || axis >= x.rank() || seen[axis]) {
                throw new Problem("can't reorder the axes of " + Dims.text(x.dims()) + " as "
                        + IntStream.of(axes).skip(1).boxed().toList());
            }
            seen[axis] = true;
        }
        Value out = planner.value(path, x.dtype(), x.rank());
        add(new PermuteOp(x.id(), out.id(), axes));
        return out;
    }

    /** Moves the axis after batch to the end. */
    Value channelsLast(Value x) {
        return permute(x, IntStream
                .concat(IntStream.of(0), IntStream.concat(IntStream.range(2, x.rank()), IntStream.of(1))).toArray());
    }

    /** Moves the last axis to where it is the first after batch. */
    Value channelsFirst(Value x) {
        return permute(x, IntStream.concat(IntStream.of(0, x.rank() - 1), IntStream.range(1, x.rank() - 1)).toArray());
    }

    /** Repeats each value along an axis. */
    Value repeatEach(Value x, int axis, int times) {
        Value out = planner.value(path, x.dtype(), x.rank());
        add(new RepeatOp(x.id(), out.id(), axis, times));
        return out;
    }

    Value expandDims(Value x, int axis) {
        return view(x, x.rank() + 1, (from, to, dims) -> {
            for (int i = 0; i < to.length; i++) {
                to[i] = i == axis ? 1 : from[i < axis ? i : i - 1];
            }
        });
    }

    Value or(Value a, Value b) {
        return logic(PairOp.LOGICAL_OR, a, b);
    }

    Value filled(Value like, int rank, boolean value) {
        Value out = planner.value(path, DType.BOOL, rank);
        add(new FillOp(like.id(), out.id(), value ? 1 : 0, true));
        return out;
    }

    private Value custom(LayerSpec.Custom l, List<Value> inputs, Value explicitMask) {
        CustomLayers.Kind kind = planner.custom(l);
        if (kind == null) {
            throw new Problem("is a class of the user's own; give it to ModelOptions.withCustom, or to the Importer");
        }
        List<Value> floats = inputs.stream().map(this::floats).toList();
        Value[] masks = new Value[inputs.size()];
        for (int i = 0; i < masks.length; i++) {
            Value mask = i == 0 && explicitMask != null ? explicitMask : inputs.get(i).maskOrNull();
            masks[i] = mask != null && mask.rank() == 2 ? mask : null;
        }
        try {
            CustomLayer layer = planner.packOnce(path, () -> kind.factory().create(l.config(),
                    l.weightRoles().stream().map(role -> planner.any(path, role)).toList()));
            int rank = layer.outputShape(floats.stream().map(v -> v.dims().clone()).toList()).length;
            Value out = planner.value(path, DType.FLOAT32, rank);
            add(new CustomOp(path, layer, floats.stream().mapToInt(Value::id).toArray(),
                    Arrays.stream(masks).mapToInt(m -> m == null ? -1 : m.id()).toArray(), out.id()));
            return layer.passesMask()
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
            Value whole = x.dtype() == DType.INT64 && wanted != DType.INT64 ? cast(x, DType.INT32) : x;
            Value cast = wanted == DType.FLOAT32 ? floats(whole) : whole;
            bound.add(explicitMask == null ? cast : cast.withMask(() -> explicitMask));
        }
        return bound;
    }
}
