package lanewise.plan.op.window;

import lanewise.kernel.Kernels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * Up-sampling of pictures with mixed values: step centres lie at one half, as in {@code keras.layers.UpSampling2D} with
 * interpolation bilinear.
 *
 * @param x       [batch, rows, columns, features]
 * @param out     [batch, rows * times, columns * times, features]
 * @param rows    how many times as many rows
 * @param columns how many times as many columns
 */
public record BilinearOp(int x, int out, int rows, int columns) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        dims[out][1] = Dims.times(dims[x][1], rows);
        dims[out][2] = Dims.times(dims[x][2], columns);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "mixes neighbouring steps", out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] from = f.dims(x);
        int[] to = f.dims(out);
        int features = from[3];
        for (int b = 0; b < from[0]; b++) {
            for (int r = 0; r < to[1]; r++) {
                float y = Math.max(0f, (r + 0.5f) / rows - 0.5f);
                int top = (int) y;
                long upper = ((long) b * from[1] + top) * from[2];
                // where the distance is 0 the row itself: 0 times a neighbour that is no number would be none
                int below = Math.min((int) Math.ceil(y), from[1] - 1);
                long lower = ((long) b * from[1] + below) * from[2];
                for (int c = 0; c < to[2]; c++) {
                    float u = Math.max(0f, (c + 0.5f) / columns - 0.5f);
                    int left = (int) u;
                    int right = Math.min((int) Math.ceil(u), from[2] - 1);
                    long target = (((long) b * to[1] + r) * to[2] + c) * features;
                    k.bilinear(f.data(x), (upper + left) * features, (upper + right) * features,
                            (lower + left) * features, (lower + right) * features, u - left, y - top, f.data(out),
                            target, features);
                }
            }
        }
    }
}
