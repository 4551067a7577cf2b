package lanewise.plan.op.window;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;

/**
 * Convolution of each feature by itself: for every tap, ascending, a product of vectors is added with fma to what
 * starts at the bias.
 *
 * @param layer  its path, for messages
 * @param x      [batch, space, features]
 * @param out    [batch, windows, features]
 * @param kernel [taps][features]
 * @param bias   [features]
 * @param grid   where windows lie
 */
public record DepthwiseConvOp(String layer, int x, int out, MemorySegment kernel, MemorySegment bias, WindowGrid grid)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        grid.shape(dims[x], dims[out], Dims.last(dims[x]));
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.windows(this, grid, out, x,
                kept -> new DepthwiseConvOp(layer, kept, out, kernel, bias, grid.valid()));
    }

    @Override
    public void run(Frame f, Kernels k) {
        grid.check(layer, f.dims(x), f.dims(out));
        int features = Dims.last(f.dims(x));
        long positions = grid.positions(f.dims(x));
        int windows = grid.positions(f.dims(out));
        int taps = grid.taps();
        for (int b = 0; b < f.dims(x)[0]; b++) {
            for (int o = 0; o < windows; o++) {
                long target = ((long) b * windows + o) * features;
                Memory.copy(bias, 0, f.data(out), target, features);
                for (int tap = 0; tap < taps; tap++) {
                    int position = grid.source(f.dims(x), f.dims(out), o, tap);
                    if (position >= 0) {
                        k.multiplyAdd(f.data(x), (b * positions + position) * features, kernel, (long) tap * features,
                                f.data(out), target, f.data(out), target, features);
                    }
                }
            }
        }
    }
}
