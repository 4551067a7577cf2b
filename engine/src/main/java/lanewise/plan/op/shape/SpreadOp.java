package lanewise.plan.op.shape;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;

/**
 * The second half of a transposed convolution: what each position gives each tap is added up where the windows lie,
 * taps ascending.
 *
 * @param layer its path, for messages
 * @param x     [batch, space, taps * filters]: the products
 * @param out   [batch, places, filters]
 * @param bias  [filters], what each sum starts from
 * @param grid  where windows lie in the result
 */
public record SpreadOp(String layer, int x, int out, MemorySegment bias, WindowGrid grid) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        grid.spreadShape(dims[x], dims[out], Dims.last(dims[x]) / grid.taps());
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "spreads each step over several", out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int filters = Dims.last(f.dims(out));
        long positions = grid.positions(f.dims(x));
        int places = grid.positions(f.dims(out));
        int taps = grid.taps();
        for (int b = 0; b < f.dims(x)[0]; b++) {
            for (int place = 0; place < places; place++) {
                long target = ((long) b * places + place) * filters;
                Memory.copy(bias, 0, f.data(out), target, filters);
                for (int tap = 0; tap < taps; tap++) {
                    int position = grid.origin(f.dims(x), f.dims(out), place, tap);
                    if (position >= 0) {
                        k.binary(BinaryOp.ADD, f.data(out), target, f.data(x),
                                ((b * positions + position) * taps + tap) * filters,
                                f.data(out), target, filters);
                    }
                }
            }
        }
    }
}
