package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Integers to floats, or floats to integers, cut toward zero.
 *
 * @param x        an array
 * @param out      the result
 * @param toFloats which way
 */
record CastStep(int x, int out, boolean toFloats) implements Step {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims[x]);
        for (int i = 0; i < n; i++) {
            if (toFloats) {
                Memory.set(f.data[out], i, Memory.getInt(f.data[x], i));
            } else {
                Memory.setInt(f.data[out], i, (int) Memory.get(f.data[x], i));
            }
        }
    }
}
