package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.Operation.ReduceOp;

/**
 * One value of all along the first axes; a truth value also of all along the last axes.
 *
 * @param layer its path, for messages
 * @param op    which value
 * @param x     [reduced..., kept...], or the other way round
 * @param type  what its values are; INT64 for integers that have 64 bits in the model
 * @param out   [kept...]
 * @param count how many axes are reduced
 * @param last  whether these are the last ones; for truth values only
 */
public record ReductionOp(String layer, ReduceOp op, int x, DType type, int out, int count, boolean last)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        System.arraycopy(dims[x], last ? 0 : count, dims[out], 0, dims[out].length);
    }

    @Override
    public boolean refusesValues() {
        return type == DType.INT64;
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.reduce(this, count, last, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int width = Dims.count(f.dims(out));
        int kept = Dims.count(f.dims(x), last ? 0 : count, last ? f.dims(out).length : f.dims(x).length);
        int n = kept == 0 ? 0 : Dims.count(f.dims(x)) / kept;
        if (n == 0) {
            throw new InvalidInputException("layer '" + layer + "': there is nothing to reduce");
        }
        if (op.isTruth()) {
            k.truth(op, f.data(x), type, n, width, last, f.data(out));
        } else if (op.isPosition()) {
            k.position(op, f.data(x), type, n, width, f.data(out));
        } else if (type == DType.FLOAT32) {
            k.reduce(op, f.data(x), n, width, f.data(out));
        } else {
            reduceIntegers(f, k, n, width);
        }
    }

    private void reduceIntegers(Frame f, Kernels k, int n, int width) {
        try {
            k.reduceIntegers(op, f.data(x), type, n, width, f.data(out));
        } catch (ArithmeticException e) {
            throw CompareOp.refusal(layer, e);
        }
    }
}
