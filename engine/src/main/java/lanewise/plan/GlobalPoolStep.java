package lanewise.plan;

import lanewise.InvalidInputException;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.WindowLayer.PoolOp;

/**
 * One value per feature over all steps, or over those that a mask keeps.
 *
 * @param layer its path, for messages
 * @param x     [batch, steps, features]
 * @param mask  [batch, steps] truth values, or -1
 * @param out   [batch, features]
 * @param op    which value
 */
record GlobalPoolStep(String layer, int x, int mask, int out, PoolOp op) implements Step {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = dims[x][2];
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims[x][1];
        int features = f.dims[x][2];
        if (steps == 0) {
            throw new InvalidInputException("layer '" + layer + "': there are no steps to pool over");
        }
        if (mask >= 0) {
            Dims.same(layer, "steps", steps, f.dims[mask][1]);
        }
        for (int b = 0; b < f.dims[x][0]; b++) {
            long target = (long) b * features;
            int count = 0;
            for (int t = 0; t < steps; t++) {
                long row = (long) b * steps + t;
                if (mask >= 0 && Memory.getInt(f.data[mask], row) == 0) {
                    continue;
                }
                if (count++ == 0) {
                    Memory.copy(f.data[x], row * features, f.data[out], target, features);
                } else {
                    k.binary(op == PoolOp.MAX ? BinaryOp.MAXIMUM : BinaryOp.ADD, f.data[out], target, f.data[x], row * features,
                            f.data[out], target, features);
                }
            }
            if (count == 0) {
                Memory.clear(f.data[out], target, features);
            }
            if (op == PoolOp.AVERAGE) {
                // Keras divides by the number of steps kept, so a row without any becomes 0 / 0
                k.binary(BinaryOp.DIVIDE, f.data[out], target, count, false, f.data[out], target, features);
            }
        }
    }
}
