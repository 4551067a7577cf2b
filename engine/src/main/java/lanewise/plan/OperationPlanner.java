package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import lanewise.kernel.BinaryOp;
import lanewise.plan.Planner.Problem;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Operation;
import lanewise.spec.Operation.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.Slice;
import lanewise.spec.Shape;

/** Plans operations that stand in a graph beside its layers. */
final class OperationPlanner {
    private static final Set<MapOp> TRUTHS = Set.of(MapOp.LOGICAL_NOT, MapOp.ISNAN, MapOp.TO_BOOL);
    private final LayerPlanner layer;

    OperationPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    List<Value> plan(Operation spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return switch (spec) {
            case Operation.Split o -> split(o, x);
            case Operation.AsLayer o -> layer.plan(o.layer(), inputs.stream().map(v -> v.withMask(null)).toList(), null, List.of());
            default -> List.of(single(spec, inputs, x));
        };
    }

    private Value single(Operation spec, List<Value> inputs, Value x) {
        return switch (spec) {
            case Operation.Map o -> map(o.op(), x);
            case Operation.Pair o -> pair(o, inputs);
            case Operation.Reduce o -> new ReductionPlanner(layer).reduce(o.op(), x, o.axes(), o.keepDims());
            case Operation.Slice o -> slice(o, x);
            case Operation.Split o -> throw new IllegalStateException();
            case Operation.AsLayer o -> throw new IllegalStateException();
            case Operation.Flip o -> flip(o, x);
            case Operation.ExpandDims o -> layer.expandDims(x, axis(o.axis(), x.rank() + 1));
            case Operation.Squeeze o -> squeeze(o, x);
            case Operation.Transpose o -> transpose(o, x);
            case Operation.Stack o -> {
                int at = axis(o.axis(), x.rank() + 1);
                yield new MergePlanner(layer).concatenate(at, inputs.stream().map(v -> layer.expandDims(v, at)).toList()).withMask(null);
            }
            case Operation.Repeat o -> layer.repeatEach(x, axis(o.axis(), x.rank()), o.repeats());
            case Operation.Tile o -> tile(o, x);
            case Operation.Pad o -> {
                if (o.padding().size() != 2 * (x.rank() - 1)) {
                    throw new Problem("pads " + o.padding() + ", but its input has shape " + Dims.text(x.dims()));
                }
                Value out = layer.planner.value(layer.path, x.dtype(), x.rank());
                layer.add(new PadStep(x.id(), out.id(), array(o.padding())));
                yield out;
            }
            case Operation.Take o -> {
                int at = axis(o.axis(), x.rank());
                yield joined(o.indices().stream().map(i -> part(x, at, i, i == -1 ? Slice.OPEN : i + 1, true)).toList(), at);
            }
            case Operation.Roll o -> {
                int at = axis(o.axis(), x.rank());
                int size = layer.needKnown(x, at);
                int shift = Math.floorMod(o.shift(), size);
                yield shift == 0 ? x.withMask(null)
                        : joined(List.of(part(x, at, size - shift, size, false), part(x, at, 0, size - shift, false)), at);
            }
            case Operation.TanhGelu o -> {
                Value v = layer.floats(x);
                Value cube = layer.binary(BinaryOp.MULTIPLY, layer.binary(BinaryOp.MULTIPLY, v, v), v);
                Value sum = layer.binary(BinaryOp.ADD, v, layer.binary(BinaryOp.MULTIPLY, cube, 0.044715f, false));
                Value inner = layer.binary(BinaryOp.MULTIPLY, sum, (float) Math.sqrt(2 / Math.PI), false);
                Value one = layer.binary(BinaryOp.ADD, layer.activate(Activation.TANH, inner, true), 1f, false);
                yield layer.binary(BinaryOp.MULTIPLY, layer.binary(BinaryOp.MULTIPLY, v, one), 0.5f, false);
            }
            case Operation.Matmul o -> matmul(inputs);
            case Operation.Einsum o -> new EinsumPlanner(layer).plan(o.equation(), inputs);
            case Operation.Where o -> where(o, inputs);
            case Operation.Clip o -> {
                Value low = layer.binary(BinaryOp.MAXIMUM, layer.floats(x), o.min(), false);
                yield layer.binary(BinaryOp.MINIMUM, low, o.max(), false).withMask(null);
            }
            case Operation.Normalize o -> new ReductionPlanner(layer).unit(layer.floats(x), new int[] {axis(o.axis(), x.rank())}, o.epsilon());
            case Operation.FilledLike o -> {
                Value out = layer.planner.value(layer.path, o.truth() ? DType.BOOL : DType.FLOAT32, x.rank());
                layer.add(new FillStep(x.id(), out.id(), o.value(), o.truth()));
                yield out;
            }
            case Operation.MaskOf o -> {
                Value carried = x.maskOrNull();
                yield carried != null ? carried : layer.filled(x, x.rank() - 1, true);
            }
        };
    }

