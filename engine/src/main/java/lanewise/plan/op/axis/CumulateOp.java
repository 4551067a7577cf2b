package lanewise.plan.op.axis;

import lanewise.kernel.Kernels;
import lanewise.plan.op.CompareOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.SameShapeOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.DType;
import lanewise.spec.Operation.ReduceOp;

/**
 * The sums (products, ...) of all values up to each one.
 *
 * @param layer     its path, for messages
 * @param op        SUM, PROD, MAX or MIN
 * @param x         an array
 * @param type      what its values are, and the results; INT64 for integers that have 64 bits in the model
 * @param out       the result
 * @param axis      the axis
 * @param exclusive whether only the values before count
 * @param reverse   whether it begins at the end
 */
public record CumulateOp(String layer, ReduceOp op, int x, DType type, int out, int axis, boolean exclusive,
        boolean reverse)
        implements SameShapeOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.except(this, axis, "accumulates the steps of the sequence", out, x);
    }

    @Override
    public boolean refusesValues() {
        return type == DType.INT64;
    }

    @Override
    public void run(Frame f, Kernels k) {
        try {
            lines(f, k);
        } catch (ArithmeticException e) {
            throw CompareOp.refusal(layer, e);
        }
    }

    private void lines(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int size = d[axis];
        int inner = Dims.count(d, axis + 1, d.length);
        int outer = Dims.count(d, 0, axis);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                k.cumulate(op, f.data(x), type, (long) o * size * inner + i, size, inner, exclusive, reverse,
                        f.data(out));
            }
        }
    }
}
