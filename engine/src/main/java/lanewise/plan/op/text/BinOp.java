package lanewise.plan.op.text;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;

/**
 * How many boundaries are not greater than each number.
 *
 * @param x          floats
 * @param out        counts
 * @param boundaries ascending
 */
public record BinOp(int x, int out, float[] boundaries) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        for (int i = 0; i < n; i++) {
            float value = Memory.get(f.data(x), i);
            int bin = 0;
            while (bin < boundaries.length && boundaries[bin] <= value) {
                bin++;
            }
            Memory.setInt(f.data(out), i, bin);
        }
    }
}
