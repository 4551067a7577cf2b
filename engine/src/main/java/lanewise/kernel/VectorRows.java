package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.LENGTH;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's sums along rows. Whatever the width of a vector, value i goes to partial sum i mod 16: narrow
 * vectors go over the row several times, each time for other sums. The values behind the last whole panel are added one
 * by one. Offsets count bytes.
 */
final class VectorRows {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int WIDTH = Panels.WIDTH;
    /** Exponentials that are summed at a time where they are not kept. */
    private static final int BLOCK = 256;

    private final float[] sums = new float[WIDTH];
    private final MemorySegment scratch = Memory.floats(Arena.ofAuto(), BLOCK);

    void softmax(MemorySegment src, long s, MemorySegment dst, long d, int width) {
        exponentials(src, s, max(src, s, width), dst, d, width);
        clear();
        addValues(dst, d, width);
        scale(dst, d, 0f, Rows.join(sums), true, dst, d, width);
    }

    void logSoftmax(MemorySegment src, long s, MemorySegment dst, long d, int width) {
        float max = max(src, s, width);
        clear();
        // in place, the row is still needed afterwards
        for (int i = 0; i < width; i += BLOCK) {
            int n = Math.min(BLOCK, width - i);
            exponentials(src, s + 4L * i, max, scratch, 0, n);
            addValues(scratch, 0, n);
        }
        float log = ScalarMath.logOfSum(Rows.join(sums));
        int whole = whole(width);
        subtractBoth(src, s, max, log, dst, d, whole);
        for (int i = whole; i < width; i++) {
            dst.set(FLOAT, d + 4L * i, (src.get(FLOAT, s + 4L * i) - max) - log);
        }
    }

    void normalize(MemorySegment src, long s, MemorySegment dst, long d, int width, float epsilon) {
        clear();
        addValues(src, s, width);
        float mean = Rows.join(sums) / width;
        clear();
        addSquares(src, s, mean, width);
        float factor = Rows.inverseRoot(Rows.join(sums) / width + epsilon);
        scale(src, s, mean, factor, false, dst, d, width);
    }

    void unit(MemorySegment src, long s, MemorySegment dst, long d, int width, float epsilon) {
        clear();
        addSquares(src, s, 0f, width);
        float factor = Math.min(Rows.inverseRoot(Rows.join(sums)), 1f / epsilon);
        scale(src, s, 0f, factor, false, dst, d, width);
    }

    /** Where the last whole panel ends. */
    private static int whole(int width) {
        return width & -WIDTH;
    }

    private void clear() {
        for (int i = 0; i < WIDTH; i++) {
            sums[i] = 0f;
        }
    }

    /** {@code dst = e^(src - max)}. */
    private static void exponentials(MemorySegment src, long s, float max, MemorySegment dst, long d, int width) {
        int whole = whole(width);
        if (whole > 0) {
            VectorExponentials.exp(src, s, dst, d, whole, max);
        }
        for (int i = whole; i < width; i++) {
            dst.set(FLOAT, d + 4L * i, ScalarMath.exp(src.get(FLOAT, s + 4L * i) - max));
        }
    }

    private float max(MemorySegment x, long from, int width) {
        int whole = whole(width);
        float max = Float.NEGATIVE_INFINITY;
        if (whole > 0) {
            maxima(x, from, whole, sums);
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

    private static void maxima(MemorySegment x, long from, int whole, float[] to) {
        if (x.byteSize() < from + 4L * whole) {
            throw tooShort("maximum of a row", x);
        }
        FloatVector m = broadcast(F, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector v = fromMemorySegment(F, x, from + 4L * i, ORDER);
            m = m.blend(v, v.compare(GT, m));
        }
        m.intoArray(to, 0);
    }

    /** Adds the values of a row to the partial sums. */
    private void addValues(MemorySegment x, long from, int width) {
        int whole = whole(width);
        // not for rows without a whole group: a loop that never ran is compiled with vectors on the heap
        for (int lane = 0; lane < WIDTH && whole > 0; lane += LENGTH) {
            addLanes(x, from, lane, whole, sums);
        }
        for (int i = whole; i < width; i++) {
            sums[i - whole] += x.get(FLOAT, from + 4L * i);
        }
    }

    private static void addLanes(MemorySegment x, long from, int lane, int whole, float[] to) {
        if (x.byteSize() < from + 4L * whole) {
            throw tooShort("sum of a row", x);
        }
        FloatVector v = FloatVector.fromArray(F, to, lane);
        for (int i = lane; i < whole; i += WIDTH) {
            v = v.add(fromMemorySegment(F, x, from + 4L * i, ORDER));
        }
        v.intoArray(to, lane);
    }

    /** Adds squared differences from a value to the partial sums. */
    private void addSquares(MemorySegment x, long from, float mean, int width) {
        int whole = whole(width);
        for (int lane = 0; lane < WIDTH && whole > 0; lane += LENGTH) {
            addSquaredLanes(x, from, mean, lane, whole, sums);
        }
        for (int i = whole; i < width; i++) {
            float difference = x.get(FLOAT, from + 4L * i) - mean;
            sums[i - whole] = Math.fma(difference, difference, sums[i - whole]);
        }
    }

    private static void addSquaredLanes(MemorySegment x, long from, float mean, int lane, int whole, float[] to) {
        if (x.byteSize() < from + 4L * whole) {
            throw tooShort("squares of a row", x);
        }
        FloatVector v = FloatVector.fromArray(F, to, lane);
        for (int i = lane; i < whole; i += WIDTH) {
            FloatVector difference = fromMemorySegment(F, x, from + 4L * i, ORDER).sub(mean);
            v = difference.fma(difference, v);
        }
        v.intoArray(to, lane);
    }

    /** {@code (x - mean) * factor}, or {@code x / factor}. */
    private static void scale(MemorySegment src, long s, float mean, float factor, boolean divide, MemorySegment dst,
            long d,
            int width) {
        int whole = whole(width);
        if (divide) {
            VectorBinary.binary(BinaryOp.DIVIDE, src, s, factor, false, dst, d, whole);
        } else {
            center(src, s, mean, factor, dst, d, whole);
        }
        for (int i = whole; i < width; i++) {
            float x = src.get(FLOAT, s + 4L * i);
            dst.set(FLOAT, d + 4L * i, divide ? x / factor : (x - mean) * factor);
        }
    }

    private static void center(MemorySegment src, long s, float mean, float factor, MemorySegment dst, long d,
            int whole) {
        if (src.byteSize() < s + 4L * whole || dst.byteSize() < d + 4L * whole) {
            throw tooShort("normalized row", src, dst);
        }
        for (int i = 0; i < whole; i += LENGTH) {
            fromMemorySegment(F, src, s + 4L * i, ORDER).sub(mean).mul(factor).intoMemorySegment(dst, d + 4L * i,
                    ORDER);
        }
    }

    private static void subtractBoth(MemorySegment src, long s, float first, float second, MemorySegment dst, long d,
            int whole) {
        if (src.byteSize() < s + 4L * whole || dst.byteSize() < d + 4L * whole) {
            throw tooShort("logarithm of a softmax", src, dst);
        }
        for (int i = 0; i < whole; i += LENGTH) {
            fromMemorySegment(F, src, s + 4L * i, ORDER).sub(first).sub(second).intoMemorySegment(dst, d + 4L * i,
                    ORDER);
        }
    }
}
