package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import lanewise.kernel.BinaryOp;
import lanewise.plan.op.CompareNumberOp;
import lanewise.plan.op.CompareOp;
import lanewise.plan.op.ConstantOp;
import lanewise.plan.op.ConstantRowsOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.FillOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.TopKOp;
import lanewise.plan.op.UnaryOp;
import lanewise.plan.op.WhereOp;
import lanewise.plan.op.WithinLengthOp;
import lanewise.spec.Activation;
import lanewise.spec.Broadcast;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.TensorData;
import lanewise.spec.WideOperation;

/** Plans operations that stand in a graph beside its layers. */
final class OperationPlanner {
    private final LayerContext layer;

    OperationPlanner(LayerContext layer) {
        this.layer = layer;
    }

    /**
     * The numbers of a constant as a value.
     *
     * @param like a value whose rows they take, or null for one row that is broadcast
     */
    Value constant(Value like) {
        TensorData numbers = layer.any("value");
        int[] sizes = numbers.shape().toArray();
        boolean fits = sizes.length > 0 && (like != null ? sizes[0] > 0 : sizes[0] == 1);
        if (!fits || numbers.dtype() == DType.STRING || numbers.dtype() == DType.INT64) {
            throw new Problem("its array 'value' has shape " + numbers.shape() + " of " + numbers.dtype()
                    + ", expected numbers of 32 bits, and 1 as the batch axis");
        }
        MemorySegment packed = layer.packOnce(() -> layer.packConstant(numbers));
        Value out = layer.value(numbers.dtype(), sizes.length);
        layer.add(like == null ? new ConstantOp(out.id(), sizes, packed)
                : new ConstantRowsOp(layer.path, like.id(), out.id(), sizes, packed));
        return out;
    }

    List<Value> plan(Operation spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return switch (spec) {
            case Operation.AsLayer o ->
                new LayerPlanner(layer).plan(o.layer(), inputs.stream().map(v -> v.withMask(null)).toList(), null,
                        List.of());
            case WideOperation o -> {
                layer.wide = true;
                try {
                    yield new LayerPlanner(layer).plan(o.operation(), inputs, null, List.of());
                } finally {
                    layer.wide = false;
                }
            }
            case Operation.TopK o -> {
                Value values = layer.value(x.dtype(), x.rank());
                Value places = layer.value(DType.INT32, x.rank());
                int at = axis(o.axis(), x.rank());
                if (x.dim(at) >= 0 && x.dim(at) < o.count() || o.count() < 1) {
                    throw new Problem("takes " + o.count() + " values of an axis of " + Dims.text(x.dims()));
                }
                layer.add(new TopKOp(layer.path, x.id(), x.dtype(), values.id(), places.id(), at, o.count(),
                        o.largest()));
                yield List.of(values, places);
            }
            default -> List.of(single(spec, inputs, x));
        };
    }

    private Value single(Operation spec, List<Value> inputs, Value x) {
        return switch (spec) {
            case Operation.Map o -> map(o.op(), x);
            case Operation.Pair o -> pair(o, inputs);
            case Operation.Reduce o -> new ReductionPlanner(layer).reduce(o.op(), x, o.axes(), o.keepDims());
            case Operation.AsLayer o -> throw new IllegalStateException();
            case WideOperation o -> throw new IllegalStateException();
            case Operation.TopK o -> throw new IllegalStateException();
            case Operation.TanhGelu o -> {
                Value v = layer.floats(x);
                Value cube = layer.binary(BinaryOp.MULTIPLY, layer.binary(BinaryOp.MULTIPLY, v, v), v);
                Value sum = layer.binary(BinaryOp.ADD, v, layer.binary(BinaryOp.MULTIPLY, cube, 0.044715f, false));
                Value inner = layer.binary(BinaryOp.MULTIPLY, sum, (float) Math.sqrt(2 / Math.PI), false);
                Value one = layer.binary(BinaryOp.ADD, layer.activate(Activation.TANH, inner, true), 1f, false);
                // halved first, as in TensorFlow: the largest values would overflow
                yield layer.binary(BinaryOp.MULTIPLY, layer.binary(BinaryOp.MULTIPLY, v, 0.5f, false), one);
            }
            case Operation.Matmul o -> matmul(inputs);
            case Operation.Einsum o -> new EinsumPlanner(layer).plan(o.equation(), inputs);
            case Operation.Where o -> where(o, inputs);
            case Operation.Clip o -> {
                Value low = pair(new Operation.Pair(o.name(), PairOp.MAXIMUM, o.min(), false), List.of(x));
                yield pair(new Operation.Pair(o.name(), PairOp.MINIMUM, o.max(), false), List.of(low));
            }
            case Operation.Normalize o ->
                new ReductionPlanner(layer).unit(layer.floats(x), new int[] {axis(o.axis(), x.rank())},
                        o.epsilon());
            case Operation.FilledLike o -> {
                Value out = layer.value(o.truth() ? DType.BOOL : DType.FLOAT32, x.rank());
                layer.add(new FillOp(x.id(), out.id(), o.value(), o.truth()));
                yield out;
            }
            case Operation.Constant o -> throw new IllegalStateException("a constant has no input");
            case Operation.WithinLength o -> {
                Value lengths = inputs.size() == 2 ? inputs.get(1) : null;
                if (lengths == null || lengths.rank() != 1 || x.rank() < 2) {
                    throw new Problem("is given " + inputs.stream().map(v -> Dims.text(v.dims())).toList()
                            + ", expected a sequence and a length for each row");
                }
                Value out = layer.value(DType.BOOL, 2);
                layer.add(new WithinLengthOp(x.id(), layer.floats(lengths).id(), out.id()));
                yield out;
            }
            case Operation.MaskOf o -> {
                Value carried = x.maskOrNull();
                yield carried != null ? carried : layer.filled(x, x.rank() - 1, true);
            }
        };
    }

