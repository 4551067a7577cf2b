package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;

/**
 * The largest or smallest values along an axis, in order, the first of equals first.
 *
 * @param layer   its path, for messages
 * @param x       floats
 * @param values  takes the values
 * @param places  takes where they were
 * @param axis    the axis
 * @param count   how many
 * @param largest whether the largest or the smallest
 */
public record TopKOp(String layer, int x, int values, int places, int axis, int count, boolean largest)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        for (int out : new int[] {values, places}) {
            Dims.copy(dims[x], dims[out]);
            dims[out][axis] = count;
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        s.whole(this, "ranks the steps of the sequence", values, x);
        s.also(places, x);
        return this;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int size = d[axis];
        if (size < count) {
            throw new InvalidInputException(
                    "layer '" + layer + "' takes the first " + count + " of " + size + " values");
        }
        int inner = Dims.count(d, axis + 1, d.length);
        int outer = Dims.count(d, 0, axis);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                k.topK(largest, f.data(x), (long) o * size * inner + i, size, inner, f.data(values), f.data(places),
                        (long) o * count * inner + i, count);
            }
        }
    }
}
