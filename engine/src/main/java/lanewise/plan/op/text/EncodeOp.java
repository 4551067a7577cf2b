package lanewise.plan.op.text;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.PreprocessingLayer.OutputMode;

/**
 * Vectors of ids; an id that is outside counts nowhere.
 *
 * @param layer   its path, for messages
 * @param ids     [rows..., n]: each row gives a vector
 * @param weights a weight for each id, or -1
 * @param out     [rows..., depth]
 * @param depth   length of a vector
 * @param mode    MULTI_HOT for ones, else counts
 */
public record EncodeOp(String layer, int ids, int weights, int out, int depth, OutputMode mode) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[ids], dims[out]);
        dims[out][dims[out].length - 1] = depth;
    }

    @Override
    public PlanOp stream(Streaming s) {
        return weights < 0 ? s.rows(this, s.rank(ids) - 1, out, ids)
                : s.rows(this, s.rank(ids) - 1, out, ids, weights);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int rows = Dims.rows(f.dims(ids));
        int n = Dims.last(f.dims(ids));
        if (weights >= 0) {
            Dims.same(layer, "values", rows * n, Dims.count(f.dims(weights)));
        }
        Memory.clear(f.data(out), 0, (long) rows * depth);
        for (int r = 0; r < rows; r++) {
            k.addAt(f.data(ids), (long) r * n, weights < 0 ? null : f.data(weights), (long) r * n, n,
                    mode == OutputMode.MULTI_HOT, f.data(out), (long) r * depth, depth);
        }
    }
}
