package lanewise.plan;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * The same numbers elsewhere.
 *
 * @param x   an array of numbers of four bytes
 * @param out the copy
 */
record CopyStep(int x, int out) implements SameShapeStep {
    @Override
    public void run(Frame f, Kernels k) {
        Memory.copy(f.data[x], 0, f.data[out], 0, Dims.count(f.dims[x]));
    }
}
