package lanewise.plan.op.shape;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;

/**
 * The same numbers elsewhere.
 *
 * @param x   an array of numbers of four bytes
 * @param out the copy
 */
public record CopyOp(int x, int out) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        Memory.copy(f.data(x), 0, f.data(out), 0, Dims.count(f.dims(x)));
    }
}
