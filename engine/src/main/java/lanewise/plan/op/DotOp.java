package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Panels;

/**
 * The matrix product of two arrays for each row of the batch. The second is packed anew in every call.
 *
 * @param layer  its path, for messages
 * @param x      [batch, rows, inputs]
 * @param y      [batch, inputs, units]
 * @param out    [batch, rows, units]
 * @param packed room for one packed matrix, [inputs, units]
 */
public record DotOp(String layer, int x, int y, int out, int packed) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = dims[x][1];
        dims[out][2] = dims[y][2];
        dims[packed][0] = dims[y][1];
        dims[packed][1] = dims[y][2];
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "needs all steps at once, as attention does", out, x, y);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int inputs = f.dims(y)[1];
        int units = f.dims(y)[2];
        int rows = f.dims(x)[1];
        Dims.same(layer, "rows", f.dims(x)[0], f.dims(y)[0]);
        Dims.same(layer, "the summed axis", f.dims(x)[2], inputs);
        Panels panels = f.panels(packed);
        panels.resize(inputs, units);
        for (int b = 0; b < f.dims(x)[0]; b++) {
            panels.repack(f.data(y), (long) b * inputs * units, units, 1);
            k.matMul(panels, f.data(x), (long) b * rows * inputs, inputs, rows, f.data(out), (long) b * rows * units,
                    units);
        }
    }
}
