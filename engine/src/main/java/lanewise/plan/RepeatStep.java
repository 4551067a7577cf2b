package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Repeats each row.
 *
 * @param x     [batch, features]
 * @param out   [batch, times, features]
 * @param times how often
 */
record RepeatStep(int x, int out, int times) implements Step {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = times;
        dims[out][2] = dims[x][1];
    }

    @Override
    public void run(Frame f, Kernels k) {
        int width = f.dims[x][1];
        for (int r = 0; r < f.dims[x][0]; r++) {
            for (int i = 0; i < times; i++) {
                Memory.copy(f.data[x], (long) r * width, f.data[out], ((long) r * times + i) * width, width);
            }
        }
    }
}
