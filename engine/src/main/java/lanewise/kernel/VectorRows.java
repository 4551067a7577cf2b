package lanewise.kernel;

import static jdk.incubator.vector.VectorOperators.GT;
import static lanewise.kernel.Lanes.load;
import static lanewise.kernel.Lanes.of;
import static lanewise.kernel.Lanes.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's sums along rows. Whatever the width of a vector, value i goes to partial sum i mod 16: narrow vectors go over
 * the row several times, each time for other sums. The values behind the last whole panel are added one by one.
 */
final class VectorRows {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int LENGTH = Lanes.LENGTH;
    private static final int WIDTH = Panels.WIDTH;

    private final float[] sums = new float[WIDTH];

    void softmax(MemorySegment src, long s, MemorySegment dst, long d, int width) {
        float max = max(src, s, width);
        exponentials(src, s, max, dst, d, width);
        for (int i = whole(width); i < width; i++) {
            dst.set(FLOAT, d + 4L * i, Lane.exp(src.get(FLOAT, s + 4L * i) - max));
        }
        divide(dst, d, sum(dst, d, width), width);
    }

    void logSoftmax(MemorySegment src, long s, MemorySegment dst, long d, int width) {
        float max = max(src, s, width);
        float log = Lane.log(sumOfExponentials(src, s, max, width));
        int whole = whole(width);
        for (int i = 0; i < whole; i += LENGTH) {
            store(load(src, s + 4L * i).sub(max).sub(log), dst, d + 4L * i);
        }
        for (int i = whole; i < width; i++) {
            dst.set(FLOAT, d + 4L * i, (src.get(FLOAT, s + 4L * i) - max) - log);
        }
    }

    void normalize(MemorySegment src, long s, MemorySegment dst, long d, int width, float epsilon) {
        float mean = sum(src, s, width) / width;
        float factor = Rows.inverseRoot(squares(src, s, mean, width) / width + epsilon);
        center(src, s, mean, factor, dst, d, width);
    }

    void unit(MemorySegment src, long s, MemorySegment dst, long d, int width, float epsilon) {
        float factor = Math.min(Rows.inverseRoot(squares(src, s, 0f, width)), 1f / epsilon);
        center(src, s, 0f, factor, dst, d, width);
    }

    /** Where the last whole panel ends. */
    private static int whole(int width) {
        return width & -WIDTH;
    }

    private static void check(MemorySegment a, long aEnd, MemorySegment b, long bEnd) {
        if (a.byteSize() < aEnd || b.byteSize() < bEnd) {
            throw new IndexOutOfBoundsException("row: segments of " + a.byteSize() + " and " + b.byteSize()
                    + " bytes, needed " + aEnd + " and " + bEnd);
        }
    }

    private float max(MemorySegment x, long from, int width) {
        check(x, from + 4L * width, x, 0);
        int whole = whole(width);
        float max = Float.NEGATIVE_INFINITY;
        if (whole > 0) {
            FloatVector m = of(max);
            for (int i = 0; i < whole; i += LENGTH) {
                FloatVector v = load(x, from + 4L * i);
                m = m.blend(v, v.compare(GT, m));
            }
            m.intoArray(sums, 0);
            for (int i = 0; i < LENGTH; i++) {
                max = sums[i] > max ? sums[i] : max;
            }
        }
        for (int i = whole; i < width; i++) {
            float v = x.get(FLOAT, from + 4L * i);
            max = v > max ? v : max;
        }
        return max;
    }

    /** {@code dst = e^(src - max)} for the whole panels of a row. */
    private static void exponentials(MemorySegment src, long s, float max, MemorySegment dst, long d, int width) {
        check(src, s + 4L * width, dst, d + 4L * width);
        int whole = whole(width);
        for (int i = 0; i < whole; i += LENGTH) {
            store(Lanes.exp(load(src, s + 4L * i).sub(max)), dst, d + 4L * i);
        }
    }

    private float sumOfExponentials(MemorySegment x, long from, float max, int width) {
        check(x, from + 4L * width, x, 0);
        int whole = whole(width);
        for (int lane = 0; lane < WIDTH; lane += LENGTH) {
            FloatVector v = of(0f);
            for (int i = lane; i < whole; i += WIDTH) {
                v = v.add(Lanes.exp(load(x, from + 4L * i).sub(max)));
            }
            v.intoArray(sums, lane);
        }
        for (int i = whole; i < width; i++) {
            sums[i - whole] += Lane.exp(x.get(FLOAT, from + 4L * i) - max);
        }
        return Rows.join(sums);
    }

    private float sum(MemorySegment x, long from, int width) {
        check(x, from + 4L * width, x, 0);
        int whole = whole(width);
        for (int lane = 0; lane < WIDTH; lane += LENGTH) {
            FloatVector v = of(0f);
            for (int i = lane; i < whole; i += WIDTH) {
                v = v.add(load(x, from + 4L * i));
            }
            v.intoArray(sums, lane);
        }
        for (int i = whole; i < width; i++) {
            sums[i - whole] += x.get(FLOAT, from + 4L * i);
        }
        return Rows.join(sums);
    }

    /** The sum of squared differences from a value. */
    private float squares(MemorySegment x, long from, float mean, int width) {
        check(x, from + 4L * width, x, 0);
        int whole = whole(width);
        for (int lane = 0; lane < WIDTH; lane += LENGTH) {
            FloatVector v = of(0f);
            for (int i = lane; i < whole; i += WIDTH) {
                FloatVector difference = load(x, from + 4L * i).sub(mean);
                v = difference.fma(difference, v);
            }
            v.intoArray(sums, lane);
        }
        for (int i = whole; i < width; i++) {
            float difference = x.get(FLOAT, from + 4L * i) - mean;
            sums[i - whole] = Math.fma(difference, difference, sums[i - whole]);
        }
        return Rows.join(sums);
    }

    private static void divide(MemorySegment x, long from, float by, int width) {
        check(x, from + 4L * width, x, 0);
        int whole = whole(width);
        for (int i = 0; i < whole; i += LENGTH) {
            store(load(x, from + 4L * i).div(by), x, from + 4L * i);
        }
        for (int i = whole; i < width; i++) {
            x.set(FLOAT, from + 4L * i, x.get(FLOAT, from + 4L * i) / by);
        }
    }

    private static void center(MemorySegment src, long s, float mean, float factor, MemorySegment dst, long d, int width) {
        check(src, s + 4L * width, dst, d + 4L * width);
        int whole = whole(width);
        for (int i = 0; i < whole; i += LENGTH) {
            store(load(src, s + 4L * i).sub(mean).mul(factor), dst, d + 4L * i);
        }
        for (int i = whole; i < width; i++) {
            dst.set(FLOAT, d + 4L * i, (src.get(FLOAT, s + 4L * i) - mean) * factor);
        }
    }
}
