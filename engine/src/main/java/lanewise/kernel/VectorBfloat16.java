package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.I;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The vector twin's product of one row with a matrix of {@link lanewise.spec.WeightFormat#BFLOAT16}: a word as it is
 * is the weight of one input, and shifted by 16 that of the next. The methods are those of {@link VectorBlocks} for one
 * row.
 */
final class VectorBfloat16 {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorBfloat16() {}

    static void oneByEight(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs, long gs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        long next = (long) rows * (4 * PANEL);
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 3 * bs + LANE_BYTES || out.byteSize() < o + gs + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, bias, bo + bg, ORDER);
        FloatVector b1 = fromMemorySegment(F, bias, bo + bg + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER);
        FloatVector b3 = fromMemorySegment(F, bias, bo + bg + 3 * bs, ORDER);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            long bt = at + next;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            FloatVector w0 = fromMemorySegment(F, weights, at, ORDER);
            a0 = w0.fma(v, a0);
            a0 = w0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a0);
            FloatVector w1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            a1 = w1.fma(v, a1);
            a1 = w1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a1);
            FloatVector w2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            a2 = w2.fma(v, a2);
            a2 = w2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a2);
            FloatVector w3 = fromMemorySegment(F, weights, at + 3 * PANEL, ORDER);
            a3 = w3.fma(v, a3);
            a3 = w3.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a3);
            FloatVector w4 = fromMemorySegment(F, weights, bt, ORDER);
            b0 = w4.fma(v, b0);
            b0 = w4.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b0);
            FloatVector w5 = fromMemorySegment(F, weights, bt + PANEL, ORDER);
            b1 = w5.fma(v, b1);
            b1 = w5.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b1);
            FloatVector w6 = fromMemorySegment(F, weights, bt + 2 * PANEL, ORDER);
            b2 = w6.fma(v, b2);
            b2 = w6.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b2);
            FloatVector w7 = fromMemorySegment(F, weights, bt + 3 * PANEL, ORDER);
            b3 = w7.fma(v, b3);
            b3 = w7.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b3);
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

    static void oneBySix(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs, long gs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        long next = (long) rows * (3 * PANEL);
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 2 * bs + LANE_BYTES || out.byteSize() < o + gs + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector b0 = fromMemorySegment(F, bias, bo + bg, ORDER);
        FloatVector b1 = fromMemorySegment(F, bias, bo + bg + bs, ORDER);
        FloatVector b2 = fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            long bt = at + next;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            FloatVector w0 = fromMemorySegment(F, weights, at, ORDER);
            a0 = w0.fma(v, a0);
            a0 = w0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a0);
            FloatVector w1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            a1 = w1.fma(v, a1);
            a1 = w1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a1);
            FloatVector w2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            a2 = w2.fma(v, a2);
            a2 = w2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a2);
            FloatVector w3 = fromMemorySegment(F, weights, bt, ORDER);
            b0 = w3.fma(v, b0);
            b0 = w3.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b0);
            FloatVector w4 = fromMemorySegment(F, weights, bt + PANEL, ORDER);
            b1 = w4.fma(v, b1);
            b1 = w4.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b1);
            FloatVector w5 = fromMemorySegment(F, weights, bt + 2 * PANEL, ORDER);
            b2 = w5.fma(v, b2);
            b2 = w5.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, b2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        b0.intoMemorySegment(out, o + gs, ORDER);
        b1.intoMemorySegment(out, o + gs + vs, ORDER);
        b2.intoMemorySegment(out, o + gs + 2 * vs, ORDER);
    }

    static void oneByFour(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || out.byteSize() < o + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, bo + 3 * bs, ORDER);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            FloatVector w0 = fromMemorySegment(F, weights, at, ORDER);
            a0 = w0.fma(v, a0);
            a0 = w0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a0);
            FloatVector w1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            a1 = w1.fma(v, a1);
            a1 = w1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a1);
            FloatVector w2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            a2 = w2.fma(v, a2);
            a2 = w2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a2);
            FloatVector w3 = fromMemorySegment(F, weights, at + 3 * PANEL, ORDER);
            a3 = w3.fma(v, a3);
            a3 = w3.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a3);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
    }

    static void oneByThree(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || out.byteSize() < o + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, bo + bs, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, bo + 2 * bs, ORDER);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            FloatVector w0 = fromMemorySegment(F, weights, at, ORDER);
            a0 = w0.fma(v, a0);
            a0 = w0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a0);
            FloatVector w1 = fromMemorySegment(F, weights, at + PANEL, ORDER);
            a1 = w1.fma(v, a1);
            a1 = w1.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a1);
            FloatVector w2 = fromMemorySegment(F, weights, at + 2 * PANEL, ORDER);
            a2 = w2.fma(v, a2);
            a2 = w2.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a2);
        }
        a0.intoMemorySegment(out, o, ORDER);
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
    }

    static void oneByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, MemorySegment out, long o) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        if (weights.byteSize() < wo + (long) (rows - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || out.byteSize() < o + LANE_BYTES) {
            throw tooShort("matrix product of bfloat16", weights, bias, out);
        }
        FloatVector a0 = fromMemorySegment(F, bias, bo, ORDER);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * ws;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            FloatVector w0 = fromMemorySegment(F, weights, at, ORDER);
            a0 = w0.fma(v, a0);
            a0 = w0.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsFloats().fma(u, a0);
        }
        a0.intoMemorySegment(out, o, ORDER);
    }

    /** A row of a table, in the upper or in the lower halves of its words. */
    static void lookup(RowTable table, int id, MemorySegment to, long offset) {
        MemorySegment words = table.words;
        int n = table.width();
        long from = 4L * table.word(id);
        int shift = table.isLower(id) ? 16 : 0;
        if (words.byteSize() < from + VectorShape.bytes(n) || to.byteSize() < offset + VectorShape.bytes(n)) {
            throw tooShort("row of bfloat16", words, to);
        }
        for (int i = 0; i < n; i += VectorShape.LENGTH) {
            IntVector.fromMemorySegment(I, words, from + 4L * i, ORDER).lanewise(LSHL, shift)
                    .intoMemorySegment(to, offset + 4L * i, ORDER);
        }
    }
}
