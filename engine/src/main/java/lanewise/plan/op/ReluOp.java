package lanewise.plan.op;

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
public record ReluOp(int x, int out, float max, float slope, float threshold) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.relu(f.data(x), f.data(out), Dims.count(f.dims(x)), max, slope, threshold);
    }
}
