package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

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
record SpreadStep(String layer, int x, int out, MemorySegment bias, WindowGrid grid) implements Step {
    @Override
    public void shape(int[][] dims) {
        grid.spreadShape(dims[x], dims[out], Dims.last(dims[x]) / grid.taps());
    }

    @Override
    public Step stream(Streaming s) {
        return s.whole(this, "spreads each step over several", out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int filters = Dims.last(f.dims[out]);
        long positions = grid.positions(f.dims[x]);
        int places = grid.positions(f.dims[out]);
        int taps = grid.taps();
        for (int b = 0; b < f.dims[x][0]; b++) {
            for (int place = 0; place < places; place++) {
                long target = ((long) b * places + place) * filters;
                Memory.copy(bias, 0, f.data[out], target, filters);
                for (int tap = 0; tap < taps; tap++) {
                    int position = grid.origin(f.dims[x], f.dims[out], place, tap);
                    if (position >= 0) {
                        k.binary(BinaryOp.ADD, f.data[out], target, f.data[x],
                                ((b * positions + position) * taps + tap) * filters,
                                f.data[out], target, filters);
                    }
                }
            }
        }
    }
}
