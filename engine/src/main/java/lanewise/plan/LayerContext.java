package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.kernel.RowTable;
import lanewise.options.CustomLayers;
import lanewise.plan.op.ActivateOp;
import lanewise.plan.op.BroadcastOp;
import lanewise.plan.op.CastOp;
import lanewise.plan.op.CompareNumberOp;
import lanewise.plan.op.CompareOp;
import lanewise.plan.op.ConstantOp;
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
import lanewise.spec.Broadcast;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * What the planner of one call of one layer works with: the layer's arrays, new values, and the operations that most
 * layers need.
 */
final class LayerContext {
    /** The order of the columns of a matrix without gates. */
    static final int[] ONE_GATE = {0};

    /** The layer's path: its name behind those of what it lies in. */
    final String path;
    private final Planner planner;

    /** Whether integers have 64 bits in the model, see {@link lanewise.spec.WideOperation}. */
    boolean wide;

    LayerContext(Planner planner, String path) {
        this.planner = planner;
        this.path = path;
    }

    /** The type that a kernel is told for values of this type. */
    DType width(DType type) {
        return wide && type == DType.INT32 ? DType.INT64 : type;
    }

    /** The context of a layer inside this one. */
    LayerContext in(String name) {
        return new LayerContext(planner, path + "/" + name);
    }

    /** The layers of the user's own. */
    CustomLayers custom() {
        return planner.custom();
    }

    Shortcuts shortcuts() {
        return planner.shortcuts();
    }

    /** A value whose sizes the operation that writes it will find. */
    Value value(DType dtype, int rank) {
        return planner.value(path, dtype, rank);
    }

    /** A value of known sizes that no operation of its own writes. */
    Value newValue(DType dtype, int[] sizes) {
        return planner.newValue(path, dtype, sizes);
    }

    /** Floats of two axes that an operation works in. */
    int scratch() {
        return planner.scratch(path);
    }

    /** Keeps a value's numbers from call to call. */
    void keepState(int id) {
        planner.keepState(id);
    }

    /** Lets no later layer see the mask that travels with a value. */
    void takeMask(int id) {
        planner.takeMask(id);
    }

    /** Plans the call of a layer inside this one; no values if it can't be run. */
    List<Value> plan(LayerSpec inner, List<Value> inputs, Value mask, List<String> arguments) {
        return planner.planLayer(path + "/" + inner.name(), inner, inputs, mask, arguments);
    }

    /** Plans the calls of a graph inside this layer; a value that could not be planned is null. */
    List<Value> plan(Graph graph, List<Value> inputs) {
        return planner.plan(path + "/", graph, inputs);
    }

    /** As {@link #plan(Graph, List)}, with the operations added to a list of their own. */
    List<Value> planApart(Graph graph, List<Value> inputs, List<PlanOp> apart) {
        return planner.planApart(path + "/", graph, inputs, apart);
    }

    /**
     * An array of floats of the layer.
     *
     * @throws Problem if it is missing or has another type or shape
     */
    TensorData weight(String role, int... shape) {
        for (int size : shape) {
            if (size < 0) {
                throw new Problem("its sizes are too large for an array '" + role + "'");
            }
        }
        TensorData data = planner.weights().find(path, role).orElseThrow(
                () -> new Problem("its array '" + role + "' is missing, expected shape " + Shape.of(shape)));
        needFloats(role, data);
        if (!data.shape().equals(Shape.of(shape))) {
            throw otherShape(role, data.shape(), shape);
        }
        return data;
    }

    /**
     * An array of floats of the layer whose shape nothing else tells.
     *
     * @throws Problem if it is missing or does not hold floats
     */
    TensorData array(String role) {
        return needFloats(role, any(role));
    }

    private static TensorData needFloats(String role, TensorData data) {
        if (data.dtype() != DType.FLOAT32) {
            throw new Problem("its array '" + role + "' holds " + data.dtype() + ", expected FLOAT32");
        }
        return data;
    }

    /**
     * Texts of the layer.
     *
     * @throws Problem if they are missing
     */
    TensorData texts(String role) {
        return planner.weights().find(path, role).filter(data -> data.dtype() == DType.STRING)
                .orElseThrow(() -> new Problem("its " + role + " is missing"));
    }

    /**
     * An array of the layer that may hold anything.
     *
     * @throws Problem if it is missing
     */
    TensorData any(String role) {
        return planner.weights().find(path, role)
                .orElseThrow(() -> new Problem("its array '" + role + "' is missing"));
    }

