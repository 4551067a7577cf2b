package lanewise.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The largest or smallest values of a line, in order, the first of equals first. The best so far form a heap where they
 * will stand, the worst of them first; values and places lie at the same offsets.
 */
final class TopK {
    private TopK() {}

    /** See {@link CommonKernels#topK}. */
    static void line(boolean largest, MemorySegment x, long from, int size, int stride, MemorySegment values,
            MemorySegment places, long to, int count) {
        for (int j = 0; j < size; j++) {
            float value = Memory.get(x, from + (long) j * stride);
            if (j < count) {
                put(values, places, to + (long) j * stride, value, j);
                int i = j;
                while (i > 0 && isBefore(largest, values, places, to + (i - 1L) / 2 * stride, to + (long) i * stride)) {
                    swap(values, places, to + (long) i * stride, to + (i - 1L) / 2 * stride);
                    i = (i - 1) / 2;
                }
            } else if (isBefore(largest, value, j, Memory.get(values, to), Memory.getInt(places, to))) {
                put(values, places, to, value, j);
                sink(largest, values, places, to, count, stride);
            }
        }
        for (int end = count - 1; end > 0; end--) {
            swap(values, places, to, to + (long) end * stride);
            sink(largest, values, places, to, end, stride);
        }
    }

    /** Lets the first of a heap go down to where it belongs. */
    private static void sink(boolean largest, MemorySegment values, MemorySegment places, long to, int size,
            int stride) {
        int i = 0;
        while (2 * i + 1 < size) {
            int worse = 2 * i + 1;
            if (worse + 1 < size && isBefore(largest, values, places, to + (long) worse * stride,
                    to + (worse + 1L) * stride)) {
                worse++;
            }
            if (!isBefore(largest, values, places, to + (long) i * stride, to + (long) worse * stride)) {
                return;
            }
            swap(values, places, to + (long) i * stride, to + (long) worse * stride);
            i = worse;
        }
    }

    private static void put(MemorySegment values, MemorySegment places, long at, float value, int place) {
        Memory.set(values, at, value);
        Memory.setInt(places, at, place);
    }

    private static void swap(MemorySegment values, MemorySegment places, long a, long b) {
        float value = Memory.get(values, a);
        int place = Memory.getInt(places, a);
        put(values, places, a, Memory.get(values, b), Memory.getInt(places, b));
        put(values, places, b, value, place);
    }

    private static boolean isBefore(boolean largest, MemorySegment values, MemorySegment places, long a, long b) {
        return isBefore(largest, Memory.get(values, a), Memory.getInt(places, a), Memory.get(values, b),
                Memory.getInt(places, b));
    }

    private static boolean isBefore(boolean largest, float a, int placeA, float b, int placeB) {
        // zeros of either sign are equal
        int order = a == b ? 0 : largest ? Float.compare(b, a) : Float.compare(a, b);
        return order != 0 ? order < 0 : placeA < placeB;
    }
}
