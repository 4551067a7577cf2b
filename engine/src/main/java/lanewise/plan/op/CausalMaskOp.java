package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Which steps of a value come no later than a step of a query.
 *
 * @param query [batch, T, ...]
 * @param value [batch, S, ...]
 * @param out   [1, T, S] truth values
 */
public record CausalMaskOp(int query, int value, int out) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = 1;
        dims[out][1] = dims[query][1];
        dims[out][2] = dims[value][1];
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "looks at all steps before, of which there is no end", out, query, value);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims(out)[1];
        int seen = f.dims(out)[2];
        for (int t = 0; t < steps; t++) {
            for (int s = 0; s < seen; s++) {
                Memory.setInt(f.data(out), (long) t * seen + s, s <= t ? 1 : 0);
            }
        }
    }
}
