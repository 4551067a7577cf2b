package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.I;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The register blocks of four rows with weights of {@link lanewise.spec.WeightFormat#INT16}, see {@link VectorInt16}
 * and {@link VectorBlocks}, whose methods and parameters these are.
 */
final class VectorInt16Blocks {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorInt16Blocks() {}

    static void fourByFour(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o, long vs,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || scale.byteSize() < bo + 3 * bs + LANE_BYTES
                || out.byteSize() < o + 3 * os + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector a3 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F);
        FloatVector b1 = FloatVector.zero(F);
        FloatVector b2 = FloatVector.zero(F);
        FloatVector b3 = FloatVector.zero(F);
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = FloatVector.zero(F);
        FloatVector d2 = FloatVector.zero(F);
        FloatVector d3 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            IntVector w3 = IntVector.fromMemorySegment(I, weights, at + 3 * PANEL, ORDER);
            FloatVector v0 = (FloatVector) w0.convert(I2F, 0);
            FloatVector v1 = (FloatVector) w1.convert(I2F, 0);
            FloatVector v2 = (FloatVector) w2.convert(I2F, 0);
            FloatVector v3 = (FloatVector) w3.convert(I2F, 0);
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
            v0 = (FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0);
            v1 = (FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0);
            v2 = (FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0);
            v3 = (FloatVector) w3.lanewise(LSHL, 16).convert(I2F, 0);
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
        FloatVector s0 = fromMemorySegment(F, scale, bo, ORDER);
        FloatVector t0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector s1 = fromMemorySegment(F, scale, bo + bs, ORDER);
        FloatVector t1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector s2 = fromMemorySegment(F, scale, bo + 2 * bs, ORDER);
        FloatVector t2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector s3 = fromMemorySegment(F, scale, bo + 3 * bs, ORDER);
        FloatVector t3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        a0.fma(s0, t0).intoMemorySegment(out, o, ORDER);
        a1.fma(s1, t1).intoMemorySegment(out, o + vs, ORDER);
        a2.fma(s2, t2).intoMemorySegment(out, o + 2 * vs, ORDER);
        a3.fma(s3, t3).intoMemorySegment(out, o + 3 * vs, ORDER);
        b0.fma(s0, t0).intoMemorySegment(out, o + os, ORDER);
        b1.fma(s1, t1).intoMemorySegment(out, o + os + vs, ORDER);
        b2.fma(s2, t2).intoMemorySegment(out, o + os + 2 * vs, ORDER);
        b3.fma(s3, t3).intoMemorySegment(out, o + os + 3 * vs, ORDER);
        c0.fma(s0, t0).intoMemorySegment(out, o + 2 * os, ORDER);
        c1.fma(s1, t1).intoMemorySegment(out, o + 2 * os + vs, ORDER);
        c2.fma(s2, t2).intoMemorySegment(out, o + 2 * os + 2 * vs, ORDER);
        c3.fma(s3, t3).intoMemorySegment(out, o + 2 * os + 3 * vs, ORDER);
        d0.fma(s0, t0).intoMemorySegment(out, o + 3 * os, ORDER);
        d1.fma(s1, t1).intoMemorySegment(out, o + 3 * os + vs, ORDER);
        d2.fma(s2, t2).intoMemorySegment(out, o + 3 * os + 2 * vs, ORDER);
        d3.fma(s3, t3).intoMemorySegment(out, o + 3 * os + 3 * vs, ORDER);
    }

    static void fourByThree(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o, long vs,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || scale.byteSize() < bo + 2 * bs + LANE_BYTES
                || out.byteSize() < o + 3 * os + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F);
        FloatVector b1 = FloatVector.zero(F);
        FloatVector b2 = FloatVector.zero(F);
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = FloatVector.zero(F);
        FloatVector d2 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            FloatVector v0 = (FloatVector) w0.convert(I2F, 0);
            FloatVector v1 = (FloatVector) w1.convert(I2F, 0);
            FloatVector v2 = (FloatVector) w2.convert(I2F, 0);
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
            v0 = (FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0);
            v1 = (FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0);
            v2 = (FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0);
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
        FloatVector s0 = fromMemorySegment(F, scale, bo, ORDER);
        FloatVector t0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector s1 = fromMemorySegment(F, scale, bo + bs, ORDER);
        FloatVector t1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector s2 = fromMemorySegment(F, scale, bo + 2 * bs, ORDER);
        FloatVector t2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        a0.fma(s0, t0).intoMemorySegment(out, o, ORDER);
        a1.fma(s1, t1).intoMemorySegment(out, o + vs, ORDER);
        a2.fma(s2, t2).intoMemorySegment(out, o + 2 * vs, ORDER);
        b0.fma(s0, t0).intoMemorySegment(out, o + os, ORDER);
        b1.fma(s1, t1).intoMemorySegment(out, o + os + vs, ORDER);
        b2.fma(s2, t2).intoMemorySegment(out, o + os + 2 * vs, ORDER);
        c0.fma(s0, t0).intoMemorySegment(out, o + 2 * os, ORDER);
        c1.fma(s1, t1).intoMemorySegment(out, o + 2 * os + vs, ORDER);
        c2.fma(s2, t2).intoMemorySegment(out, o + 2 * os + 2 * vs, ORDER);
        d0.fma(s0, t0).intoMemorySegment(out, o + 3 * os, ORDER);
        d1.fma(s1, t1).intoMemorySegment(out, o + 3 * os + vs, ORDER);
        d2.fma(s2, t2).intoMemorySegment(out, o + 3 * os + 2 * vs, ORDER);
    }

    static void fourByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, int xs, MemorySegment out, long o,
            long os) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        if (weights.byteSize() < wo + (long) (rows - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || scale.byteSize() < bo + LANE_BYTES
                || out.byteSize() < o + 3 * os + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * ws;
            IntVector word = IntVector.fromMemorySegment(I, weights, at, ORDER);
            FloatVector v = (FloatVector) word.convert(I2F, 0);
            FloatVector u = broadcast(F, x[x0 + 2 * k]);
            a = v.fma(u, a);
            u = broadcast(F, x[x0 + xs + 2 * k]);
            b = v.fma(u, b);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k]);
            c = v.fma(u, c);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k]);
            d = v.fma(u, d);
            v = (FloatVector) word.lanewise(LSHL, 16).convert(I2F, 0);
            u = broadcast(F, x[x0 + 2 * k + 1]);
            a = v.fma(u, a);
            u = broadcast(F, x[x0 + xs + 2 * k + 1]);
            b = v.fma(u, b);
            u = broadcast(F, x[x0 + 2 * xs + 2 * k + 1]);
            c = v.fma(u, c);
            u = broadcast(F, x[x0 + 3 * xs + 2 * k + 1]);
            d = v.fma(u, d);
        }
        FloatVector s = fromMemorySegment(F, scale, bo, ORDER);
        FloatVector t = fromMemorySegment(F, bias, bo, ORDER);
        a.fma(s, t).intoMemorySegment(out, o, ORDER);
        b.fma(s, t).intoMemorySegment(out, o + os, ORDER);
        c.fma(s, t).intoMemorySegment(out, o + 2 * os, ORDER);
        d.fma(s, t).intoMemorySegment(out, o + 3 * os, ORDER);
    }
}
