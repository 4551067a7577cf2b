package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.kernel.BinaryOp;
import lanewise.plan.op.ActivateOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.NormalizeOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.ReductionOp;
import lanewise.plan.op.ScaleShiftOp;
import lanewise.plan.op.UnaryOp;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Plans layers that reduce along axes. Kernels work on rows, so axes that are not the last ones are moved there first
 * and moved back afterwards.
 */
final class ReductionPlanner {
    private static final float MASKED = -1e9f;
    /** What {@code keras.layers.UnitNormalization} takes the length of a vector for at least. */
    private static final float UNIT_EPSILON = 1e-12f;
    /** What {@code keras.layers.Normalization} takes a deviation for at least. */
    private static final float LEAST_DEVIATION = 1e-7f;

    private final LayerContext layer;

    ReductionPlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(NormalizationLayer spec, Value x) {
        return switch (spec) {
            case NormalizationLayer.BatchNormalization l -> batchNormalization(l, x);
            case NormalizationLayer.LayerNormalization l -> layerNormalization(l, x).withMask(x.mask());
            case NormalizationLayer.GroupNormalization l -> groupNormalization(l, x).withMask(x.mask());
            case NormalizationLayer.RMSNormalization l -> rmsNormalization(l, x);
            case NormalizationLayer.UnitNormalization l ->
                unit(x, axes(l.axes(), x.rank()), UNIT_EPSILON).withMask(x.mask());
            case NormalizationLayer.Normalization l -> normalization(l, x).withMask(x.mask());
            case NormalizationLayer.Rescaling l -> {
                Value scaled = withNumbers(BinaryOp.MULTIPLY, x, "scale", l.scale());
                yield withNumbers(BinaryOp.ADD, scaled, "offset", l.offset()).withMask(x.mask());
            }
        };
    }

    Value softmax(CoreLayer.Softmax l, Value x, Value explicitMask) {
        Value mask = explicitMask != null ? explicitMask : x.maskOrNull();
        Value in = x;
        if (mask != null) {
            if (mask.rank() != x.rank()) {
                throw new Problem("its mask has shape " + Dims.text(mask.dims()) + ", its input " + Dims.text(x.dims())
                        + ", expected the same number of axes");
            }
            in = layer.where(mask, x, null, MASKED);
        }
        int[] axes = axes(l.axes(), x.rank());
        Value last = moveLast(in, axes);
        int rank = x.rank() - axes.length;
        Value rows = axes.length == 1 ? last : layer.view(last, rank + 1, (from, to, dims) -> {
            System.arraycopy(from, 0, to, 0, rank);
            to[rank] = Dims.count(from, rank, from.length);
        });
        Value made = layer.value(DType.FLOAT32, rows.rank());
        layer.add(new ActivateOp(rows.id(), made.id(), Activation.SOFTMAX));
        int shaped = last.id();
        Value unrolled = axes.length == 1 ? made
                : layer.view(made, x.rank(), (from, to, dims) -> Dims.copy(dims[shaped], to));
        Value out = moveBack(unrolled, axes);
        return (mask == null ? out : layer.where(mask, out, null, 0f)).withMask(x.mask());
    }

    private Value layerNormalization(NormalizationLayer.LayerNormalization l, Value x) {
        int[] axes = axes(l.axes(), x.rank());
        int[] shape = IntStream.of(axes).map(axis -> layer.needKnown(x, axis)).toArray();
        Value last = moveLast(x, axes);
        int first = x.rank() - axes.length;
        Value made = layer.value(DType.FLOAT32, x.rank());
        layer.add(new NormalizeOp(last.id(), made.id(), first, l.epsilon(), false));
        return moveBack(scaleShift(l.scale(), l.center(), made, first, shape), axes);
    }

