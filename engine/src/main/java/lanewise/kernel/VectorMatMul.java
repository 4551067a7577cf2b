package lanewise.kernel;

import static lanewise.kernel.Lanes.load;
import static lanewise.kernel.Lanes.of;
import static lanewise.kernel.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's matrix product: register blocks of rows x vectors, each sum one chain over the inputs. Four rows share each
 * weight that is loaded, four vectors each input.
 *
 * <p>What the blocks look like is what C2 asks for. Accumulators are local variables: in an array or a loop they go to the heap
 * (46 times slower). Inputs are read from an array, since reading one float from a segment takes so many of C2's nodes that a
 * block of 4 x 4 ran out of them at its last store. Loads and stores are written out for the same reason. Each block asks its
 * segments for their size: beyond the check, this tells C2 their class in this method; without it, code elsewhere in the
 * JVM that loads vectors from heap segments would slow these loops 5 to 19 times.
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
    private static void copy(MemorySegment x, long from, float[] to, int at, int n) {
        if (x.byteSize() < from + 4L * Panels.padded(n)) {
            throw new IndexOutOfBoundsException("matrix product: input of " + x.byteSize() + " bytes, needed " + n
                    + " floats, padded, from " + from);
        }
        for (int k = 0; k < n; k += Lanes.LENGTH) {
            load(x, from + 4L * k).intoArray(to, at + k);
        }
    }

    /** All offsets and strides from here on count bytes, but those of inputs. */
    private void product(Panels w, int n, int rows, MemorySegment out, long to, long os) {
        long vs = (long) w.vectorStride() * Float.BYTES;
        // last group, vector and lanes first: a last panel may run over into the next row, which is written later
        for (int q = w.groups() - 1; q >= 0; q--) {
            long weights = q * w.groupFloats() * Float.BYTES;
            long column = (long) q * w.groupStride() * Float.BYTES;
            int vectors = w.vectors(q);
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                four(w, weights, vectors, column, vs, r * n, out, to + r * os, os);
            }
            for (; r < rows; r++) {
                one(w, weights, vectors, column, vs, r * n, out, to + r * os);
            }
        }
    }

    private void four(Panels w, long wo, int vectors, long column, long vs, int x0, MemorySegment out, long o, long os) {
        int n = w.inputs;
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long at = column + lane;
            switch (vectors) {
                case 4 -> fourByFour(w.weights, wo + lane, n, w.bias, at, vs, inputs, x0, n, out, o + at, os);
                case 3 -> fourByThree(w.weights, wo + lane, n, w.bias, at, vs, inputs, x0, n, out, o + at, os);
                default -> {
                    for (int v = vectors - 1; v >= 0; v--) {
                        fourByOne(w.weights, wo + lane + (long) v * PANEL, vectors * PANEL, n, w.bias, at + v * vs, inputs,
                                x0, n, out, o + at + v * vs, os);
                    }
                }
            }
        }
    }

    private void one(Panels w, long wo, int vectors, long column, long vs, int x0, MemorySegment out, long o) {
        int n = w.inputs;
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long at = column + lane;
            switch (vectors) {
                case 4 -> oneByFour(w.weights, wo + lane, n, w.bias, at, vs, inputs, x0, out, o + at);
                case 3 -> oneByThree(w.weights, wo + lane, n, w.bias, at, vs, inputs, x0, out, o + at);
                default -> {
                    for (int v = vectors - 1; v >= 0; v--) {
                        oneByOne(w.weights, wo + lane + (long) v * PANEL, vectors * PANEL, n, w.bias, at + v * vs, inputs, x0,
                                out, o + at + v * vs);
                    }
                }
            }
        }
    }

    private static IndexOutOfBoundsException tooShort(MemorySegment w, MemorySegment out, int n) {
        return new IndexOutOfBoundsException("matrix product of " + n + " inputs: " + w.byteSize() + " bytes of weights, "
                + out.byteSize() + " of output are too few");
    }

    private static void fourByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long vs, float[] x,
                                   int x0, int xs, MemorySegment out, long o, long os) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES || out.byteSize() < o + 3 * os + 3 * vs + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a0 = load(bias, bo);
        FloatVector a1 = load(bias, bo + vs);
        FloatVector a2 = load(bias, bo + 2 * vs);
        FloatVector a3 = load(bias, bo + 3 * vs);
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
            FloatVector w0 = load(w, wk);
            FloatVector w1 = load(w, wk + PANEL);
            FloatVector w2 = load(w, wk + 2 * PANEL);
            FloatVector w3 = load(w, wk + 3 * PANEL);
            FloatVector v = of(x[x0 + k]);
            a0 = w0.fma(v, a0);
            a1 = w1.fma(v, a1);
            a2 = w2.fma(v, a2);
            a3 = w3.fma(v, a3);
            v = of(x[x0 + xs + k]);
            b0 = w0.fma(v, b0);
            b1 = w1.fma(v, b1);
            b2 = w2.fma(v, b2);
            b3 = w3.fma(v, b3);
            v = of(x[x0 + 2 * xs + k]);
            c0 = w0.fma(v, c0);
            c1 = w1.fma(v, c1);
            c2 = w2.fma(v, c2);
            c3 = w3.fma(v, c3);
            v = of(x[x0 + 3 * xs + k]);
            d0 = w0.fma(v, d0);
            d1 = w1.fma(v, d1);
            d2 = w2.fma(v, d2);
            d3 = w3.fma(v, d3);
        }
        store(a0, out, o);
        store(a1, out, o + vs);
        store(a2, out, o + 2 * vs);
        store(a3, out, o + 3 * vs);
        store(b0, out, o + os);
        store(b1, out, o + os + vs);
        store(b2, out, o + os + 2 * vs);
        store(b3, out, o + os + 3 * vs);
        store(c0, out, o + 2 * os);
        store(c1, out, o + 2 * os + vs);
        store(c2, out, o + 2 * os + 2 * vs);
        store(c3, out, o + 2 * os + 3 * vs);
        store(d0, out, o + 3 * os);
        store(d1, out, o + 3 * os + vs);
        store(d2, out, o + 3 * os + 2 * vs);
        store(d3, out, o + 3 * os + 3 * vs);
    }

    private static void fourByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long vs, float[] x,
                                    int x0, int xs, MemorySegment out, long o, long os) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES || out.byteSize() < o + 3 * os + 2 * vs + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a0 = load(bias, bo);
        FloatVector a1 = load(bias, bo + vs);
        FloatVector a2 = load(bias, bo + 2 * vs);
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
            FloatVector w0 = load(w, wk);
            FloatVector w1 = load(w, wk + PANEL);
            FloatVector w2 = load(w, wk + 2 * PANEL);
            FloatVector v = of(x[x0 + k]);
            a0 = w0.fma(v, a0);
            a1 = w1.fma(v, a1);
            a2 = w2.fma(v, a2);
            v = of(x[x0 + xs + k]);
            b0 = w0.fma(v, b0);
            b1 = w1.fma(v, b1);
            b2 = w2.fma(v, b2);
            v = of(x[x0 + 2 * xs + k]);
            c0 = w0.fma(v, c0);
            c1 = w1.fma(v, c1);
            c2 = w2.fma(v, c2);
            v = of(x[x0 + 3 * xs + k]);
            d0 = w0.fma(v, d0);
            d1 = w1.fma(v, d1);
            d2 = w2.fma(v, d2);
        }
        store(a0, out, o);
        store(a1, out, o + vs);
        store(a2, out, o + 2 * vs);
        store(b0, out, o + os);
        store(b1, out, o + os + vs);
        store(b2, out, o + os + 2 * vs);
        store(c0, out, o + 2 * os);
        store(c1, out, o + 2 * os + vs);
        store(c2, out, o + 2 * os + 2 * vs);
        store(d0, out, o + 3 * os);
        store(d1, out, o + 3 * os + vs);
        store(d2, out, o + 3 * os + 2 * vs);
    }

    private static void fourByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
                                  int x0, int xs, MemorySegment out, long o, long os) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES || out.byteSize() < o + 3 * os + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a = load(bias, bo);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = 0; k < n; k++) {
            FloatVector v = load(w, wo + (long) k * ws);
            a = v.fma(of(x[x0 + k]), a);
            b = v.fma(of(x[x0 + xs + k]), b);
            c = v.fma(of(x[x0 + 2 * xs + k]), c);
            d = v.fma(of(x[x0 + 3 * xs + k]), d);
        }
        store(a, out, o);
        store(b, out, o + os);
        store(c, out, o + 2 * os);
        store(d, out, o + 3 * os);
    }

    private static void oneByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long vs, float[] x,
                                  int x0, MemorySegment out, long o) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES || out.byteSize() < o + 3 * vs + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a0 = load(bias, bo);
        FloatVector a1 = load(bias, bo + vs);
        FloatVector a2 = load(bias, bo + 2 * vs);
        FloatVector a3 = load(bias, bo + 3 * vs);
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (4 * PANEL);
            FloatVector v = of(x[x0 + k]);
            a0 = load(w, wk).fma(v, a0);
            a1 = load(w, wk + PANEL).fma(v, a1);
            a2 = load(w, wk + 2 * PANEL).fma(v, a2);
            a3 = load(w, wk + 3 * PANEL).fma(v, a3);
        }
        store(a0, out, o);
        store(a1, out, o + vs);
        store(a2, out, o + 2 * vs);
        store(a3, out, o + 3 * vs);
    }

    private static void oneByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long vs, float[] x,
                                   int x0, MemorySegment out, long o) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES || out.byteSize() < o + 2 * vs + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a0 = load(bias, bo);
        FloatVector a1 = load(bias, bo + vs);
        FloatVector a2 = load(bias, bo + 2 * vs);
        for (int k = 0; k < n; k++) {
            long wk = wo + (long) k * (3 * PANEL);
            FloatVector v = of(x[x0 + k]);
            a0 = load(w, wk).fma(v, a0);
            a1 = load(w, wk + PANEL).fma(v, a1);
            a2 = load(w, wk + 2 * PANEL).fma(v, a2);
        }
        store(a0, out, o);
        store(a1, out, o + vs);
        store(a2, out, o + 2 * vs);
    }

    private static void oneByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
                                 int x0, MemorySegment out, long o) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES || out.byteSize() < o + LANE_BYTES) {
            throw tooShort(w, out, n);
        }
        FloatVector a = load(bias, bo);
        for (int k = 0; k < n; k++) {
            a = load(w, wo + (long) k * ws).fma(of(x[x0 + k]), a);
        }
        store(a, out, o);
    }
}
