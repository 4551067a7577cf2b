package lanewise.plan;

import lanewise.InvalidInputException;
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
record TopKStep(String layer, int x, int values, int places, int axis, int count, boolean largest) implements Step {
    @Override
    public void shape(int[][] dims) {
        for (int out : new int[] {values, places}) {
            Dims.copy(dims[x], dims[out]);
            dims[out][axis] = count;
        }
    }

    @Override
    public Step stream(Streaming s) {
        s.whole(this, "ranks the steps of the sequence", values, x);
        s.also(places, x);
        return this;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims[x];
        int size = d[axis];
        if (size < count) {
            throw new InvalidInputException("layer '" + layer + "' takes the first " + count + " of " + size + " values");
        }
        int inner = Dims.count(d, axis + 1, d.length);
        int outer = Dims.count(d, 0, axis);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                line(f, (long) o * size * inner + i, (long) o * count * inner + i, size, inner);
            }
        }
    }

    /** One line of values: each next one is the best of those that come after the last. */
    private void line(Frame f, long from, long to, int size, int stride) {
        float last = 0;
        int lastPlace = -1;
        for (int n = 0; n < count; n++) {
            int place = -1;
            float best = 0;
            for (int j = 0; j < size; j++) {
                float value = Memory.get(f.data[x], from + (long) j * stride);
                boolean open = lastPlace < 0 || isBefore(last, lastPlace, value, j);
                if (open && (place < 0 || isBefore(value, j, best, place))) {
                    place = j;
                    best = value;
                }
            }
            Memory.set(f.data[values], to + (long) n * stride, best);
            Memory.setInt(f.data[places], to + (long) n * stride, place);
            last = best;
            lastPlace = place;
        }
    }

    private boolean isBefore(float a, int placeA, float b, int placeB) {
        int order = largest ? Float.compare(b, a) : Float.compare(a, b);
        return order != 0 ? order < 0 : placeA < placeB;
    }
}