    /** What the layer packs, made once however often it is called. */
    <T> T packOnce(Supplier<T> make) {
        return planner.packer().once(path, make);
    }

    /** One of several things that the layer packs. */
    <T> T packOnce(String part, Supplier<T> make) {
        return planner.packer().once(path + "/" + part, make);
    }

    /** Packs a matrix, see {@link Panels#pack}. */
    Panels pack(Matrix matrix, int units, int[] order, float[] bias) {
        return planner.packer().matrix(matrix, units, order, bias);
    }

    /** Copies the rows of an embedding. */
    RowTable packRows(Matrix matrix) {
        return planner.packer().table(matrix);
    }

    /** Copies numbers to where kernels can read them. */
    MemorySegment packConstant(TensorData numbers) {
        return planner.packer().numbers(numbers);
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
        return value(DType.FLOAT32, x.rank()).withMask(x.mask());
    }

    /** The value as floats. */
    Value floats(Value x) {
        return x.dtype() == DType.FLOAT32 ? x : cast(x, DType.FLOAT32);
    }

    Value cast(Value x, DType type) {
        Value out = value(type, x.rank()).withMask(x.mask());
        // only floats can have more bits than the result
        add(new CastOp(path, x.id(), x.dtype(), out.id(), x.dtype() == DType.FLOAT32 ? width(type) : type));
        return out;
    }

    Value notEqual(Value x, float value) {
        Value out = value(DType.BOOL, x.rank());
        add(new CompareNumberOp(path, PairOp.NOT_EQUAL, x.id(), x.dtype(), value, DType.FLOAT32, false, out.id()));
        return out;
    }

    /** Two arrays of truth values, value by value. */
    Value logic(PairOp op, Value a, Value b) {
        if (a.rank() != b.rank()) {
            throw new Problem("joins truth values of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims()));
        }
        Value out = value(DType.BOOL, a.rank());
        add(new CompareOp(path, op, a.id(), a.dtype(), b.id(), b.dtype(), out.id()));
        return out;
    }

    /** Arithmetic on two arrays of floats of the same rank. */
    Value binary(BinaryOp op, Value a, Value b) {
        if (!Broadcast.fits(a.dims(), b.dims())) {
            throw new Problem("its inputs of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims())
                    + " do not fit together");
        }
        Value out = value(DType.FLOAT32, a.rank());
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
        Value out = value(DType.FLOAT32, x.rank());
        add(new WhereOp(path, mask.id(), x.id(), y == null ? -1 : y.id(), out.id(), otherwise));
        return out;
    }

    /** Trained or fixed numbers as if they were a value of the call. */
    Value constant(MemorySegment numbers, int... sizes) {
        Value out = value(DType.FLOAT32, sizes.length);
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
        Value out = value(DType.FLOAT32, 3);
        add(new DotOp(path, x.id(), y.id(), out.id(), planner.matrix(path)));
        return out;
    }

    /** Packs an array as a matrix of one gate. */
    Panels matrix(String role, int inputs, int units, boolean useBias, int... shape) {
        float[] bias = useBias ? weight("bias", units).toFloats() : null;
        return pack(matrix(role, inputs, shape), units, ONE_GATE, bias);
    }

    /**
     * An array of the layer as a matrix, in the format that it has. If it is narrow, all axes but the last are its
     * rows.
     *
     * @throws Problem if it is missing or has another type or shape
     */
    Matrix matrix(String role, int inputs, int... shape) {
        Optional<NarrowArray> narrow = planner.weights().findNarrow(path, role);
        if (narrow.isEmpty() || narrow.get().rows() != inputs) {
            return Matrix.of(weight(role, shape), inputs);
        }
        if (!narrow.get().shape().equals(Shape.of(shape))) {
            throw otherShape(role, narrow.get().shape(), shape);
        }
        return Matrix.of(narrow.get());
    }

    private static Problem otherShape(String role, Shape found, int... expected) {
        return new Problem("its array '" + role + "' has shape " + found + ", expected " + Shape.of(expected));
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
        Value out = value(x.dtype(), x.rank());
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
        Value out = value(x.dtype(), x.rank());
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
        Value out = value(DType.BOOL, rank);
        add(new FillOp(like.id(), out.id(), value ? 1 : 0, true));
        return out;
    }
}
