package lanewise.plan.op.text;

import lanewise.kernel.Kernels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;

/**
 * How many boundaries are not greater than each number: all of them for NaN, as in TensorFlow.
 *
 * @param x          floats
 * @param out        counts
 * @param boundaries ascending
 */
public record BinOp(int x, int out, float[] boundaries) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.bins(f.data(x), boundaries, f.data(out), Dims.count(f.dims(x)));
    }
}
