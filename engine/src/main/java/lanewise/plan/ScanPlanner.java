package lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.plan.op.Dims;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.recurrent.ScanOp;
import lanewise.spec.DType;
import lanewise.spec.RecurrentLayer;

/** Plans a graph that is run for each step of sequences. */
final class ScanPlanner {
    private final LayerContext layer;

    ScanPlanner(LayerContext layer) {
        this.layer = layer;
    }

    List<Value> plan(RecurrentLayer.Scan l, List<Value> inputs) {
        int states = l.states();
        if (inputs.size() <= states || l.body().inputs().size() != inputs.size()
                || l.body().outputs().size() < states) {
            throw new Problem("is given " + inputs.size() + " inputs for " + states + " states, but its graph takes "
                    + l.body().inputs().size() + " and gives " + l.body().outputs().size());
        }
        List<Value> bodyInputs = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value x = inputs.get(i);
            if (i >= states && x.rank() < 2) {
                throw new Problem("its sequence " + (i - states) + " has shape " + Dims.text(x.dims())
                        + ", expected steps behind batch");
            }
            int[] sizes = x.dims().clone();
            bodyInputs.add(layer.newValue(x.dtype(), i < states ? sizes : ScanOp.without(sizes)));
        }
        List<PlanOp> steps = new ArrayList<>();
        List<Value> made = layer.planApart(l.body(), bodyInputs, steps);
        if (made.contains(null)) {
            throw new Problem("its graph can't be run, for the reasons that are given beside this");
        }
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            Value value = made.get(i);
            if (i < states && (value.rank() != inputs.get(i).rank() || value.dtype() != inputs.get(i).dtype())
                    || value.dtype() == DType.STRING
                    || value.dtype() == DType.INT64) {
                throw new Problem("its state or output " + i + " is " + Dims.text(value.dims()) + " of " + value.dtype()
                        + ", which is not what"
                        + " it starts from");
            }
            outputs.add(layer.value(value.dtype(), i < states ? value.rank() : value.rank() + 1));
        }
        layer.add(new ScanOp(layer.path, states, ids(inputs), ids(bodyInputs), ids(made), ids(outputs),
                steps.toArray(PlanOp[]::new)));
        return outputs;
    }

    private static int[] ids(List<Value> values) {
        return IntStream.range(0, values.size()).map(i -> values.get(i).id()).toArray();
    }
}
