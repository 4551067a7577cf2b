package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static lanewise.kernel.Lanes.F;
import static lanewise.kernel.Lanes.ORDER;
import static lanewise.kernel.Lanes.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's matrix product: register blocks of rows x vectors, each sum one chain over the inputs. Four rows share each
 * weight that is loaded, four vectors each input.
 *
 * <p>Inputs are read from an array, into which they are copied first: that is 10 % faster than reading single floats from a segment,
 * and needs far fewer of C2's nodes. For the rest of their look see {@link Lanes}.
 */
final class VectorMatMul {
    /** Bytes from one vector of a group to the next. */
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = Lanes.LENGTH * Float.BYTES;
    /** Inputs that are copied at a time: half of a first-level cache of 32 KB. */
    private static final int BLOCK = 4096;

    private float[] inputs = new float[BLOCK];

    void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rows, MemorySegment out, long outOffset,
                long outStride) {
        int n = w.inputs;
        int block = Math.max(4, BLOCK / n & -4);
        for (int first = 0; first < rows; first += block) {
            int count = Math.min(block, rows - first);
            copyInputs(x, xOffset + first * xStride, xStride, count, n);
            product(w, n, count, out, (outOffset + first * outStride) * Float.BYTES, outStride * Float.BYTES);
        }
    }

    private void copyInputs(MemorySegment x, long offset, long stride, int rows, int n) {
        int padded = Panels.padded(rows * n) + Panels.WIDTH;
        if (inputs.length < padded) {
            inputs = new float[padded];
        }
        for (int r = 0; r < rows; r++) {
            copy(x, (offset + r * stride) * Float.BYTES, inputs, r * n, n);
        }
    }

    /** Copies whole vectors; what runs over is overwritten by the next row. */
    static void copy(MemorySegment x, long from, float[] to, int at, int n) {
        if (x.byteSize() < from + Lanes.bytes(n)) {
            throw tooShort("matrix product, input", x);
        }
        for (int k = 0; k < n; k += Lanes.LENGTH) {
            fromMemorySegment(F, x, from + 4L * k, ORDER).intoArray(to, at + k);
        }
    }

    /** All offsets and strides from here on count bytes, but those of inputs. */
    private void product(Panels w, int n, int rows, MemorySegment out, long to, long os) {
        long vs = w.vectorStride() * 4L;
        // last group, vector and lanes first: a last panel may run over into the next row, which is written later
        for (int q = w.groups() - 1; q >= 0; q--) {
            long column = to + q * w.groupStride() * 4L;
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                four(w, q, inputs, r * n, n, out, column + r * os, vs, os);
            }
            for (; r < rows; r++) {
                one(w, q, inputs, r * n, out, column + r * os, vs);
            }
        }
    }

    /**
     * Sums of four rows with a group.
     *
     * @param x  rows
     * @param x0 first value of the first row
     * @param xs from row to row
     * @param o  of the first sum
     * @param vs from vector to vector of sums
     * @param os from row to row of sums
     */
    static void four(Panels w, int group, float[] x, int x0, int xs, MemorySegment out, long o, long vs, long os) {
        int n = w.inputs;
        int vectors = w.vectors(group);
        long bs = w.vectorStride() * 4L;
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = group * w.groupStride() * 4L + lane;
            switch (vectors) {
                case 4 -> fourByFour(w.weights, wo, n, w.bias, bo, bs, x, x0, xs, out, o + lane, vs, os);
                case 3 -> fourByThree(w.weights, wo, n, w.bias, bo, bs, x, x0, xs, out, o + lane, vs, os);
                default -> {
                    for (int v = vectors - 1; v >= 0; v--) {
                        fourByOne(w.weights, wo + (long) v * PANEL, vectors * PANEL, n, w.bias, bo + v * bs, x, x0, xs, out,
                                o + lane + v * vs, os);
                    }
                }
            }
        }
    }

    /** Sums of one row with a group, see {@link #four}. */
    static void one(Panels w, int group, float[] x, int x0, MemorySegment out, long o, long vs) {
        int n = w.inputs;
        int vectors = w.vectors(group);
        long bs = w.vectorStride() * 4L;
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = group * w.groupStride() * 4L + lane;
            switch (vectors) {
                case 4 -> oneByFour(w.weights, wo, n, w.bias, bo, bs, x, x0, out, o + lane, vs);
                case 3 -> oneByThree(w.weights, wo, n, w.bias, bo, bs, x, x0, out, o + lane, vs);
                default -> {
                    for (int v = vectors - 1; v >= 0; v--) {
                        oneByOne(w.weights, wo + (long) v * PANEL, vectors * PANEL, n, w.bias, bo + v * bs, x, x0, out,
                                o + lane + v * vs);
                    }
                }
            }
        }
    }

    /**
     * Sums of one row with two neighbouring groups of three or four gates, side by side: eight sums in flight are faster than four where
     * weights come from the nearest cache.
     */
    static void two(Panels w, int group, float[] x, int x0, MemorySegment out, long o) {
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = (long) group * PANEL + lane;
            if (w.gates == 4) {
                oneByEight(w, wo, bo, x, x0, out, o + lane);
            } else {
                oneBySix(w, wo, bo, x, x0, out, o + lane);
            }
        }
    }

    private static void fourByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
                                   int x0, int xs, MemorySegment out, long o, long vs, long os) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES
                || out.byteSize() < o + 3 * os + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        FloatVector b0 = a0;
        FloatVector b1 = a1;
        FloatVector b2 = a2;
        FloatVector b3 = a3;
        FloatVector c0 = a0;
        FloatVector c1 = a1;
        FloatVector c2 = a2;
        FloatVector c3 = a3;
        FloatVector d0 = a0;
        FloatVector d1 = a1;
        FloatVector d2 = a2;
        FloatVector d3 = a3;
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (4 * PANEL);
            FloatVector w0 = fromMemorySegment(F, w, wk, ORDER);
            FloatVector w1 = fromMemorySegment(F, w, wk + PANEL, ORDER);
            FloatVector w2 = fromMemorySegment(F, w, wk + 2 * PANEL, ORDER);
            FloatVector w3 = fromMemorySegment(F, w, wk + 3 * PANEL, ORDER);
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = w0.fma(v, a0);
            a1 = w1.fma(v, a1);
            a2 = w2.fma(v, a2);
            a3 = w3.fma(v, a3);
            v = broadcast(F, x[x0 + xs + k]);
            b0 = w0.fma(v, b0);
            b1 = w1.fma(v, b1);
            b2 = w2.fma(v, b2);
            b3 = w3.fma(v, b3);
            v = broadcast(F, x[x0 + 2 * xs + k]);
            c0 = w0.fma(v, c0);
            c1 = w1.fma(v, c1);
            c2 = w2.fma(v, c2);
            c3 = w3.fma(v, c3);
            v = broadcast(F, x[x0 + 3 * xs + k]);
            d0 = w0.fma(v, d0);
            d1 = w1.fma(v, d1);
            d2 = w2.fma(v, d2);
            d3 = w3.fma(v, d3);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
        b0.intoMemorySegment(out, o + os, ORDER);
        b1.intoMemorySegment(out, o + os + vs, ORDER);
        b2.intoMemorySegment(out, o + os + 2 * vs, ORDER);
        b3.intoMemorySegment(out, o + os + 3 * vs, ORDER);
        c0.intoMemorySegment(out, o + 2 * os, ORDER);
        c1.intoMemorySegment(out, o + 2 * os + vs, ORDER);
        c2.intoMemorySegment(out, o + 2 * os + 2 * vs, ORDER);
        c3.intoMemorySegment(out, o + 2 * os + 3 * vs, ORDER);
        d0.intoMemorySegment(out, o + 3 * os, ORDER);
        d1.intoMemorySegment(out, o + 3 * os + vs, ORDER);
        d2.intoMemorySegment(out, o + 3 * os + 2 * vs, ORDER);
        d3.intoMemorySegment(out, o + 3 * os + 3 * vs, ORDER);
    }

    private static void fourByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
                                    int x0, int xs, MemorySegment out, long o, long vs, long os) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES
                || out.byteSize() < o + 3 * os + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector b0 = a0;
        FloatVector b1 = a1;
        FloatVector b2 = a2;
        FloatVector c0 = a0;
        FloatVector c1 = a1;
        FloatVector c2 = a2;
        FloatVector d0 = a0;
        FloatVector d1 = a1;
        FloatVector d2 = a2;
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (3 * PANEL);
            FloatVector w0 = fromMemorySegment(F, w, wk, ORDER);
            FloatVector w1 = fromMemorySegment(F, w, wk + PANEL, ORDER);
            FloatVector w2 = fromMemorySegment(F, w, wk + 2 * PANEL, ORDER);
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = w0.fma(v, a0);
            a1 = w1.fma(v, a1);
            a2 = w2.fma(v, a2);
            v = broadcast(F, x[x0 + xs + k]);
            b0 = w0.fma(v, b0);
            b1 = w1.fma(v, b1);
            b2 = w2.fma(v, b2);
            v = broadcast(F, x[x0 + 2 * xs + k]);
            c0 = w0.fma(v, c0);
            c1 = w1.fma(v, c1);
            c2 = w2.fma(v, c2);
            v = broadcast(F, x[x0 + 3 * xs + k]);
            d0 = w0.fma(v, d0);
            d1 = w1.fma(v, d1);
            d2 = w2.fma(v, d2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        b0.intoMemorySegment(out, o + os, ORDER);
        b1.intoMemorySegment(out, o + os + vs, ORDER);
        b2.intoMemorySegment(out, o + os + 2 * vs, ORDER);
        c0.intoMemorySegment(out, o + 2 * os, ORDER);
        c1.intoMemorySegment(out, o + 2 * os + vs, ORDER);
        c2.intoMemorySegment(out, o + 2 * os + 2 * vs, ORDER);
        d0.intoMemorySegment(out, o + 3 * os, ORDER);
        d1.intoMemorySegment(out, o + 3 * os + vs, ORDER);
        d2.intoMemorySegment(out, o + 3 * os + 2 * vs, ORDER);
    }

    private static void fourByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
                                  int x0, int xs, MemorySegment out, long o, long os) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES
                || out.byteSize() < o + 3 * os + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = 0; k < n; k++) {
            FloatVector v = fromMemorySegment(F, w, wo + (long) k * ws, ORDER);
            a = v.fma(broadcast(F, x[x0 + k]), a);
            b = v.fma(broadcast(F, x[x0 + xs + k]), b);
            c = v.fma(broadcast(F, x[x0 + 2 * xs + k]), c);
            d = v.fma(broadcast(F, x[x0 + 3 * xs + k]), d);
        }
        a.intoMemorySegment(out, o, ORDER);
        b.intoMemorySegment(out, o + os, ORDER);
        c.intoMemorySegment(out, o + 2 * os, ORDER);
        d.intoMemorySegment(out, o + 3 * os, ORDER);
    }

    private static void oneByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
                                  int x0, MemorySegment out, long o, long vs) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES
                || out.byteSize() < o + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (4 * PANEL);
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, w, wk, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, w, wk + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, w, wk + 2 * PANEL, ORDER).fma(v, a2);
            a3 = fromMemorySegment(F, w, wk + 3 * PANEL, ORDER).fma(v, a3);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
    }

    private static void oneByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
                                   int x0, MemorySegment out, long o, long vs) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES
                || out.byteSize() < o + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (3 * PANEL);
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, w, wk, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, w, wk + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, w, wk + 2 * PANEL, ORDER).fma(v, a2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
    }

    private static void oneByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
                                 int x0, MemorySegment out, long o) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES
                || out.byteSize() < o + LANE_BYTES) {
            throw tooShort("matrix product", w, out);
        }
        FloatVector a = fromMemorySegment(F, bias, bo, ORDER);
        for (int k = 0; k < n; k++) {
            a = fromMemorySegment(F, w, wo + (long) k * ws, ORDER).fma(broadcast(F, x[x0 + k]), a);
        }
        a.intoMemorySegment(out, o, ORDER);
    }

    private static void oneByEight(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o) {
        int n = w.inputs;
        long next = (long) n * (4 * PANEL);
        long bs = w.vectorStride() * 4L;
        if (w.weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES || out.byteSize() < o + 7 * PANEL + LANE_BYTES) {
            throw tooShort("matrix product", w.weights, out);
        }
        FloatVector a0 = fromMemorySegment(F, w.bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, w.bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, w.bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, w.bias, bo + 3 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, w.bias, bo + PANEL, ORDER);
        FloatVector b1 = fromMemorySegment(F, w.bias, bo + PANEL + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, w.bias, bo + PANEL + 2 * bs, ORDER);
        FloatVector b3 = fromMemorySegment(F, w.bias, bo + PANEL + 3 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long ak = wo + (long) k * (4 * PANEL);
            long bk = ak + next;
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, w.weights, ak, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, w.weights, ak + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, w.weights, ak + 2 * PANEL, ORDER).fma(v, a2);
            a3 = fromMemorySegment(F, w.weights, ak + 3 * PANEL, ORDER).fma(v, a3);
            b0 = fromMemorySegment(F, w.weights, bk, ORDER).fma(v, b0);
            b1 = fromMemorySegment(F, w.weights, bk + PANEL, ORDER).fma(v, b1);
            b2 = fromMemorySegment(F, w.weights, bk + 2 * PANEL, ORDER).fma(v, b2);
            b3 = fromMemorySegment(F, w.weights, bk + 3 * PANEL, ORDER).fma(v, b3);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + PANEL, ORDER);
        a2.intoMemorySegment(out, o + 2 * PANEL, ORDER);
        a3.intoMemorySegment(out, o + 3 * PANEL, ORDER);
        b0.intoMemorySegment(out, o + 4 * PANEL, ORDER);
        b1.intoMemorySegment(out, o + 4 * PANEL + PANEL, ORDER);
        b2.intoMemorySegment(out, o + 4 * PANEL + 2 * PANEL, ORDER);
        b3.intoMemorySegment(out, o + 4 * PANEL + 3 * PANEL, ORDER);
    }

    private static void oneBySix(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o) {
        int n = w.inputs;
        long next = (long) n * (3 * PANEL);
        long bs = w.vectorStride() * 4L;
        if (w.weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES || out.byteSize() < o + 5 * PANEL + LANE_BYTES) {
            throw tooShort("matrix product", w.weights, out);
        }
        FloatVector a0 = fromMemorySegment(F, w.bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, w.bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, w.bias, bo + 2 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, w.bias, bo + PANEL, ORDER);
        FloatVector b1 = fromMemorySegment(F, w.bias, bo + PANEL + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, w.bias, bo + PANEL + 2 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long ak = wo + (long) k * (3 * PANEL);
            long bk = ak + next;
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, w.weights, ak, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, w.weights, ak + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, w.weights, ak + 2 * PANEL, ORDER).fma(v, a2);
            b0 = fromMemorySegment(F, w.weights, bk, ORDER).fma(v, b0);
            b1 = fromMemorySegment(F, w.weights, bk + PANEL, ORDER).fma(v, b1);
            b2 = fromMemorySegment(F, w.weights, bk + 2 * PANEL, ORDER).fma(v, b2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + PANEL, ORDER);
        a2.intoMemorySegment(out, o + 2 * PANEL, ORDER);
        b0.intoMemorySegment(out, o + 3 * PANEL, ORDER);
        b1.intoMemorySegment(out, o + 3 * PANEL + PANEL, ORDER);
        b2.intoMemorySegment(out, o + 3 * PANEL + 2 * PANEL, ORDER);
    }
}
