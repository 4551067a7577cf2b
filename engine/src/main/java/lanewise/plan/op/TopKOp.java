package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

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
                line(f, (long) o * size * inner + i, (long) o * count * inner + i, size, inner);
            }
        }
    }

    /** One line of values: a heap of the best so far lies where they will stand, the worst of them first. */
    private void line(Frame f, long from, long to, int size, int stride) {
        for (int j = 0; j < size; j++) {
            float value = Memory.get(f.data(x), from + (long) j * stride);
            if (j < count) {
                put(f, to + (long) j * stride, value, j);
                for (int i = j; i > 0 && isBefore(f, to, (i - 1) / 2, i, stride); i = (i - 1) / 2) {
                    swap(f, to, i, (i - 1) / 2, stride);
                }
            } else if (isBefore(value, j, Memory.get(f.data(values), to), Memory.getInt(f.data(places), to))) {
                put(f, to, value, j);
                sink(f, to, count, stride);
            }
        }
        for (int end = count - 1; end > 0; end--) {
            swap(f, to, 0, end, stride);
            sink(f, to, end, stride);
        }
    }

    /** Lets the first of a heap go down to where it belongs. */
    private void sink(Frame f, long to, int size, int stride) {
        int i = 0;
        while (2 * i + 1 < size) {
            int worse = 2 * i + 1;
            if (worse + 1 < size && isBefore(f, to, worse, worse + 1, stride)) {
                worse++;
            }
            if (!isBefore(f, to, i, worse, stride)) {
                return;
            }
            swap(f, to, i, worse, stride);
            i = worse;
        }
    }

    private void put(Frame f, long at, float value, int place) {
        Memory.set(f.data(values), at, value);
        Memory.setInt(f.data(places), at, place);
    }

    private void swap(Frame f, long to, int i, int j, int stride) {
        long a = to + (long) i * stride;
        long b = to + (long) j * stride;
        float value = Memory.get(f.data(values), a);
        int place = Memory.getInt(f.data(places), a);
        put(f, a, Memory.get(f.data(values), b), Memory.getInt(f.data(places), b));
        put(f, b, value, place);
    }

    private boolean isBefore(Frame f, long to, int i, int j, int stride) {
        long a = to + (long) i * stride;
        long b = to + (long) j * stride;
        return isBefore(Memory.get(f.data(values), a), Memory.getInt(f.data(places), a), Memory.get(f.data(values), b),
                Memory.getInt(f.data(places), b));
    }

    private boolean isBefore(float a, int placeA, float b, int placeB) {
        // zeros of either sign are equal
        int order = a == b ? 0 : largest ? Float.compare(b, a) : Float.compare(a, b);
        return order != 0 ? order < 0 : placeA < placeB;
    }
}
