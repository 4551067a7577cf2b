package lanewise.plan;

import lanewise.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.spec.WindowLayer.Padding;

/**
 * Convolution over time: a matrix product whose input rows are windows of the sequence. Windows that lie within it, without
 * gaps, are read in place; others are gathered first.
 *
 * @param layer    its path, for messages
 * @param x        [batch, steps, features]
 * @param out      [batch, windows, filters]
 * @param gathered room for the windows of one row, or -1 if they are read in place
 * @param w        the kernel, [size * features][filters], with its bias
 * @param size     steps in a window
 * @param stride   steps from window to window
 * @param dilation steps from tap to tap
 * @param padding  what lies outside
 */
record ConvStep(String layer, int x, int out, int gathered, Panels w, int size, int stride, int dilation, Padding padding)
        implements Step {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = Dims.windows(dims[x][1], size, stride, dilation, padding != Padding.VALID);
        dims[out][2] = w.units();
        if (gathered >= 0) {
            dims[gathered][0] = dims[out][1];
            dims[gathered][1] = w.inputs();
        }
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims[x][1];
        int features = f.dims[x][2];
        int windows = f.dims[out][1];
        if (windows == 0) {
            throw new InvalidInputException("layer '" + layer + "': " + steps + " steps are too few for a window of "
                    + ((size - 1) * dilation + 1));
        }
        int before = before(padding, steps, windows, size, stride, dilation);
        for (int b = 0; b < f.dims[x][0]; b++) {
            long row = (long) b * steps * features;
            long target = (long) b * windows * w.units();
            if (gathered < 0) {
                k.matMul(w, f.data[x], row, (long) stride * features, windows, f.data[out], target, w.units());
            } else {
                gather(f, row, steps, features, windows, before);
                k.matMul(w, f.data[gathered], 0, w.inputs(), windows, f.data[out], target, w.units());
            }
        }
    }

    private void gather(Frame f, long row, int steps, int features, int windows, int before) {
        for (int o = 0; o < windows; o++) {
            for (int tap = 0; tap < size; tap++) {
                int t = o * stride + tap * dilation - before;
                long at = (long) o * w.inputs() + (long) tap * features;
                if (t >= 0 && t < steps) {
                    Memory.copy(f.data[x], row + (long) t * features, f.data[gathered], at, features);
                } else {
                    Memory.clear(f.data[gathered], at, features);
                }
            }
        }
    }

    /** How many steps of filling come first. */
    static int before(Padding padding, int steps, int windows, int size, int stride, int dilation) {
        return switch (padding) {
            case VALID -> 0;
            case SAME -> Math.max((windows - 1) * stride + (size - 1) * dilation + 1 - steps, 0) / 2;
            case CAUSAL -> (size - 1) * dilation;
        };
    }
}
