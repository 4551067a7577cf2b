package lanewise.plan.op.shape;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.Shape;

/**
 * Joins arrays along an axis.
 *
 * @param layer its path, for messages
 * @param parts the arrays, of the same rank
 * @param out   the result
 * @param axis  the axis
 */
public record ConcatOp(String layer, int[] parts, int out, int axis) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[parts[0]], dims[out]);
        for (int p = 1; p < parts.length; p++) {
            int[] part = dims[parts[p]];
            for (int i = 0; i < part.length; i++) {
                if (i == axis) {
                    dims[out][i] = Dims.plus(dims[out][i], part[i]);
                } else if (dims[out][i] == Shape.ANY) {
                    dims[out][i] = part[i];
                }
            }
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.except(this, axis, "joins sequences one behind the other", out, parts);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(out);
        for (int part : parts) {
            for (int i = 0; i < d.length; i++) {
                if (i != axis) {
                    Dims.same(layer, i, f.dims(parts[0])[i], f.dims(part)[i]);
                }
            }
        }
        int outer = Dims.count(d, 0, axis);
        long stride = Dims.count(d, axis, d.length);
        long offset = 0;
        for (int part : parts) {
            long block = Dims.count(f.dims(part), axis, d.length);
            for (int i = 0; i < outer; i++) {
                Memory.copy(f.data(part), i * block, f.data(out), i * stride + offset, block);
            }
            offset += block;
        }
    }
}