    /** An axis after batch. */
    private static int axis(int axis, int rank) {
        int at = Dims.axis(axis, rank);
        if (at < 1 || at >= rank) {
            throw new Problem("its axis is " + axis + ", expected one after batch of " + rank + " in all");
        }
        return at;
    }

    private Value map(MapOp op, Value x) {
        DType type = TRUTHS.contains(op) ? DType.BOOL : op == MapOp.TO_INT ? DType.INT32 : DType.FLOAT32;
        if (op == MapOp.SQUARE) {
            Value floats = layer.floats(x);
            return layer.binary(BinaryOp.MULTIPLY, floats, floats);
        }
        Value out = layer.planner.value(layer.path, type, x.rank());
        layer.add(new MapStep(x.id(), x.dtype(), out.id(), type, op));
        return out;
    }

    private Value pair(Operation.Pair o, List<Value> inputs) {
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
        if (kernel != null) {
            return b == null ? layer.binary(kernel, layer.floats(a), o.constant(), o.swapped()).withMask(null)
                    : layer.binary(kernel, layer.floats(a), layer.floats(b));
        }
        Value out = layer.planner.value(layer.path, o.op().isTruth() ? DType.BOOL : DType.FLOAT32, rank);
        layer.add(new PairStep(layer.path, o.op(), a.id(), a.dtype(), b == null ? -1 : b.id(), b == null ? null : b.dtype(),
                o.constant(), o.swapped(), out.id()));
        return out;
    }

    private Value slice(Operation.Slice o, Value x) {
        int[] begin = array(o.begin());
        if (begin.length >= x.rank()) {
            throw new Problem("takes a part along " + (begin.length + 1) + " axes of " + Dims.text(x.dims()));
        }
        int[] least = new int[begin.length];
        o.dropped().forEach(axis -> least[axis - 1] = 1);
        Value out = layer.planner.value(layer.path, x.dtype(), x.rank());
        layer.add(new SliceStep(layer.path, x.id(), out.id(), begin, array(o.end()), array(o.step()), least));
        for (int axis : o.dropped()) {
            if (out.dim(axis) == 0) {
                throw new Problem("takes number " + begin[axis - 1] + " of an axis of " + Dims.text(x.dims()));
            }
        }
        Value kept = o.dropped().isEmpty() ? out : without(out, o.dropped());
        for (int axis : o.added()) {
            kept = layer.expandDims(kept, axis(axis, kept.rank() + 1));
        }
        return kept;
    }

    /** A run of positions of one axis. */
    private Value part(Value x, int axis, int from, int to, boolean single) {
        int[] begin = new int[axis];
        int[] end = new int[axis];
        int[] step = new int[axis];
        int[] least = new int[axis];
        Arrays.fill(begin, Slice.OPEN);
        Arrays.fill(end, Slice.OPEN);
        Arrays.fill(step, 1);
        begin[axis - 1] = from;
        end[axis - 1] = to;
        least[axis - 1] = single ? 1 : 0;
        Value out = layer.planner.value(layer.path, x.dtype(), x.rank());
        layer.add(new SliceStep(layer.path, x.id(), out.id(), begin, end, step, least));
        if (out.dim(axis) == 0) {
            throw new Problem("takes positions " + from + " to " + to + " of an axis of " + Dims.text(x.dims()));
        }
        return out;
    }

    private Value joined(List<Value> parts, int axis) {
        return new MergePlanner(layer).concatenate(axis, parts.stream().map(v -> v.withMask(null)).toList());
    }

