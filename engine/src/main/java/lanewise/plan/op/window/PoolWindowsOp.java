package lanewise.plan.op.window;

import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;
import lanewise.spec.WindowLayer.PoolOp;

/**
 * One value per window and feature.
 *
 * @param layer its path, for messages
 * @param x     [batch, space, features]
 * @param out   [batch, windows, features]
 * @param op    which value
 * @param grid  where windows lie
 */
public record PoolWindowsOp(String layer, int x, int out, PoolOp op, WindowGrid grid) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        grid.shape(dims[x], dims[out], Dims.last(dims[x]));
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.windows(this, grid, out, x, kept -> new PoolWindowsOp(layer, kept, out, op, grid.valid()));
    }

    @Override
    public void run(Frame f, Kernels k) {
        grid.check(layer, f.dims(x), f.dims(out));
        int features = Dims.last(f.dims(x));
        long positions = grid.positions(f.dims(x));
        int windows = grid.positions(f.dims(out));
        for (int b = 0; b < f.dims(x)[0]; b++) {
            for (int o = 0; o < windows; o++) {
                pool(f, k, b * positions, o, features, ((long) b * windows + o) * features);
            }
        }
    }

    private void pool(Frame f, Kernels k, long first, int window, int features, long target) {
        // TensorFlow begins at the smallest number and takes what is larger: NaN is not, and -infinity neither
        boolean max = op == PoolOp.MAX;
        int taps = grid.taps();
        int count = 0;
        for (int tap = 0; tap < taps; tap++) {
            int position = grid.source(f.dims(x), f.dims(out), window, tap);
            if (position < 0) {
                tap = grid.nextInside(f.dims(x), f.dims(out), window, tap) - 1;
                continue;
            }
            if (count++ == 0) {
                Memory.copy(f.data(x), (first + position) * features, f.data(out), target, features);
            } else {
                k.binary(max ? BinaryOp.LARGEST : BinaryOp.ADD, f.data(out), target, f.data(x),
                        (first + position) * features, f.data(out), target,
                        features);
            }
        }
        if (max && count == 1) {
            k.binary(BinaryOp.LARGEST, f.data(out), target, f.data(out), target, f.data(out), target, features);
        }
        if (op == PoolOp.AVERAGE) {
            k.binary(BinaryOp.DIVIDE, f.data(out), target, count, false, f.data(out), target, features);
        }
    }
}
