package lanewise.plan.op.axis;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.SameShapeOp;
import lanewise.plan.op.Streaming;

/**
 * A triangle of matrices; all else becomes 0.
 *
 * @param x        [..., rows, columns]
 * @param out      the result
 * @param diagonal the last one that stays: 0 for the main one, above it positive
 * @param upper    whether what lies above stays, or what lies below
 */
public record TriangleOp(int x, int out, int diagonal, boolean upper) implements SameShapeOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.rows(this, s.rank(x) - 2, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int columns = d[d.length - 1];
        int rows = d[d.length - 2];
        int lines = Dims.rows(d);
        for (int line = 0; line < lines; line++) {
            int border = Math.clamp((long) line % rows + diagonal + (upper ? 0 : 1), 0, columns);
            long start = (long) line * columns;
            int from = upper ? border : 0;
            int to = upper ? columns : border;
            Memory.clear(f.data(out), start, columns);
            Memory.copy(f.data(x), start + from, f.data(out), start + from, to - from);
        }
    }
}
