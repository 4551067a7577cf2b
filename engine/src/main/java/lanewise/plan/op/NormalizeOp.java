package lanewise.plan.op;

import lanewise.kernel.Kernels;

/**
 * Brings rows to mean 0 and variance 1, or to length 1.
 *
 * @param x       an array
 * @param out     the result
 * @param axis    rows are what lies from this axis on
 * @param epsilon added to the variance, or the least length
 * @param unit    whether to bring them to length 1
 */
public record NormalizeOp(int x, int out, int axis, float epsilon, boolean unit) implements SameShapeOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.rows(this, axis, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int rows = Dims.count(d, 0, axis);
        int width = Dims.count(d, axis, d.length);
        if (unit) {
            k.unitRows(f.data(x), f.data(out), rows, width, epsilon);
        } else {
            k.normalizeRows(f.data(x), f.data(out), rows, width, epsilon);
        }
    }
}
