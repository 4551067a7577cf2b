package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Whether any truth value of a row is true.
 *
 * @param x   [..., width]
 * @param out [...]
 */
record AnyStep(int x, int out) implements Step {
    @Override
    public void shape(int[][] dims) {
        System.arraycopy(dims[x], 0, dims[out], 0, dims[out].length);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int width = Dims.last(f.dims[x]);
        int rows = Dims.count(f.dims[out]);
        for (int r = 0; r < rows; r++) {
            int any = 0;
            for (int i = 0; i < width; i++) {
                any |= Memory.getInt(f.data[x], (long) r * width + i);
            }
            Memory.setInt(f.data[out], r, any);
        }
    }
}
