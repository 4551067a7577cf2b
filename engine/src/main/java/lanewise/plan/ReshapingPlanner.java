package lanewise.plan;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.shape.PadOp;
import lanewise.plan.op.shape.SliceOp;
import lanewise.plan.op.window.BilinearOp;
import lanewise.spec.DType;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;

/** Plans layers that only arrange values anew; most are another view of the same memory. */
final class ReshapingPlanner {
    private final LayerContext layer;

    ReshapingPlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(ReshapingLayer spec, Value x) {
        return switch (spec) {
            case ReshapingLayer.Flatten l ->
                layer.view(l.channelsFirst() && x.rank() > 2 ? layer.channelsLast(x) : x, 2, (from, to,
                        dims) -> {
                    to[0] = from[0];
                    to[1] = Dims.count(from, 1, from.length);
                });
            case ReshapingLayer.Reshape l -> reshape(l, x);
            case ReshapingLayer.Permute l ->
                layer.permute(x, IntStream.concat(IntStream.of(0), l.dims().stream().mapToInt(d -> d)).toArray());
            case ReshapingLayer.RepeatVector l -> {
                layer.needRank(x, 2);
                yield layer.repeatEach(layer.expandDims(x, 1), 1, l.n());
            }
            case ReshapingLayer.ZeroPadding l ->
                inSpace(x, l.padding().size() / 2, l.channelsFirst(), last -> pad(l, last));
            case ReshapingLayer.Cropping l ->
                inSpace(x, l.cropping().size() / 2, l.channelsFirst(), last -> crop(l, last));
            case ReshapingLayer.UpSampling l ->
                inSpace(x, l.size().size(), l.channelsFirst(), last -> upSample(l, last));
        };
    }

    /** Does something to the axes of space of an array whose features come last. */
    private Value inSpace(Value x, int rank, boolean channelsFirst, UnaryOperator<Value> change) {
        layer.needRank(x, rank + 2);
        return channelsFirst ? layer.channelsFirst(change.apply(layer.channelsLast(x))) : change.apply(x);
    }

    private Value pad(ReshapingLayer.ZeroPadding l, Value x) {
        Value out = layer.value(x.dtype(), x.rank());
        layer.add(new PadOp(x.id(), out.id(), l.padding().stream().mapToInt(n -> n).toArray()));
        return out;
    }

    private Value crop(ReshapingLayer.Cropping l, Value x) {
        int axes = l.cropping().size() / 2;
        int[] begin = new int[axes];
        int[] end = new int[axes];
        int[] step = new int[axes];
        for (int i = 0; i < axes; i++) {
            int after = l.cropping().get(2 * i + 1);
            begin[i] = l.cropping().get(2 * i);
            end[i] = after == 0 ? ShapeOperation.Slice.OPEN : -after;
            step[i] = 1;
        }
        Value out = layer.value(x.dtype(), x.rank());
        layer.add(new SliceOp(layer.path, x.id(), out.id(), begin, end, step, new int[axes]));
        return out;
    }

    private Value upSample(ReshapingLayer.UpSampling l, Value x) {
        if (l.bilinear()) {
            Value out = layer.value(DType.FLOAT32, x.rank());
            layer.add(new BilinearOp(layer.floats(x).id(), out.id(), l.size().get(0), l.size().get(1)));
            return out;
        }
        Value out = x;
        for (int i = 0; i < l.size().size(); i++) {
            out = l.size().get(i) == 1 ? out : layer.repeatEach(out, i + 1, l.size().get(i));
        }
        return out;
    }

    private Value reshape(ReshapingLayer.Reshape l, Value x) {
        int[] target = l.targetShape().toArray();
        int known = 1;
        for (int size : target) {
            known *= size == Shape.ANY ? 1 : size;
        }
        int factor = known;
        Value out = layer.view(x, target.length + 1, (from, to, dims) -> {
            int count = Dims.count(from, 1, from.length);
            to[0] = from[0];
            for (int i = 0; i < target.length; i++) {
                // rounded up for the largest sizes, which need not be sizes of a call
                to[i + 1] = target[i] != Shape.ANY ? target[i]
                        : count == Shape.ANY || factor == 0 ? Shape.ANY : (count + factor - 1) / factor;
            }
        });
        int before = Dims.count(x.dims(), 1, x.rank());
        if (before != Shape.ANY && before != Dims.count(out.dims(), 1, out.rank())) {
            throw new Problem("can't give " + Dims.text(x.dims()) + " the shape " + l.targetShape());
        }
        return out;
    }
}
