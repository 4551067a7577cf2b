package lanewise.plan;

import lanewise.InvalidInputException;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.PoolOp;

/**
 * One value per window and feature.
 *
 * @param layer   its path, for messages
 * @param x       [batch, steps, features]
 * @param out     [batch, windows, features]
 * @param op      which value
 * @param size    steps in a window
 * @param stride  steps from window to window
 * @param padding VALID or SAME
 */
record PoolStep(String layer, int x, int out, PoolOp op, int size, int stride, Padding padding) implements Step {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = Dims.windows(dims[x][1], size, stride, 1, padding != Padding.VALID);
        dims[out][2] = dims[x][2];
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims[x][1];
        int features = f.dims[x][2];
        int windows = f.dims[out][1];
        if (windows == 0) {
            throw new InvalidInputException(
                    "layer '" + layer + "': " + steps + " steps are too few for a window of " + size);
        }
        int before = ConvStep.before(padding, steps, windows, size, stride, 1);
        for (int b = 0; b < f.dims[x][0]; b++) {
            for (int o = 0; o < windows; o++) {
                int from = Math.max(0, o * stride - before);
                int to = Math.min(steps, o * stride - before + size);
                long row = (long) b * steps + from;
                pool(f, k, row, to - from, features, ((long) b * windows + o) * features);
            }
        }
    }

    private void pool(Frame f, Kernels k, long row, int count, int features, long target) {
        Memory.copy(f.data[x], row * features, f.data[out], target, features);
        BinaryOp join = op == PoolOp.MAX ? BinaryOp.MAXIMUM : BinaryOp.ADD;
        for (int i = 1; i < count; i++) {
            k.binary(join, f.data[out], target, f.data[x], (row + i) * features, f.data[out], target, features);
        }
        if (op == PoolOp.AVERAGE) {
            k.binary(BinaryOp.DIVIDE, f.data[out], target, count, false, f.data[out], target, features);
        }
    }
}
