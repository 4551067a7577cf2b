package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lanewise.kernel.BinaryOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.shape.ConcatOp;
import lanewise.spec.MergingLayer;
import lanewise.spec.Shape;

/** Plans layers that join several arrays, and their masks. */
final class MergePlanner {
    /** What {@code keras.layers.Dot} takes the length of a vector for at least. */
    private static final float UNIT_EPSILON = 1e-7f;

    /** The letter of the axis that a product sums over. */
    private static final String SUMMED = "z";

    private final LayerContext layer;

    MergePlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(MergingLayer spec, List<Value> inputs) {
        return switch (spec) {
            case MergingLayer.Concatenate l -> concatenate(l.axis(), inputs);
            case MergingLayer.Merge l -> merge(l.op(), l.leaveOutMasked(), inputs);
            case MergingLayer.Dot l -> dot(l, inputs);
        };
    }

    private Value merge(MergingLayer.MergeOp op, boolean leaveOutMasked, List<Value> given) {
        if (op == MergingLayer.MergeOp.SUBTRACT && given.size() != 2) {
            throw new Problem("is given " + given.size() + " inputs, expected 2");
        }
        int rank = given.stream().mapToInt(Value::rank).max().orElseThrow();
        List<Value> inputs = new ArrayList<>();
        for (Value input : given) {
            Value x = layer.floats(input);
            while (x.rank() < rank) {
                // Keras, too, forgets the mask of an input that it has to reshape
                x = layer.expandDims(x, 1);
            }
            inputs.add(x);
        }
        Value merged = switch (op) {
            case ADD -> chain(BinaryOp.ADD, inputs);
            case SUBTRACT -> chain(BinaryOp.SUBTRACT, inputs);
            case AVERAGE -> {
                yield layer.binary(BinaryOp.DIVIDE, chain(BinaryOp.ADD, inputs), inputs.size(), false);
            }
            case MULTIPLY -> leaveOutMasked ? maskedProduct(inputs) : chain(BinaryOp.MULTIPLY, inputs);
            case MAXIMUM -> leaveOutMasked ? maskedExtremum(BinaryOp.MAXIMUM, inputs) : chain(BinaryOp.MAXIMUM, inputs);
            case MINIMUM -> leaveOutMasked ? maskedExtremum(BinaryOp.MINIMUM, inputs) : chain(BinaryOp.MINIMUM, inputs);
        };
        boolean masked = given.stream().noneMatch(x -> x.mask() == null);
        return merged.withMask(masked ? Value.once(() -> either(given)) : null);
    }

    private Value chain(BinaryOp op, List<Value> inputs) {
        return inputs.stream().reduce((a, b) -> layer.binary(op, a, b)).orElseThrow();
    }

    /** A mask per step as one that lies beside the values. */
    private Value perValue(Value mask, Value x) {
        if (mask.rank() != x.rank() - 1) {
            throw new Problem(
                    "its input of shape " + Dims.text(x.dims()) + " has a mask of shape " + Dims.text(mask.dims())
                            + ", expected one value per step");
        }
        return layer.expandDims(mask, mask.rank());
    }

