package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * How many boundaries are not greater than each number.
 *
 * @param x          floats
 * @param out        counts
 * @param boundaries ascending
 */
record BinStep(int x, int out, float[] boundaries) implements SameShapeStep {
    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims[x]);
        for (int i = 0; i < n; i++) {
            float value = Memory.get(f.data[x], i);
            int bin = 0;
            while (bin < boundaries.length && boundaries[bin] <= value) {
                bin++;
            }
            Memory.setInt(f.data[out], i, bin);
        }
    }
}
