package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.spec.DType;

/**
 * The largest or smallest values along an axis, in order, the first of equals first.
 *
 * @param layer   its path, for messages
 * @param x       an array
 * @param type    what its values are
 * @param values  takes the values
 * @param places  takes where they were
 * @param axis    the axis
 * @param count   how many, or {@link #ALL}
 * @param largest whether the largest or the smallest
 */
public record TopKOp(String layer, int x, DType type, int values, int places, int axis, int count, boolean largest)
        implements PlanOp {
    /** Stands for all values of the axis, however many there are. */
    public static final int ALL = 0;

    @Override
    public void shape(int[][] dims) {
        for (int out : new int[] {values, places}) {
            Dims.copy(dims[x], dims[out]);
            dims[out][axis] = count == ALL ? dims[x][axis] : count;
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        s.except(this, axis, "ranks the steps of the sequence", values, x);
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
        int taken = count == ALL ? size : count;
        int inner = Dims.count(d, axis + 1, d.length);
        int outer = Dims.count(d, 0, axis);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                k.topK(largest, f.data(x), type, (long) o * size * inner + i, size, inner, f.data(values),
                        f.data(places), (long) o * taken * inner + i, taken);
            }
        }
    }
}
