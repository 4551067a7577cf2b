package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.shape.PadOp;
import lanewise.plan.op.shape.SliceOp;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.ShapeOperation.Slice;

/** Plans operations that cut, join and reorder arrays. */
final class ShapeOperationPlanner {
    private final LayerContext layer;

    ShapeOperationPlanner(LayerContext layer) {
        this.layer = layer;
    }

    List<Value> plan(ShapeOperation spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return spec instanceof ShapeOperation.Split o ? split(o, x) : List.of(single(spec, inputs, x));
    }

    private static int axis(int axis, int rank) {
        return OperationPlanner.axis(axis, rank);
    }

    private Value single(ShapeOperation spec, List<Value> inputs, Value x) {
        return switch (spec) {
            case ShapeOperation.Split o -> throw new IllegalStateException("a split has several outputs");
            case ShapeOperation.Slice o -> slice(o, x);
            case ShapeOperation.Flip o -> flip(o, x);
            case ShapeOperation.ExpandDims o -> layer.expandDims(x, axis(o.axis(), x.rank() + 1));
            case ShapeOperation.Squeeze o -> squeeze(o, x);
            case ShapeOperation.Transpose o -> transpose(o, x);
            case ShapeOperation.Stack o -> {
                int at = axis(o.axis(), x.rank() + 1);
                yield new MergePlanner(layer)
                        .concatenate(at, inputs.stream().map(v -> layer.expandDims(v, at)).toList()).withMask(null);
            }
            case ShapeOperation.Repeat o -> layer.repeatEach(x, axis(o.axis(), x.rank()), o.repeats());
            case ShapeOperation.Tile o -> tile(o, x);
            case ShapeOperation.Pad o -> {
                if (o.padding().size() != 2 * (x.rank() - 1)) {
                    throw new Problem("pads " + o.padding() + ", but its input has shape " + Dims.text(x.dims()));
                }
                Value out = layer.value(x.dtype(), x.rank());
                layer.add(new PadOp(x.id(), out.id(), array(o.padding())));
                yield out;
            }
            case ShapeOperation.Take o -> {
                int at = axis(o.axis(), x.rank());
                yield joined(o.indices().stream().map(i -> part(x, at, i, i == -1 ? Slice.OPEN : i + 1, true)).toList(),
                        at);
            }
            case ShapeOperation.Roll o -> {
                int at = axis(o.axis(), x.rank());
                int size = layer.needKnown(x, at);
                int shift = Math.floorMod(o.shift(), size);
                yield shift == 0 ? x.withMask(null)
                        : joined(List.of(part(x, at, size - shift, size, false), part(x, at, 0, size - shift, false)),
                                at);
            }
        };
    }

    private Value slice(ShapeOperation.Slice o, Value x) {
        int[] begin = array(o.begin());
        if (begin.length >= x.rank()) {
            throw new Problem("takes a part along " + (begin.length + 1) + " axes of " + Dims.text(x.dims()));
        }
        int[] least = new int[begin.length];
        o.dropped().forEach(axis -> least[axis - 1] = 1);
        Value out = layer.value(x.dtype(), x.rank());
        layer.add(new SliceOp(layer.path, x.id(), out.id(), begin, array(o.end()), array(o.step()), least));
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
        Value out = layer.value(x.dtype(), x.rank());
        layer.add(new SliceOp(layer.path, x.id(), out.id(), begin, end, step, least));
        if (out.dim(axis) == 0) {
            throw new Problem("takes positions " + from + " to " + to + " of an axis of " + Dims.text(x.dims()));
        }
        return out;
    }

    private Value joined(List<Value> parts, int axis) {
        return new MergePlanner(layer).concatenate(axis, parts.stream().map(v -> v.withMask(null)).toList());
    }

    private Value tile(ShapeOperation.Tile o, Value x) {
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

    private Value squeeze(ShapeOperation.Squeeze o, Value x) {
        List<Integer> axes = o.axes().isEmpty()
                ? IntStream.range(1, x.rank()).filter(i -> x.dim(i) == 1).boxed().toList()
                : o.axes().stream().map(axis -> axis(axis, x.rank())).toList();
        for (int axis : axes) {
            if (x.dim(axis) != 1) {
                throw new Problem(
                        "can't take axis " + axis + " away from " + Dims.text(x.dims()) + ": its size is not 1");
            }
        }
        return without(x, axes);
    }

    private Value transpose(ShapeOperation.Transpose o, Value x) {
        if (o.axes().isEmpty()) {
            throw new Problem("turns all axes around, so that batch would not be the first");
        }
        int[] axes = o.axes().stream().mapToInt(axis -> Dims.axis(axis, x.rank())).toArray();
        if (axes.length == 0 || axes[0] != 0) {
            throw new Problem("reorders axes as " + o.axes() + ", so that batch would not be the first");
        }
        return layer.permute(x, axes);
    }

    private Value flip(ShapeOperation.Flip o, Value x) {
        int rank = x.rank();
        int[] begin = new int[rank - 1];
        int[] end = new int[rank - 1];
        int[] step = new int[rank - 1];
        Arrays.fill(begin, Slice.OPEN);
        Arrays.fill(end, Slice.OPEN);
        Arrays.fill(step, 1);
        o.axes().forEach(axis -> step[axis(axis, rank) - 1] = -1);
        Value out = layer.value(x.dtype(), rank);
        layer.add(new SliceOp(layer.path, x.id(), out.id(), begin, end, step, new int[rank - 1]));
        return out;
    }

    private List<Value> split(ShapeOperation.Split o, Value x) {
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
}
