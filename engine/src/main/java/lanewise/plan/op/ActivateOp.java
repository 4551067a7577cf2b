package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.spec.Activation;

/**
 * Applies a function to single values or to rows.
 *
 * @param x        an array
 * @param out      the result; may share memory with x
 * @param function the function
 */
public record ActivateOp(int x, int out, Activation function) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        if (function == Activation.GLU) {
            dims[out][dims[out].length - 1] = Dims.last(dims[x]) == -1 ? -1 : Dims.last(dims[x]) / 2;
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return function.needsRow() ? s.rows(this, s.rank(x) - 1, out, x) : s.each(this, out, x);
    }

    @Override
    public String words() {
        return function.kerasName();
    }

    @Override
    public void run(Frame f, Kernels k) {
        if (function.needsRow()) {
            k.activateRows(function, f.data(x), 0, f.data(out), 0, Dims.rows(f.dims(x)), Dims.last(f.dims(x)));
        } else {
            k.activate(function, f.data(x), 0, f.data(out), 0, Dims.count(f.dims(x)));
        }
    }
}
