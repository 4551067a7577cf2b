package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * An array of one value, of another array's leading sizes.
 *
 * @param like  the other array
 * @param out   as many axes of it as this has
 * @param value the value
 * @param truth whether it is a truth value
 */
public record FillOp(int like, int out, float value, boolean truth) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        System.arraycopy(dims[like], 0, dims[out], 0, dims[out].length);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.like(this, out, like);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(out));
        for (int i = 0; i < n; i++) {
            if (truth) {
                Memory.setInt(f.data(out), i, (int) value);
            } else {
                Memory.set(f.data(out), i, value);
            }
        }
    }
}
