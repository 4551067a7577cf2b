package lanewise.plan;

import java.util.List;
import lanewise.plan.Planner.Problem;
import lanewise.spec.DType;
import lanewise.spec.Operation;

/** Plans operations that stand in a graph beside its layers. */
final class OperationPlanner {
    private final LayerPlanner layer;

    OperationPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    Value plan(Operation spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return switch (spec) {
            case Operation.NotEqual o -> layer.notEqual(x, o.value());
            case Operation.Any o -> {
                Value out = layer.planner.value(layer.path, DType.BOOL, x.rank() - 1);
                layer.add(new AnyStep(layer.needType(x, DType.BOOL).id(), out.id()));
                yield out;
            }
            case Operation.LogicalOr o -> {
                if (inputs.size() != 2) {
                    throw new Problem("is given " + inputs.size() + " inputs, expected 2");
                }
                yield layer.or(layer.needType(x, DType.BOOL), layer.needType(inputs.get(1), DType.BOOL));
            }
            case Operation.ExpandDims o -> layer.expandDims(x, Dims.axis(o.axis(), x.rank() + 1));
            case Operation.FilledLike o -> layer.filled(x, x.rank(), o.value());
            case Operation.MaskOf o -> {
                Value carried = x.maskOrNull();
                yield carried != null ? carried : layer.filled(x, x.rank() - 1, true);
            }
        };
    }
}
