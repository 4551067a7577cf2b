package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The register blocks of four rows with weights of {@link lanewise.spec.WeightFormat#BFLOAT16}, see
 * {@link VectorBfloat16} and {@link VectorBlocks}, whose methods and parameters these are.
 */
final class VectorBfloat16Blocks {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorBfloat16Blocks() {}

    static void fourByFour(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o, long vs,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || out.byteSize() < o + 3 * os + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
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
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            FloatVector v0 = fromMemorySegment(F, weights, at, ORDER);
            FloatVector v1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            FloatVector v2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            FloatVector v3 = fromMemorySegment(F, weights, at + 3 * PANEL, ORDER);
            FloatVector u = broadcast(F, x[x0 + 2 * k]);
            a0 = v0.fma(u, a0);
            a1 = v1.fma(u, a1);
            a2 = v2.fma(u, a2);
            a3 = v3.fma(u, a3);
            u = broadcast(F, x[x0 + xs + 2 * k]);
            b0 = v0.fma(u, b0);
            b1 = v1.fma(u, b1);
            b2 = v2.fma(u, b2);
            b3 = v3.fma(u, b3);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k]);
            c0 = v0.fma(u, c0);
            c1 = v1.fma(u, c1);
            c2 = v2.fma(u, c2);
            c3 = v3.fma(u, c3);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k]);
            d0 = v0.fma(u, d0);
            d1 = v1.fma(u, d1);
            d2 = v2.fma(u, d2);
            d3 = v3.fma(u, d3);
            v0 = v0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            v1 = v1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            v2 = v2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            v3 = v3.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            u = broadcast(F, x[x0 + 2 * k + 1]);
            a0 = v0.fma(u, a0);
            a1 = v1.fma(u, a1);
            a2 = v2.fma(u, a2);
            a3 = v3.fma(u, a3);
            u = broadcast(F, x[x0 + xs + 2 * k + 1]);
            b0 = v0.fma(u, b0);
            b1 = v1.fma(u, b1);
            b2 = v2.fma(u, b2);
            b3 = v3.fma(u, b3);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k + 1]);
            c0 = v0.fma(u, c0);
            c1 = v1.fma(u, c1);
            c2 = v2.fma(u, c2);
            c3 = v3.fma(u, c3);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k + 1]);
            d0 = v0.fma(u, d0);
            d1 = v1.fma(u, d1);
            d2 = v2.fma(u, d2);
            d3 = v3.fma(u, d3);
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

    static void fourByThree(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o, long vs,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || out.byteSize() < o + 3 * os + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
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
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            FloatVector v0 = fromMemorySegment(F, weights, at, ORDER);
            FloatVector v1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            FloatVector v2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            FloatVector u = broadcast(F, x[x0 + 2 * k]);
            a0 = v0.fma(u, a0);
            a1 = v1.fma(u, a1);
            a2 = v2.fma(u, a2);
            u = broadcast(F, x[x0 + xs + 2 * k]);
            b0 = v0.fma(u, b0);
            b1 = v1.fma(u, b1);
            b2 = v2.fma(u, b2);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k]);
            c0 = v0.fma(u, c0);
            c1 = v1.fma(u, c1);
            c2 = v2.fma(u, c2);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k]);
            d0 = v0.fma(u, d0);
            d1 = v1.fma(u, d1);
            d2 = v2.fma(u, d2);
            v0 = v0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            v1 = v1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            v2 = v2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            u = broadcast(F, x[x0 + 2 * k + 1]);
            a0 = v0.fma(u, a0);
            a1 = v1.fma(u, a1);
            a2 = v2.fma(u, a2);
            u = broadcast(F, x[x0 + xs + 2 * k + 1]);
            b0 = v0.fma(u, b0);
            b1 = v1.fma(u, b1);
            b2 = v2.fma(u, b2);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k + 1]);
            c0 = v0.fma(u, c0);
            c1 = v1.fma(u, c1);
            c2 = v2.fma(u, c2);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k + 1]);
            d0 = v0.fma(u, d0);
            d1 = v1.fma(u, d1);
            d2 = v2.fma(u, d2);
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

    static void fourByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, int xs, MemorySegment out, long o,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        if (weights.byteSize() < wo + (long) (rows - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || out.byteSize() < o + 3 * os + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * ws;
            FloatVector v = fromMemorySegment(F, weights, at, ORDER);
            FloatVector u = broadcast(F, x[x0 + 2 * k]);
            a = v.fma(u, a);
            u = broadcast(F, x[x0 + xs + 2 * k]);
            b = v.fma(u, b);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k]);
            c = v.fma(u, c);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k]);
            d = v.fma(u, d);
            v = v.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats();
            u = broadcast(F, x[x0 + 2 * k + 1]);
            a = v.fma(u, a);
            u = broadcast(F, x[x0 + xs + 2 * k + 1]);
            b = v.fma(u, b);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k + 1]);
            c = v.fma(u, c);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k + 1]);
            d = v.fma(u, d);
        }
        a.intoMemorySegment(out, o, ORDER);
        b.intoMemorySegment(out, o + os, ORDER);
        c.intoMemorySegment(out, o + 2 * os, ORDER);
        d.intoMemorySegment(out, o + 3 * os, ORDER);
    }
}
