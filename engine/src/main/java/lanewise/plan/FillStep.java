package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * An array of one truth value, of another array's leading sizes.
 *
 * @param like  the other array
 * @param out   as many axes of it as this has
 * @param value the truth value
 */
record FillStep(int like, int out, boolean value) implements Step {
    @Override
    public void shape(int[][] dims) {
        System.arraycopy(dims[like], 0, dims[out], 0, dims[out].length);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims[out]);
        for (int i = 0; i < n; i++) {
            Memory.setInt(f.data[out], i, value ? 1 : 0);
        }
    }
}
