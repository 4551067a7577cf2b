package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.plan.Planner.Problem;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Plans layers that reduce along axes. Kernels work on rows, so axes that are not the last ones are moved there first and moved
 * back afterwards.
 */
final class ReductionPlanner {
    private static final float MASKED = -1e9f;

    private final LayerPlanner layer;

    ReductionPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    Value plan(NormalizationLayer spec, Value x) {
        return switch (spec) {
            case NormalizationLayer.BatchNormalization l -> batchNormalization(l, x);
            case NormalizationLayer.LayerNormalization l -> layerNormalization(l, x).withMask(x.mask());
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
            in = where(mask, x, MASKED);
        }
        int[] axes = axes(l.axes(), x.rank());
        Value last = moveLast(in, axes);
        int rank = x.rank() - axes.length;
        Value rows = axes.length == 1 ? last : layer.view(last, rank + 1, (from, to, dims) -> {
            System.arraycopy(from, 0, to, 0, rank);
            to[rank] = Dims.count(from, rank, from.length);
        });
        Value made = layer.planner.value(layer.path, DType.FLOAT32, rows.rank());
        layer.add(new ActivateStep(rows.id(), made.id(), Activation.SOFTMAX));
        int shaped = last.id();
        Value unrolled = axes.length == 1 ? made
                : layer.view(made, x.rank(), (from, to, dims) -> Dims.copy(dims[shaped], to));
        Value out = moveBack(unrolled, axes);
        return (mask == null ? out : where(mask, out, 0f)).withMask(x.mask());
    }

    private Value where(Value mask, Value x, float other) {
        Value out = layer.planner.value(layer.path, DType.FLOAT32, x.rank());
        layer.add(new WhereStep(layer.path, mask.id(), x.id(), -1, out.id(), other));
        return out;
    }

    private Value layerNormalization(NormalizationLayer.LayerNormalization l, Value x) {
        int[] axes = axes(l.axes(), x.rank());
        int[] shape = IntStream.of(axes).map(axis -> layer.needKnown(x, axis)).toArray();
        int count = Dims.count(shape);
        Value last = moveLast(x, axes);
        int first = x.rank() - axes.length;
        Value made = layer.planner.value(layer.path, DType.FLOAT32, x.rank());
        layer.add(new NormalizeStep(last.id(), made.id(), first, l.epsilon(), false));
        if (l.scale() || l.center()) {
            MemorySegment[] both = layer.planner.packOnce(layer.path, () -> new MemorySegment[] {
                numbers(l.scale(), "gamma", shape, 1f), numbers(l.center(), "beta", shape, 0f)});
            Value scaled = layer.planner.value(layer.path, DType.FLOAT32, x.rank());
            layer.add(new ScaleShiftStep(made.id(), scaled.id(), first, count, both[0], both[1]));
            made = scaled;
        }
        return moveBack(made, axes);
    }

    private MemorySegment numbers(boolean trained, String role, int[] shape, float otherwise) {
        if (trained) {
            return layer.planner.constant(layer.planner.weight(layer.path, role, shape));
        }
        float[] values = new float[Dims.count(shape)];
        Arrays.fill(values, otherwise);
        return layer.planner.constant(TensorData.of(Shape.of(shape), values));
    }

    /** Axes counted from the start, ascending. */
    private int[] axes(List<Integer> given, int rank) {
        int[] axes = given.stream().mapToInt(axis -> Dims.axis(axis, rank)).toArray();
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] < 1 || axes[i] >= rank || i > 0 && axes[i] <= axes[i - 1]) {
                throw new Problem("its axes are " + given + ", expected ascending axes after batch of " + rank + " in all");
            }
        }
        if (axes.length == 0) {
            throw new Problem("has no axes");
        }
        return axes;
    }

    /** Unit vectors along one axis, which is then the last. */
    Value unitLast(Value x, int axis, float epsilon) {
        Value last = moveLast(x, new int[] {axis});
        Value out = layer.planner.value(layer.path, DType.FLOAT32, x.rank());
        layer.add(new NormalizeStep(last.id(), out.id(), x.rank() - 1, epsilon, true));
        return out;
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
        MemorySegment[] both = layer.planner.packOnce(layer.path, () -> {
            float[] mean = layer.planner.weight(layer.path, "moving_mean", size).toFloats();
            float[] variance = layer.planner.weight(layer.path, "moving_variance", size).toFloats();
            float[] gamma = l.scale() ? layer.planner.weight(layer.path, "gamma", size).toFloats() : null;
            float[] beta = l.center() ? layer.planner.weight(layer.path, "beta", size).toFloats() : null;
            float[] scale = new float[size];
            float[] shift = new float[size];
            for (int i = 0; i < size; i++) {
                double factor = (gamma == null ? 1 : gamma[i]) / Math.sqrt((double) variance[i] + l.epsilon());
                scale[i] = (float) factor;
                shift[i] = (float) ((beta == null ? 0 : beta[i]) - mean[i] * factor);
            }
            return new MemorySegment[] {layer.planner.constant(TensorData.of(Shape.of(size), scale)),
                layer.planner.constant(TensorData.of(Shape.of(size), shift))};
        });
        Value out = layer.like(x);
        layer.add(new ScaleShiftStep(x.id(), out.id(), axis, size, both[0], both[1]));
        return out;
    }
}