    /** Keras 3's Multiply: masked values count as 1, and as 0 where no input keeps them. */
    private Value maskedProduct(List<Value> inputs) {
        List<Value> masks = inputs.stream().map(Value::maskOrNull).toList();
        List<Value> factors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value x = inputs.get(i);
            factors.add(masks.get(i) == null ? x : where(perValue(masks.get(i), x), x, null, 1f));
        }
        Value product = chain(BinaryOp.MULTIPLY, factors);
        if (masks.contains(null)) {
            return product;
        }
        return where(perValue(either(inputs), product), product, null, 0f);
    }

    /** Keras 3's Maximum and Minimum: a masked value gives way to the other one. */
    private Value maskedExtremum(BinaryOp op, List<Value> inputs) {
        Value out = inputs.getFirst();
        Value outMask = out.maskOrNull();
        for (Value input : inputs.subList(1, inputs.size())) {
            Value x = input;
            Value mask = input.maskOrNull();
            if (mask != null) {
                x = where(perValue(mask, x), x, out, 0f);
            }
            if (outMask != null) {
                out = where(perValue(outMask, out), out, x, 0f);
            }
            outMask = mask == null || outMask == null ? null : layer.or(outMask, mask);
            out = layer.binary(op, out, x);
        }
        return out;
    }

    private Value where(Value mask, Value x, Value y, float otherwise) {
        if (y != null && !Arrays.equals(x.dims(), y.dims())) {
            throw new Problem("its masked inputs have the shapes " + Dims.text(x.dims()) + " and " + Dims.text(y.dims())
                    + ", expected the same");
        }
        return layer.where(mask, x, y, otherwise);
    }

    /** A step is kept if any input keeps it; no mask if any input has none. */
    private Value either(List<Value> inputs) {
        Value kept = null;
        for (Value input : inputs) {
            Value mask = input.maskOrNull();
            if (mask == null) {
                return null;
            }
            kept = kept == null ? mask : layer.or(kept, mask);
        }
        return kept;
    }

    Value concatenate(int axis, List<Value> inputs) {
        Value first = inputs.getFirst();
        int at = Dims.axis(axis, first.rank());
        boolean mixed = inputs.stream().map(Value::dtype).distinct().count() > 1;
        List<Value> parts = new ArrayList<>();
        for (Value input : inputs) {
            if (input.rank() != first.rank() || at < 0 || at >= first.rank()) {
                throw new Problem("its inputs of shapes " + Dims.text(first.dims()) + " and " + Dims.text(input.dims())
                        + " can't be joined along axis " + axis);
            }
            for (int i = 0; i < first.rank(); i++) {
                int a = first.dim(i);
                int b = input.dim(i);
                if (i != at && a != b && a != Shape.ANY && b != Shape.ANY) {
                    throw new Problem(
                            "its inputs of shapes " + Dims.text(first.dims()) + " and " + Dims.text(input.dims())
                                    + " differ in another axis than " + axis);
                }
            }
            parts.add(mixed ? layer.floats(input) : input);
        }
        Value out = concat(parts, at, first.rank());
        boolean noMasks = inputs.stream().map(Value::mask).allMatch(Objects::isNull);
        return noMasks ? out : out.withMask(Value.once(() -> concatenatedMask(inputs, at)));
    }

    private Value concat(List<Value> parts, int axis, int rank) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Value out = layer.value(parts.getFirst().dtype(), rank);
        int[] ids = parts.stream().mapToInt(Value::id).toArray();
        layer.add(new ConcatOp(layer.path, ids, out.id(), axis));
        return out;
    }

    /** Along features a step is kept if any part keeps it; along another axis the masks are joined as the parts are. */
    private Value concatenatedMask(List<Value> inputs, int axis) {
        int rank = inputs.getFirst().rank() - 1;
        List<Value> masks = new ArrayList<>();
        boolean anyMask = false;
        for (Value input : inputs) {
            Value mask = input.maskOrNull();
            anyMask |= mask != null;
            // a part without a mask counts as kept
            Value full = mask == null ? layer.filled(input, rank, true) : mask;
            if (full.rank() != rank) {
                throw new Problem("its input of shape " + Dims.text(input.dims()) + " has a mask of shape "
                        + Dims.text(full.dims()) + ", expected one value per step");
            }
            masks.add(full);
        }
        if (!anyMask) {
            return null;
        }
        return axis < rank ? concat(masks, axis, rank) : masks.stream().reduce(layer::or).orElseThrow();
    }

    private Value dot(MergingLayer.Dot l, List<Value> inputs) {
        if (inputs.size() != 2) {
            throw new Problem("is given " + inputs.size() + " inputs, expected 2");
        }
        Value x = layer.floats(inputs.get(0));
        Value y = layer.floats(inputs.get(1));
        int axisX = axis(l.axis1(), x);
        int axisY = axis(l.axis2(), y);
        int a = x.dim(axisX);
        int b = y.dim(axisY);
        if (a != b && a != Shape.ANY && b != Shape.ANY) {
            throw new Problem("its inputs of shapes " + Dims.text(x.dims()) + " and " + Dims.text(y.dims())
                    + " differ along the axes " + l.axis1() + " and " + l.axis2());
        }
        if (l.normalize()) {
            ReductionPlanner reduction = new ReductionPlanner(layer);
            x = reduction.unit(x, new int[] {axisX}, UNIT_EPSILON);
            y = reduction.unit(y, new int[] {axisY}, UNIT_EPSILON);
        }
        String lettersX = letters('b', x.rank(), axisX);
        String lettersY = letters('B', y.rank(), axisY);
        String rest = lettersX.replace(SUMMED, "") + lettersY.replace(SUMMED, "").substring(1);
        Value product = new EinsumPlanner(layer).plan(lettersX + "," + lettersY + "->" + rest, List.of(x, y));
        return product.rank() == 1 ? layer.expandDims(product, 1) : product;
    }

    /** Batch, then a letter of its own for each axis but the one that is summed. */
    private static String letters(char first, int rank, int summed) {
        StringBuilder letters = new StringBuilder("a");
        for (int i = 1; i < rank; i++) {
            letters.append(i == summed ? SUMMED : String.valueOf((char) (first + i)));
        }
        return letters.toString();
    }

    private static int axis(int axis, Value x) {
        int at = Dims.axis(axis, x.rank());
        if (at < 1 || at >= x.rank()) {
            throw new Problem("its axis " + axis + " is none after batch of an input of shape " + Dims.text(x.dims()));
        }
        return at;
    }
}
