package lanewise.plan;

import lanewise.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Long integers as ones of 32 bits.
 *
 * @param layer its path, for messages
 * @param x     long integers
 * @param out   the same
 */
record NarrowStep(String layer, int x, int out) implements Step {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims[x]);
        for (int i = 0; i < n; i++) {
            long value = f.longs[x][i];
            if (value != (int) value) {
                throw new InvalidInputException("layer '" + layer + "': the integer " + value + " at position " + i
                        + " has more than 32 bits");
            }
            Memory.setInt(f.data[out], i, (int) value);
        }
    }
}