    /** An axis after batch. */
    static int axis(int axis, int rank) {
        int at = Dims.axis(axis, rank);
        if (at < 1 || at >= rank) {
            throw new Problem("its axis is " + axis + ", expected one after batch of " + rank + " in all");
        }
        return at;
    }

    private Value map(MapOp op, Value x) {
        return switch (op) {
            case SQUARE ->
                x.dtype() == DType.FLOAT32 ? layer.binary(BinaryOp.MULTIPLY, x, x) : unary(op, x);
            case TO_FLOAT -> layer.floats(x).withMask(null);
            // truth values are held as integers
            case TO_INT -> x.dtype() == DType.FLOAT32 ? layer.cast(x, DType.INT32).withMask(null)
                    : new Value(x.id(), DType.INT32, x.dims(), null);
            case TO_BOOL -> layer.notEqual(x, 0f);
            case BITWISE_NOT -> unary(op, layer.needType(x, DType.INT32));
            default -> unary(op, x);
        };
    }

    private Value unary(MapOp op, Value x) {
        Value out = layer.value(op.result(x.dtype()), x.rank());
        layer.add(new UnaryOp(layer.path, op, x.id(), layer.width(x.dtype()), out.id()));
        return out;
    }

    /** What is one row whatever the call gets axes of size 1 behind that of the rows, as broadcasting gives it. */
    private List<Value> aligned(List<Value> values) {
        int rank = values.stream().mapToInt(Value::rank).max().orElse(0);
        return values.stream().map(v -> v.rank() == rank || v.dim(0) != 1 ? v : widened(v, rank)).toList();
    }

    private Value widened(Value oneRow, int rank) {
        return layer.view(oneRow, rank, (from, to, dims) -> {
            Arrays.fill(to, 1);
            System.arraycopy(from, 1, to, to.length - from.length + 1, from.length - 1);
        });
    }

