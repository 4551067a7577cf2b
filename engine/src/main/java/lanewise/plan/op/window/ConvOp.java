package lanewise.plan.op.window;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;

/**
 * Convolution: a matrix product whose input rows are windows. Windows of a sequence that lie within it without gaps are
 * read in place; others are gathered first.
 *
 * @param layer    its path, for messages
 * @param x        [batch, space, features]
 * @param out      [batch, windows, filters]
 * @param gathered room for the windows of one row, [windows, groups * taps * features / groups], or -1 if they are read
 *                 in place
 * @param part     room for the result of one group, [windows, filters / groups], or -1 if there is one group only
 * @param w        for each group the kernel, [taps * features / groups][filters / groups], with its bias
 * @param grid     where windows lie
 */
public record ConvOp(String layer, int x, int out, int gathered, int part, Panels[] w, WindowGrid grid)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        grid.shape(dims[x], dims[out], w.length * w[0].units());
        int windows = grid.positions(dims[out]);
        if (gathered >= 0) {
            dims[gathered][0] = windows;
            dims[gathered][1] = w.length * w[0].inputs();
        }
        if (part >= 0) {
            dims[part][0] = windows;
            dims[part][1] = w[0].units();
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.windows(this, grid, out, x, kept -> new ConvOp(layer, kept, out, gathered, part, w, grid.valid()));
    }

    @Override
    public void rehearse(Frame f, Rehearsal r) {
        r.product(w[0], grid.positions(f.dims(out)));
    }

    @Override
    public String words() {
        return "convolution";
    }

    @Override
    public void run(Frame f, Kernels k) {
        grid.check(layer, f.dims(x), f.dims(out));
        int features = Dims.last(f.dims(x));
        int filters = Dims.last(f.dims(out));
        long positions = grid.positions(f.dims(x));
        int windows = grid.positions(f.dims(out));
        for (int b = 0; b < f.dims(x)[0]; b++) {
            long row = b * positions * features;
            long target = (long) b * windows * filters;
            if (gathered < 0) {
                k.matMul(w[0], f.data(x), row, (long) grid.stride(0) * features, windows, f.data(out), target, filters);
                continue;
            }
            grid.gather(f.data(x), row, f.dims(x), f.dims(out), features, w.length, f.data(gathered));
            if (part < 0) {
                k.matMul(w[0], f.data(gathered), 0, w[0].inputs(), windows, f.data(out), target, filters);
                continue;
            }
            for (int g = 0; g < w.length; g++) {
                int inputs = w[g].inputs();
                int units = w[g].units();
                k.matMul(w[g], f.data(gathered), (long) g * inputs, (long) w.length * inputs, windows, f.data(part), 0,
                        units);
                for (int o = 0; o < windows; o++) {
                    Memory.copy(f.data(part), (long) o * units, f.data(out),
                            target + (long) o * filters + (long) g * units, units);
                }
            }
        }
    }
}
