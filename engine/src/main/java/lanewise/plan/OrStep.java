package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Whether one of two truth values is true; axes of size 1 are repeated.
 *
 * @param layer its path, for messages
 * @param a     first array
 * @param b     second array, of the same rank
 * @param out   the result
 */
record OrStep(String layer, int a, int b, int out) implements Step {
    @Override
    public void shape(int[][] dims) {
        Broadcast.shape(dims[a], dims[b], dims[out]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        Broadcast.check(layer, f.dims[a], f.dims[b]);
        int n = Dims.count(f.dims[out]);
        for (int i = 0; i < n; i++) {
            int either = Memory.getInt(f.data[a], Broadcast.index(i, f.dims[out], f.dims[a], 0))
                    | Memory.getInt(f.data[b], Broadcast.index(i, f.dims[out], f.dims[b], 0));
            Memory.setInt(f.data[out], i, either);
        }
    }
}
