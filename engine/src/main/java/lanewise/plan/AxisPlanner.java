package lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.TopKOp;
import lanewise.plan.op.axis.CumulateOp;
import lanewise.plan.op.axis.GatherOp;
import lanewise.plan.op.axis.OneHotOp;
import lanewise.plan.op.axis.PositionsOp;
import lanewise.plan.op.axis.TakeAlongAxisOp;
import lanewise.plan.op.axis.TriangleOp;
import lanewise.spec.AxisOperation;
import lanewise.spec.Broadcast;
import lanewise.spec.DType;
import lanewise.spec.Operation.ReduceOp;

/** Plans operations that depend on where values lie along an axis. */
final class AxisPlanner {
    private final LayerContext layer;

    AxisPlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(AxisOperation spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return switch (spec) {
            case AxisOperation.TakeAlongAxis o -> {
                Value at = positions(inputs);
                int axis = axis(o.axis(), x.rank());
                if (at.rank() != x.rank() || !TakeAlongAxisOp.fits(x.dims(), at.dims(), axis)) {
                    throw new Problem("takes positions of shape " + Dims.text(at.dims()) + " along axis " + axis
                            + " of " + Dims.text(x.dims()) + ", expected as many axes, and others that fit");
                }
                Value out = layer.value(x.dtype(), x.rank());
                layer.add(new TakeAlongAxisOp(layer.path, x.id(), at.id(), out.id(), axis));
                yield out;
            }
            case AxisOperation.Gather o -> {
                Value at = positions(inputs);
                int axis = axis(o.axis(), x.rank());
                if (!Broadcast.fits(x.dim(0), at.dim(0))) {
                    throw new Problem("is given positions for " + at.dim(0) + " rows of " + x.dim(0));
                }
                Value out = layer.value(x.dtype(), x.rank() + at.rank() - 2);
                layer.add(new GatherOp(layer.path, x.id(), at.id(), out.id(), axis));
                yield out;
            }
            case AxisOperation.OneHot o -> oneHot(o, x);
            case AxisOperation.Cumulate o -> {
                boolean starts = o.op() == ReduceOp.SUM || o.op() == ReduceOp.PROD;
                boolean extreme = o.op() == ReduceOp.MAX || o.op() == ReduceOp.MIN;
                if (!starts && (!extreme || o.exclusive())) {
                    throw new Problem("accumulates " + o.op() + (o.exclusive() ? " of the values before" : "")
                            + ", expected SUM, PROD, MAX or MIN");
                }
                // truth values are counted
                Value of = x.dtype() == DType.BOOL ? new Value(x.id(), DType.INT32, x.dims(), null) : x;
                Value out = layer.value(of.dtype(), x.rank());
                layer.add(new CumulateOp(layer.path, o.op(), of.id(), layer.width(of.dtype()), out.id(),
                        axis(o.axis(), x.rank()),
                        o.exclusive(), o.reverse()));
                yield out;
            }
            case AxisOperation.Sort o -> {
                Value values = layer.value(x.dtype(), x.rank());
                Value places = layer.value(DType.INT32, x.rank());
                layer.add(new TopKOp(layer.path, x.id(), x.dtype(), values.id(), places.id(),
                        axis(o.axis(), x.rank()), TopKOp.ALL, o.descending()));
                yield o.positions() ? places : values;
            }
            case AxisOperation.Triangle o -> {
                if (x.rank() < 3) {
                    throw new Problem("is given " + Dims.text(x.dims()) + ", expected at least a matrix in each row");
                }
                Value out = layer.value(x.dtype(), x.rank());
                layer.add(new TriangleOp(x.id(), out.id(), o.diagonal(), o.upper()));
                yield out;
            }
            case AxisOperation.Positions o -> {
                Value out = layer.value(DType.INT32, 2);
                layer.add(new PositionsOp(x.id(), out.id(), axis(o.axis(), x.rank())));
                yield out;
            }
        };
    }

    private static int axis(int axis, int rank) {
        return OperationPlanner.axis(axis, rank);
    }

    /** The second input, as integers. */
    private Value positions(List<Value> inputs) {
        if (inputs.size() != 2) {
            throw new Problem("is given " + inputs.size() + " inputs, expected an array and positions");
        }
        Value at = inputs.get(1);
        return at.dtype() == DType.FLOAT32 ? layer.cast(at, DType.INT32).withMask(null) : at;
    }

    private Value oneHot(AxisOperation.OneHot o, Value x) {
        if (o.depth() < 1) {
            throw new Problem("makes vectors of " + o.depth() + " values, expected at least 1");
        }
        Value ids = x.dtype() == DType.FLOAT32 ? layer.cast(x, DType.INT32) : x;
        Value out = layer.value(DType.FLOAT32, x.rank() + 1);
        layer.add(new OneHotOp(ids.id(), out.id(), o.depth()));
        int axis = axis(o.axis(), out.rank());
        if (axis == x.rank()) {
            return out;
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        order.add(axis, x.rank());
        return layer.permute(out, order.stream().mapToInt(Integer::intValue).toArray());
    }
}
