package lanewise.plan;

import java.util.stream.IntStream;
import lanewise.plan.Planner.Problem;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;

/** Plans layers that only arrange values anew; most are another view of the same memory. */
final class ReshapingPlanner {
    private final LayerPlanner layer;

    ReshapingPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    Value plan(ReshapingLayer spec, Value x) {
        return switch (spec) {
            case ReshapingLayer.Flatten l -> layer.view(x, 2, (from, to, dims) -> {
                to[0] = from[0];
                to[1] = Dims.count(from, 1, from.length);
            });
            case ReshapingLayer.Reshape l -> reshape(l, x);
            case ReshapingLayer.Permute l ->
                    layer.permute(x, IntStream.concat(IntStream.of(0), l.dims().stream().mapToInt(d -> d)).toArray());
            case ReshapingLayer.RepeatVector l -> {
                layer.needRank(x, 2);
                Value out = layer.planner.value(layer.path, x.dtype(), 3);
                layer.add(new RepeatStep(x.id(), out.id(), l.n()));
                yield out;
            }
        };
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
