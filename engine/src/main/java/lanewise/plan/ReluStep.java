package lanewise.plan;

import lanewise.kernel.Kernels;

/**
 * The layer ReLU with its options.
 *
 * @param x         an array
 * @param out       the result
 * @param max       upper limit
 * @param slope     below the threshold
 * @param threshold where the slope changes
 */
record ReluStep(int x, int out, float max, float slope, float threshold) implements SameShapeStep {
    @Override
    public void run(Frame f, Kernels k) {
        k.relu(f.data[x], f.data[out], Dims.count(f.dims[x]), max, slope, threshold);
    }
}
