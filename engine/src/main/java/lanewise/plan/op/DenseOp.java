package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;

/**
 * {@code x * kernel + bias} over the last axis.
 *
 * @param x   [..., features]
 * @param out [..., units]
 * @param w   the kernel with its bias
 */
public record DenseOp(int x, int out, Panels w) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        dims[out][dims[out].length - 1] = w.units();
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.rows(this, s.rank(x) - 1, out, x);
    }

    @Override
    public void rehearse(Frame f, Rehearsal r) {
        r.product(w, Dims.rows(f.dims(x)));
    }

    @Override
    public String words() {
        return "matrix product";
    }

    @Override
    public void run(Frame f, Kernels k) {
        k.matMul(w, f.data(x), 0, w.inputs(), Dims.rows(f.dims(x)), f.data(out), 0, w.units());
    }
}
