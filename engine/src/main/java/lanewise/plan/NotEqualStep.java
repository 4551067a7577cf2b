package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Whether each value differs from a number.
 *
 * @param x        floats or integers
 * @param out      truth values of the same shape
 * @param value    the number
 * @param integers whether x holds integers
 */
record NotEqualStep(int x, int out, float value, boolean integers) implements Step {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims[x]);
        for (int i = 0; i < n; i++) {
            boolean differs = integers ? Memory.getInt(f.data[x], i) != (double) value : Memory.get(f.data[x], i) != value;
            Memory.setInt(f.data[out], i, differs ? 1 : 0);
        }
    }
}
