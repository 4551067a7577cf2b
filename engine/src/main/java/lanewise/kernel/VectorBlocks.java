package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The register blocks of {@link VectorMatMul}: rows x vectors, each sum one chain over the inputs. Their common parts
 * are written out in each; for the loop style see {@link VectorShape}. Offsets and strides count bytes, except those of
 * inputs: {@code wo} is where the weights begin, {@code bo} the bias and {@code bs} its stride from vector to vector,
 * {@code x0} the first input and {@code xs} the stride from row to row, {@code o} the first sum, {@code vs} and {@code
 * os} the strides from vector to vector and from row to row.
 */
final class VectorBlocks {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorBlocks() {}

    static void sixByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
            int x0, int xs, MemorySegment out, long o, long vs, long os) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || out.byteSize() < o + 5 * os + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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
        FloatVector e0 = a0;
        FloatVector e1 = a1;
        FloatVector e2 = a2;
        FloatVector e3 = a3;
        FloatVector f0 = a0;
        FloatVector f1 = a1;
        FloatVector f2 = a2;
        FloatVector f3 = a3;
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
            v = broadcast(F, x[x0 + 4 * xs + k]);
            e0 = w0.fma(v, e0);
            e1 = w1.fma(v, e1);
            e2 = w2.fma(v, e2);
            e3 = w3.fma(v, e3);
            v = broadcast(F, x[x0 + 5 * xs + k]);
            f0 = w0.fma(v, f0);
            f1 = w1.fma(v, f1);
            f2 = w2.fma(v, f2);
            f3 = w3.fma(v, f3);
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
        e0.intoMemorySegment(out, o + 4 * os, ORDER);
        e1.intoMemorySegment(out, o + 4 * os + vs, ORDER);
        e2.intoMemorySegment(out, o + 4 * os + 2 * vs, ORDER);
        e3.intoMemorySegment(out, o + 4 * os + 3 * vs, ORDER);
        f0.intoMemorySegment(out, o + 5 * os, ORDER);
        f1.intoMemorySegment(out, o + 5 * os + vs, ORDER);
        f2.intoMemorySegment(out, o + 5 * os + 2 * vs, ORDER);
        f3.intoMemorySegment(out, o + 5 * os + 3 * vs, ORDER);
    }

    static void fourByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
            int x0, int xs, MemorySegment out, long o, long vs, long os) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || out.byteSize() < o + 3 * os + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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

    static void fourByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
            int x0, int xs, MemorySegment out, long o, long vs, long os) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || out.byteSize() < o + 3 * os + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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

    static void fourByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
            int x0, int xs, MemorySegment out, long o, long os) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || out.byteSize() < o + 3 * os + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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

    static void oneByFour(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
            int x0, MemorySegment out, long o, long vs) {
        if (w.byteSize() < wo + (long) n * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || out.byteSize() < o + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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

    static void oneByThree(MemorySegment w, long wo, int n, MemorySegment bias, long bo, long bs, float[] x,
            int x0, MemorySegment out, long o, long vs) {
        if (w.byteSize() < wo + (long) n * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || out.byteSize() < o + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
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

    static void oneByOne(MemorySegment w, long wo, int ws, int n, MemorySegment bias, long bo, float[] x,
            int x0, MemorySegment out, long o) {
        if (w.byteSize() < wo + (long) (n - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || out.byteSize() < o + LANE_BYTES) {
            throw tooShort("matrix product", w, bias, out);
        }
        FloatVector a = fromMemorySegment(F, bias, bo, ORDER);
        for (int k = 0; k < n; k++) {
            a = fromMemorySegment(F, w, wo + (long) k * ws, ORDER).fma(broadcast(F, x[x0 + k]), a);
        }
        a.intoMemorySegment(out, o, ORDER);
    }

    static void oneByEight(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs,
            long gs) {
        int n = w.inputs;
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long next = (long) n * (4 * PANEL);
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 3 * bs + LANE_BYTES || out.byteSize() < o + gs + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, bias, bo + bg, ORDER);
        FloatVector b1 = fromMemorySegment(F, bias, bo + bg + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER);
        FloatVector b3 = fromMemorySegment(F, bias, bo + bg + 3 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long ak = wo + (long) k * (4 * PANEL);
            long bk = ak + next;
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, weights, ak, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, weights, ak + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, weights, ak + 2 * PANEL, ORDER).fma(v, a2);
            a3 = fromMemorySegment(F, weights, ak + 3 * PANEL, ORDER).fma(v, a3);
            b0 = fromMemorySegment(F, weights, bk, ORDER).fma(v, b0);
            b1 = fromMemorySegment(F, weights, bk + PANEL, ORDER).fma(v, b1);
            b2 = fromMemorySegment(F, weights, bk + 2 * PANEL, ORDER).fma(v, b2);
            b3 = fromMemorySegment(F, weights, bk + 3 * PANEL, ORDER).fma(v, b3);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
        b0.intoMemorySegment(out, o + gs, ORDER);
        b1.intoMemorySegment(out, o + gs + vs, ORDER);
        b2.intoMemorySegment(out, o + gs + 2 * vs, ORDER);
        b3.intoMemorySegment(out, o + gs + 3 * vs, ORDER);
    }

    static void oneBySix(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs,
            long gs) {
        int n = w.inputs;
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long next = (long) n * (3 * PANEL);
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 2 * bs + LANE_BYTES || out.byteSize() < o + gs + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, bias, bo + bg, ORDER);
        FloatVector b1 = fromMemorySegment(F, bias, bo + bg + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER);
        for (int k = 0; k < n; k++) {
            long ak = wo + (long) k * (3 * PANEL);
            long bk = ak + next;
            FloatVector v = broadcast(F, x[x0 + k]);
            a0 = fromMemorySegment(F, weights, ak, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, weights, ak + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, weights, ak + 2 * PANEL, ORDER).fma(v, a2);
            b0 = fromMemorySegment(F, weights, bk, ORDER).fma(v, b0);
            b1 = fromMemorySegment(F, weights, bk + PANEL, ORDER).fma(v, b1);
            b2 = fromMemorySegment(F, weights, bk + 2 * PANEL, ORDER).fma(v, b2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        b0.intoMemorySegment(out, o + gs, ORDER);
        b1.intoMemorySegment(out, o + gs + vs, ORDER);
        b2.intoMemorySegment(out, o + gs + 2 * vs, ORDER);
    }
}