    private Value pair(Operation.Pair o, List<Value> given) {
        List<Value> inputs = aligned(given);
        if (inputs.size() > 2) {
            throw new Problem("is given " + inputs.size() + " inputs, expected at most 2");
        }
        Value a = inputs.getFirst();
        Value b = inputs.size() == 2 ? inputs.get(1) : null;
        int rank = b == null ? a.rank() : Math.max(a.rank(), b.rank());
        if (b != null && Math.min(a.rank(), b.rank()) < rank) {
            throw new Problem("its inputs of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims())
                    + " have different numbers of axes, so that batch would meet another axis");
        }
        BinaryOp kernel = switch (o.op()) {
            case ADD -> BinaryOp.ADD;
            case SUBTRACT -> BinaryOp.SUBTRACT;
            case MULTIPLY -> BinaryOp.MULTIPLY;
            case DIVIDE -> BinaryOp.DIVIDE;
            case MAXIMUM -> BinaryOp.MAXIMUM;
            case MINIMUM -> BinaryOp.MINIMUM;
            default -> null;
        };
        DType number = isWhole(o.constant()) && a.dtype() != DType.FLOAT32 ? DType.INT32 : DType.FLOAT32;
        DType second = b == null ? number : b.dtype();
        DType result = o.op().result(a.dtype(), second);
        if (o.op().isOfIntegers() && result != DType.INT32) {
            throw new Problem("is given " + a.dtype() + " and " + second + ", expected integers");
        }
        if (kernel != null && result == DType.FLOAT32) {
            return b == null ? layer.binary(kernel, layer.floats(a), o.constant(), o.swapped()).withMask(null)
                    : layer.binary(kernel, layer.floats(a), layer.floats(b));
        }
        if (b != null && !Broadcast.fits(a.dims(), b.dims())) {
            throw new Problem("its inputs of shapes " + Dims.text(a.dims()) + " and " + Dims.text(b.dims())
                    + " do not fit together");
        }
        Value out = layer.value(result, rank);
        layer.add(b == null
                ? new CompareNumberOp(layer.path, o.op(), a.id(), layer.width(a.dtype()), o.constant(), number,
                        o.swapped(),
                        out.id())
                : new CompareOp(layer.path, o.op(), a.id(), layer.width(a.dtype()), b.id(), layer.width(b.dtype()),
                        out.id()));
        return out;
    }

    /** Whether a number can be an integer of 32 bits. */
    private static boolean isWhole(float number) {
        return number == Math.rint(number) && number >= Integer.MIN_VALUE && number < -(float) Integer.MIN_VALUE;
    }

    private Value matmul(List<Value> inputs) {
        if (inputs.size() != 2 || inputs.get(0).rank() != inputs.get(1).rank() || inputs.getFirst().rank() < 3) {
            throw new Problem("is given " + inputs.stream().map(v -> Dims.text(v.dims())).toList()
                    + ", expected two arrays of as many axes, at least 3");
        }
        StringBuilder outer = new StringBuilder();
        for (int i = 0; i < inputs.getFirst().rank() - 2; i++) {
            outer.append((char) ('a' + i));
        }
        return new EinsumPlanner(layer).plan(outer + "xy," + outer + "yz->" + outer + "xz", inputs);
    }

    private Value where(Operation.Where o, List<Value> given) {
        List<Value> inputs = aligned(given);
        int arrays = 1 + (o.hasSecond() ? 1 : 0) + (o.hasThird() ? 1 : 0);
        if (inputs.size() != arrays || inputs.stream().anyMatch(v -> v.rank() != inputs.getFirst().rank())) {
            throw new Problem(
                    "is given " + inputs.stream().map(v -> Dims.text(v.dims())).toList() + ", expected " + arrays
                            + " arrays of as many axes");
        }
        Value mask = inputs.getFirst().dtype() == DType.FLOAT32 ? layer.notEqual(inputs.getFirst(), 0f)
                : inputs.getFirst();
        List<Value> choices = inputs.subList(1, inputs.size());
        boolean whole = choices.stream().allMatch(v -> v.dtype() != DType.FLOAT32)
                && (o.hasSecond() || isWhole(o.second())) && (o.hasThird() || isWhole(o.third()));
        DType type = whole ? DType.INT32 : DType.FLOAT32;
        // all of the result's shape, by adding zeros of the others'
        Value base = zeros(mask, type);
        for (Value v : choices) {
            base = sum(base, zeros(v, type));
        }
        Value second = o.hasSecond() ? sum(base, choices.getFirst())
                : pair(new Operation.Pair(o.name(), PairOp.ADD, o.second(), false), List.of(base));
        Value third = o.hasThird() ? sum(base, choices.getLast())
                : pair(new Operation.Pair(o.name(), PairOp.ADD, o.third(), false), List.of(base));
        Value out = layer.value(type, mask.rank());
        layer.add(new WhereOp(layer.path, mask.id(), second.id(), third.id(), out.id(), 0f));
        boolean truth = whole && choices.size() == 2 && choices.stream().allMatch(v -> v.dtype() == DType.BOOL);
        return truth ? new Value(out.id(), DType.BOOL, out.dims(), null) : out;
    }

    private Value zeros(Value like, DType type) {
        Value filled = layer.value(type, like.rank());
        // the bits of 0 are those of the integer
        layer.add(new FillOp(like.id(), filled.id(), 0f, false));
        return filled;
    }

    /** Of floats, or of integers. */
    private Value sum(Value a, Value b) {
        return pair(new Operation.Pair(layer.path, PairOp.ADD, 0, false), List.of(a, b));
    }
}
