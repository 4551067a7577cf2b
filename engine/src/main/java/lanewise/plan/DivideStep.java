package lanewise.plan;

import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;

/**
 * Divides by a number.
 *
 * @param x   an array
 * @param out the result
 * @param by  the number
 */
record DivideStep(int x, int out, float by) implements Step {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        k.binary(BinaryOp.DIVIDE, f.data[x], 0, by, false, f.data[out], 0, Dims.count(f.dims[x]));
    }
}