    private Value tile(Operation.Tile o, Value x) {
        if (o.repeats().size() != x.rank() - 1) {
            throw new Problem("repeats " + o.repeats() + ", but its input has shape " + Dims.text(x.dims()));
        }
        Value out = x;
        for (int i = 0; i < o.repeats().size(); i++) {
            out = o.repeats().get(i) == 1 ? out : joined(Collections.nCopies(o.repeats().get(i), out), i + 1);
        }
        return out.withMask(null);
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The same without axes of size 1. */
    private Value without(Value x, List<Integer> axes) {
        int[] kept = IntStream.range(0, x.rank()).filter(i -> !axes.contains(i)).toArray();
        return layer.view(x, kept.length, (from, to, dims) -> {
            for (int i = 0; i < kept.length; i++) {
                to[i] = from[kept[i]];
            }
        });
    }

    private Value squeeze(Operation.Squeeze o, Value x) {
        List<Integer> axes = o.axes().isEmpty()
                ? IntStream.range(1, x.rank()).filter(i -> x.dim(i) == 1).boxed().toList()
                : o.axes().stream().map(axis -> axis(axis, x.rank())).toList();
        for (int axis : axes) {
            if (x.dim(axis) != 1) {
                throw new Problem("can't take axis " + axis + " away from " + Dims.text(x.dims()) + ": its size is not 1");
            }
        }
        return without(x, axes);
    }

    private Value transpose(Operation.Transpose o, Value x) {
        if (o.axes().isEmpty()) {
            throw new Problem("turns all axes around, so that batch would not be the first");
        }
        int[] axes = o.axes().stream().mapToInt(axis -> Dims.axis(axis, x.rank())).toArray();
        if (axes.length == 0 || axes[0] != 0) {
            throw new Problem("reorders axes as " + o.axes() + ", so that batch would not be the first");
        }
        return layer.permute(x, axes);
    }

    private Value flip(Operation.Flip o, Value x) {
        int rank = x.rank();
        int[] begin = new int[rank - 1];
        int[] end = new int[rank - 1];
        int[] step = new int[rank - 1];
        Arrays.fill(begin, Slice.OPEN);
        Arrays.fill(end, Slice.OPEN);
        Arrays.fill(step, 1);
        o.axes().forEach(axis -> step[axis(axis, rank) - 1] = -1);
        Value out = layer.planner.value(layer.path, x.dtype(), rank);
        layer.add(new SliceStep(layer.path, x.id(), out.id(), begin, end, step, new int[rank - 1]));
        return out;
    }

    private List<Value> split(Operation.Split o, Value x) {
        int at = axis(o.axis(), x.rank());
        int size = x.dim(at);
        if (size == Shape.ANY || o.sections() > 0 && size % o.sections() != 0) {
            throw new Problem("can't cut axis " + at + " of " + Dims.text(x.dims()) + " into "
                    + (o.sections() > 0 ? o.sections() + " parts" : "parts at " + o.at()));
        }
        List<Integer> bounds = new ArrayList<>(List.of(0));
        if (o.sections() > 0) {
            IntStream.range(1, o.sections()).forEach(i -> bounds.add(i * (size / o.sections())));
        } else {
            bounds.addAll(o.at());
        }
        bounds.add(size);
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            parts.add(part(x, at, bounds.get(i), bounds.get(i + 1), false));
        }
        return parts;
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

    private Value where(Operation.Where o, List<Value> inputs) {
        int arrays = 1 + (o.hasSecond() ? 1 : 0) + (o.hasThird() ? 1 : 0);
        if (inputs.size() != arrays || inputs.stream().anyMatch(v -> v.rank() != inputs.getFirst().rank())) {
            throw new Problem("is given " + inputs.stream().map(v -> Dims.text(v.dims())).toList() + ", expected " + arrays
                    + " arrays of as many axes");
        }
        Value mask = inputs.getFirst().dtype() == DType.FLOAT32 ? layer.notEqual(inputs.getFirst(), 0f) : inputs.getFirst();
        // all of the result's shape, by adding zeros of the others'
        Value zeros = layer.binary(BinaryOp.MULTIPLY, layer.floats(mask), 0f, false);
        for (Value v : inputs.subList(1, inputs.size())) {
            Value filled = layer.planner.value(layer.path, DType.FLOAT32, v.rank());
            layer.add(new FillStep(v.id(), filled.id(), 0f, false));
            zeros = layer.binary(BinaryOp.ADD, zeros, filled);
        }
        Value base = zeros;
        Value second = o.hasSecond() ? layer.binary(BinaryOp.ADD, base, layer.floats(inputs.get(1)))
                : layer.binary(BinaryOp.ADD, base, o.second(), false);
        if (!o.hasThird()) {
            return layer.where(mask, second, null, o.third());
        }
        return layer.where(mask, second, layer.binary(BinaryOp.ADD, base, layer.floats(inputs.getLast())), 0f);
    }
}
