package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Which steps of a value a step of a query may see by where they are.
 *
 * @param query  [batch, T, ...]
 * @param value  [batch, S, ...]
 * @param out    [1, T, S] truth values
 * @param causal whether only those that come no later
 * @param window only those less than this away; 0 for all
 */
public record NearMaskOp(int query, int value, int out, boolean causal, int window) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = 1;
        dims[out][1] = dims[query][1];
        dims[out][2] = dims[value][1];
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, causal ? "looks at steps before" : "looks at steps before and after", out, query, value);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims(out)[1];
        int seen = f.dims(out)[2];
        for (int t = 0; t < steps; t++) {
            for (int s = 0; s < seen; s++) {
                boolean near = (!causal || s <= t) && (window == 0 || Math.abs(t - s) < window);
                Memory.setInt(f.data(out), (long) t * seen + s, near ? 1 : 0);
            }
        }
    }
}