    /** Times gamma plus beta along the axes from one on, where there are these. */
    private Value scaleShift(boolean scale, boolean center, Value x, int first, int[] shape) {
        if (!scale && !center) {
            return x;
        }
        MemorySegment[] both = layer.packOnce(() -> new MemorySegment[] {
            numbers(scale, "gamma", shape, 1f), numbers(center, "beta", shape, 0f)});
        Value scaled = layer.value(DType.FLOAT32, x.rank());
        layer.add(new ScaleShiftOp(x.id(), scaled.id(), first, Dims.count(shape), both[0], both[1]));
        return scaled;
    }

    private MemorySegment numbers(boolean trained, String role, int[] shape, float otherwise) {
        if (trained) {
            return layer.packConstant(layer.weight(role, shape));
        }
        float[] values = new float[Dims.count(shape)];
        Arrays.fill(values, otherwise);
        return layer.packConstant(TensorData.of(Shape.of(shape), values));
    }

    /** Axes counted from the start, ascending. */
    private int[] axes(List<Integer> given, int rank) {
        int[] axes = given.stream().mapToInt(axis -> Dims.axis(axis, rank)).toArray();
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] < 1 || axes[i] >= rank || i > 0 && axes[i] <= axes[i - 1]) {
                throw new Problem(
                        "its axes are " + given + ", expected ascending axes after batch of " + rank + " in all");
            }
        }
        if (axes.length == 0) {
            throw new Problem("has no axes");
        }
        return axes;
    }

    /** Unit vectors along axes. */
    Value unit(Value x, int[] axes, float epsilon) {
        return moveBack(unitLast(x, axes, epsilon), axes);
    }

    /** Unit vectors along axes, which are then the last. */
    Value unitLast(Value x, int[] axes, float epsilon) {
        Value last = moveLast(x, axes);
        Value out = layer.value(DType.FLOAT32, x.rank());
        layer.add(new NormalizeOp(last.id(), out.id(), x.rank() - axes.length, epsilon, true));
        return out;
    }

    /** One value of all along axes after batch. */
    Value reduce(ReduceOp op, Value given, List<Integer> along, boolean keepDims) {
        return switch (op) {
            case NORM, LOGSUMEXP, VAR, STD -> composed(op, layer.floats(given), along, keepDims);
            case MEAN -> single(op, layer.floats(given), along, keepDims);
            case SUM, PROD, MAX, MIN, ANY, ALL, ARGMAX, ARGMIN -> single(op, given, along, keepDims);
        };
    }

    /** Reductions that are one operation. */
    private Value single(ReduceOp op, Value x, List<Integer> along, boolean keepDims) {
        int rank = x.rank();
        int[] axes = axes(along.stream().map(axis -> Dims.axis(axis, rank)).sorted().toList(), rank);
        int[] kept = IntStream.range(0, rank).filter(i -> IntStream.of(axes).noneMatch(axis -> axis == i)).toArray();
        boolean last = op.isTruth() && axes[0] == rank - axes.length;
        Value first = last ? x : layer.permute(x, IntStream.concat(IntStream.of(axes), IntStream.of(kept)).toArray());
        if (op.isPosition() && axes.length != 1) {
            throw new Problem("looks for a position along the axes " + along + ", expected one axis");
        }
        Value out = layer.value(op.result(x.dtype()), kept.length);
        layer.add(new ReductionOp(layer.path, op, first.id(), layer.width(x.dtype()), out.id(), axes.length, last));
        return !keepDims ? out : layer.view(out, rank, (from, to, dims) -> {
            Arrays.fill(to, 1);
            for (int i = 0; i < kept.length; i++) {
                to[kept[i]] = from[i];
            }
        });
    }

    /** Zeros in the places of infinities and NaN: there is no distance from an infinity. */
    private Value finite(Value x) {
        Value finite = layer.value(DType.BOOL, x.rank());
        layer.add(new UnaryOp(layer.path, MapOp.ISFINITE, x.id(), DType.FLOAT32, finite.id()));
        return layer.where(finite, x, null, 0f);
    }

    /** Reductions that are made of others. */
    private Value composed(ReduceOp op, Value x, List<Integer> along, boolean keepDims) {
        return switch (op) {
            case NORM -> map(MapOp.SQRT, reduce(ReduceOp.SUM, layer.binary(BinaryOp.MULTIPLY, x, x), along, keepDims));
            case LOGSUMEXP -> {
                Value largest = finite(reduce(ReduceOp.MAX, x, along, true));
                Value exp = layer.activate(Activation.EXPONENTIAL, layer.binary(BinaryOp.SUBTRACT, x, largest), true);
                Value log = map(MapOp.LOG, reduce(ReduceOp.SUM, exp, along, keepDims));
                yield layer.binary(BinaryOp.ADD, log, keepDims ? largest
                        : finite(reduce(ReduceOp.MAX, x, along, false)));
            }
            default -> {
                Value distance = layer.binary(BinaryOp.SUBTRACT, x, reduce(ReduceOp.MEAN, x, along, true));
                Value variance = reduce(ReduceOp.MEAN, layer.binary(BinaryOp.MULTIPLY, distance, distance), along,
                        keepDims);
                yield op == ReduceOp.STD ? map(MapOp.SQRT, variance) : variance;
            }
        };
    }

    private Value map(MapOp op, Value x) {
        Value out = layer.value(DType.FLOAT32, x.rank());
        layer.add(new UnaryOp(layer.path, op, x.id(), DType.FLOAT32, out.id()));
        return out;
    }

    private Value groupNormalization(NormalizationLayer.GroupNormalization l, Value given) {
        int axis = axes(List.of(Dims.axis(l.axis(), given.rank())), given.rank())[0];
        Value x = moveLast(given, new int[] {axis});
        int features = layer.needKnown(x, -1);
        int groups = l.groups() == -1 ? features : l.groups();
        if (groups < 1 || features % groups != 0) {
            throw new Problem("has " + l.groups() + " groups, but " + features + " features");
        }
        Value parts = layer.view(x, 4, (from, to, dims) -> {
            to[0] = from[0];
            to[1] = Dims.count(from, 1, from.length - 1);
            to[2] = groups;
            to[3] = features / groups;
        });
        int[] swap = {0, 2, 1, 3};
        Value together = layer.permute(parts, swap);
        Value normal = layer.value(DType.FLOAT32, 4);
        layer.add(new NormalizeOp(together.id(), normal.id(), 2, l.epsilon(), false));
        int shaped = x.id();
        Value back = layer.view(layer.permute(normal, swap), x.rank(), (from, to, dims) -> Dims.copy(dims[shaped], to));
        return moveBack(scaleShift(l.scale(), l.center(), back, x.rank() - 1, new int[] {features}), new int[] {axis});
    }

    private Value rmsNormalization(NormalizationLayer.RMSNormalization l, Value x) {
        int axis = axes(List.of(Dims.axis(l.axis(), x.rank())), x.rank())[0];
        Value mean = reduce(ReduceOp.MEAN, layer.binary(BinaryOp.MULTIPLY, x, x), List.of(axis), true);
        Value least = layer.binary(BinaryOp.ADD, mean, l.epsilon(), false);
        Value factor = map(MapOp.RSQRT, least);
        int size = layer.needKnown(x, axis);
        MemorySegment scale = layer.packOnce(() -> layer.packConstant(layer.weight("scale", size)));
        Value normal = layer.binary(BinaryOp.MULTIPLY, x, factor);
        return layer.binary(BinaryOp.MULTIPLY, normal, layer.constant(scale, along(x.rank(), size, axis)));
    }

    /** Sizes of an array that has one value for each position of one axis. */
    private static int[] along(int rank, int size, int axis) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, 1);
        sizes[axis] = size;
        return sizes;
    }

    private Value normalization(NormalizationLayer.Normalization l, Value x) {
        int[] sizes = new int[x.rank()];
        Arrays.fill(sizes, 1);
        for (int axis : l.axes()) {
            int at = axes(List.of(Dims.axis(axis, x.rank())), x.rank())[0];
            sizes[at] = layer.needKnown(x, at);
        }
        Value mean = spread("mean", sizes, false);
        Value deviation = spread("variance", sizes, true);
        return l.invert() ? layer.binary(BinaryOp.ADD, layer.binary(BinaryOp.MULTIPLY, x, deviation), mean)
                : layer.binary(BinaryOp.DIVIDE, layer.binary(BinaryOp.SUBTRACT, x, mean), deviation);
    }

    /** Numbers for each position, or one for all; of variances the deviations. */
    private Value spread(String role, int[] sizes, boolean variances) {
        float[] values = layer.array(role).toFloats();
        if (values.length != 1 && values.length != Dims.count(sizes)) {
            throw new Problem(
                    "its array '" + role + "' has " + values.length + " values, expected 1 or " + Dims.count(sizes));
        }
        for (int i = 0; variances && i < values.length; i++) {
            values[i] = Math.max((float) Math.sqrt(values[i]), LEAST_DEVIATION);
        }
        MemorySegment constant = layer.packOnce(role,
                () -> layer.packConstant(TensorData.of(Shape.of(values.length), values)));
        return layer.constant(constant, values.length == 1 ? along(sizes.length, 1, 0) : sizes);
    }

    private Value withNumbers(BinaryOp op, Value x, String what, List<Float> numbers) {
        if (numbers.size() == 1) {
            return layer.binary(op, x, numbers.getFirst(), false);
        }
        int features = layer.needKnown(x, -1);
        if (numbers.size() != features) {
            throw new Problem("its " + what + " has " + numbers.size() + " values, but its input has shape "
                    + Dims.text(x.dims()));
        }
        float[] values = new float[features];
        for (int i = 0; i < features; i++) {
            values[i] = numbers.get(i);
        }
        MemorySegment constant = layer.packOnce(what,
                () -> layer.packConstant(TensorData.of(Shape.of(features), values)));
        return layer.binary(op, x, layer.constant(constant, along(x.rank(), features, x.rank() - 1)));
    }

    Value moveLast(Value x, int[] axes) {
        int[] order = order(x.rank(), axes);
        return isIdentity(order) ? x : layer.permute(x, order);
    }

    private Value moveBack(Value x, int[] axes) {
        int[] order = order(x.rank(), axes);
        if (isIdentity(order)) {
            return x;
        }
        int[] back = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            back[order[i]] = i;
        }
        return layer.permute(x, back);
    }

    private static int[] order(int rank, int[] axes) {
        IntStream others = IntStream.range(0, rank).filter(i -> IntStream.of(axes).noneMatch(axis -> axis == i));
        return IntStream.concat(others, IntStream.of(axes)).toArray();
    }

    private static boolean isIdentity(int[] order) {
        return IntStream.range(0, order.length).allMatch(i -> order[i] == i);
    }

    private Value batchNormalization(NormalizationLayer.BatchNormalization l, Value x) {
        int axis = Dims.axis(l.axis(), x.rank());
        if (axis < 1 || axis >= x.rank()) {
            throw new Problem("its axis is " + l.axis() + ", but its input has shape " + Dims.text(x.dims()));
        }
        int size = layer.needKnown(x, axis);
        MemorySegment[] both = layer.packOnce(() -> {
            float[] mean = layer.weight("moving_mean", size).toFloats();
            float[] variance = layer.weight("moving_variance", size).toFloats();
            float[] gamma = l.scale() ? layer.weight("gamma", size).toFloats() : null;
            float[] beta = l.center() ? layer.weight("beta", size).toFloats() : null;
            float[] scale = new float[size];
            float[] shift = new float[size];
            for (int i = 0; i < size; i++) {
                double factor = (gamma == null ? 1 : gamma[i]) / Math.sqrt((double) variance[i] + l.epsilon());
                scale[i] = (float) factor;
                shift[i] = (float) ((beta == null ? 0 : beta[i]) - mean[i] * factor);
            }
            return new MemorySegment[] {layer.packConstant(TensorData.of(Shape.of(size), scale)),
                layer.packConstant(TensorData.of(Shape.of(size), shift))};
        });
        Value out = layer.like(x);
        layer.add(new ScaleShiftOp(x.id(), out.id(), axis, size, both[0], both[1]));
        return out;
    }
}
