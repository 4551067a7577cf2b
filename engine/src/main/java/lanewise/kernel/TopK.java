package lanewise.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The largest or smallest values of a line, in order, the first of equals first. The best so far form a heap where they
 * will stand, the worst of them first; values and places lie at the same offsets.
 */
final class TopK {
    private TopK() {}

    /** See {@link CommonKernels#topK}. */
    static void line(boolean largest, boolean floats, MemorySegment x, long from, int size, int stride,
            MemorySegment values,
            MemorySegment places, long to, int count) {
        for (int j = 0; j < size; j++) {
            int value = Memory.getInt(x, from + (long) j * stride);
            if (j < count) {
                put(values, places, to + (long) j * stride, value, j);
                int i = j;
                while (i > 0 && isBefore(largest, floats, values, places, to + (i - 1L) / 2 * stride,
                        to + (long) i * stride)) {
                    swap(values, places, to + (long) i * stride, to + (i - 1L) / 2 * stride);
                    i = (i - 1) / 2;
                }
            } else if (isBefore(largest, floats, value, j, Memory.getInt(values, to), Memory.getInt(places, to))) {
                put(values, places, to, value, j);
                sink(largest, floats, values, places, to, count, stride);
            }
        }
        for (int end = count - 1; end > 0; end--) {
            swap(values, places, to, to + (long) end * stride);
            sink(largest, floats, values, places, to, end, stride);
        }
    }

    /** Lets the first of a heap go down to where it belongs. */
    private static void sink(boolean largest, boolean floats, MemorySegment values, MemorySegment places, long to,
            int size,
            int stride) {
        int i = 0;
        while (2 * i + 1 < size) {
            int worse = 2 * i + 1;
            if (worse + 1 < size && isBefore(largest, floats, values, places, to + (long) worse * stride,
                    to + (worse + 1L) * stride)) {
                worse++;
            }
            if (!isBefore(largest, floats, values, places, to + (long) i * stride, to + (long) worse * stride)) {
                return;
            }
            swap(values, places, to + (long) i * stride, to + (long) worse * stride);
            i = worse;
        }
    }

    private static void put(MemorySegment values, MemorySegment places, long at, int value, int place) {
        Memory.setInt(values, at, value);
        Memory.setInt(places, at, place);
    }

    private static void swap(MemorySegment values, MemorySegment places, long a, long b) {
        int value = Memory.getInt(values, a);
        int place = Memory.getInt(places, a);
        put(values, places, a, Memory.getInt(values, b), Memory.getInt(places, b));
        put(values, places, b, value, place);
    }

    private static boolean isBefore(boolean largest, boolean floats, MemorySegment values, MemorySegment places, long a,
            long b) {
        return isBefore(largest, floats, Memory.getInt(values, a), Memory.getInt(places, a), Memory.getInt(values, b),
                Memory.getInt(places, b));
    }

    /** The values are integers, or the bits of floats. */
    private static boolean isBefore(boolean largest, boolean floats, int a, int placeA, int b, int placeB) {
        int ascending = floats ? order(Float.intBitsToFloat(a), Float.intBitsToFloat(b)) : Integer.compare(a, b);
        int order = largest ? -ascending : ascending;
        return order != 0 ? order < 0 : placeA < placeB;
    }

    /** Zeros of either sign are equal; NaN is greater than all others. */
    private static int order(float a, float b) {
        return a == b ? 0 : Float.compare(a, b);
    }
}
