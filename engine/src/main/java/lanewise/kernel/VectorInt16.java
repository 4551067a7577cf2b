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
 * The vector twin's product of one row with a matrix of {@link lanewise.spec.WeightFormat#INT16}: a word converted as
 * it is, is the weight of one input, and converted after a shift by 16 that of the next. The sums start at zero; at
 * their end they are multiplied with the scale and added to the bias. The methods are those of {@link VectorBlocks} for
 * one row.
 */
final class VectorInt16 {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorInt16() {}

    static void oneByEight(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs, long gs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        long next = (long) rows * (4 * PANEL);
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 3 * bs + LANE_BYTES || scale.byteSize() < bo + bg + 3 * bs + LANE_BYTES
                || out.byteSize() < o + gs + 3 * vs + LANE_BYTES) {
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
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            long bt = at + next;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            a0 = ((FloatVector) w0.convert(I2F, 0)).fma(v, a0);
            a0 = ((FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a0);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            a1 = ((FloatVector) w1.convert(I2F, 0)).fma(v, a1);
            a1 = ((FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a1);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            a2 = ((FloatVector) w2.convert(I2F, 0)).fma(v, a2);
            a2 = ((FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a2);
            IntVector w3 = IntVector.fromMemorySegment(I, weights, at + 3 * PANEL, ORDER);
            a3 = ((FloatVector) w3.convert(I2F, 0)).fma(v, a3);
            a3 = ((FloatVector) w3.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a3);
            IntVector w4 = IntVector.fromMemorySegment(I, weights, bt, ORDER);
            b0 = ((FloatVector) w4.convert(I2F, 0)).fma(v, b0);
            b0 = ((FloatVector) w4.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b0);
            IntVector w5 = IntVector.fromMemorySegment(I, weights, bt + PANEL, ORDER);
            b1 = ((FloatVector) w5.convert(I2F, 0)).fma(v, b1);
            b1 = ((FloatVector) w5.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b1);
            IntVector w6 = IntVector.fromMemorySegment(I, weights, bt + 2 * PANEL, ORDER);
            b2 = ((FloatVector) w6.convert(I2F, 0)).fma(v, b2);
            b2 = ((FloatVector) w6.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b2);
            IntVector w7 = IntVector.fromMemorySegment(I, weights, bt + 3 * PANEL, ORDER);
            b3 = ((FloatVector) w7.convert(I2F, 0)).fma(v, b3);
            b3 = ((FloatVector) w7.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b3);
        }
        a0 = a0.fma(fromMemorySegment(F, scale, bo, ORDER), fromMemorySegment(F, bias, bo, ORDER));
        a0.intoMemorySegment(out, o, ORDER);
        a1 = a1.fma(fromMemorySegment(F, scale, bo + bs, ORDER), fromMemorySegment(F, bias, bo + bs, ORDER));
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2 = a2.fma(fromMemorySegment(F, scale, bo + 2 * bs, ORDER), fromMemorySegment(F, bias, bo + 2 * bs, ORDER));
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3 = a3.fma(fromMemorySegment(F, scale, bo + 3 * bs, ORDER), fromMemorySegment(F, bias, bo + 3 * bs, ORDER));
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
        b0 = b0.fma(fromMemorySegment(F, scale, bo + bg, ORDER), fromMemorySegment(F, bias, bo + bg, ORDER));
        b0.intoMemorySegment(out, o + gs, ORDER);
        b1 = b1.fma(fromMemorySegment(F, scale, bo + bg + bs, ORDER), fromMemorySegment(F, bias, bo + bg + bs, ORDER));
        b1.intoMemorySegment(out, o + gs + vs, ORDER);
        b2 = b2.fma(fromMemorySegment(F, scale, bo + bg + 2 * bs, ORDER),
                fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER));
        b2.intoMemorySegment(out, o + gs + 2 * vs, ORDER);
        b3 = b3.fma(fromMemorySegment(F, scale, bo + bg + 3 * bs, ORDER),
                fromMemorySegment(F, bias, bo + bg + 3 * bs, ORDER));
        b3.intoMemorySegment(out, o + gs + 3 * vs, ORDER);
    }

    static void oneBySix(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs, long gs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        long bg = w.groupStride() * 4L;
        long next = (long) rows * (3 * PANEL);
        if (weights.byteSize() < wo + 2 * next - PANEL + LANE_BYTES
                || bias.byteSize() < bo + bg + 2 * bs + LANE_BYTES || scale.byteSize() < bo + bg + 2 * bs + LANE_BYTES
                || out.byteSize() < o + gs + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F);
        FloatVector b1 = FloatVector.zero(F);
        FloatVector b2 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            long bt = at + next;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            a0 = ((FloatVector) w0.convert(I2F, 0)).fma(v, a0);
            a0 = ((FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a0);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            a1 = ((FloatVector) w1.convert(I2F, 0)).fma(v, a1);
            a1 = ((FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a1);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            a2 = ((FloatVector) w2.convert(I2F, 0)).fma(v, a2);
            a2 = ((FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a2);
            IntVector w3 = IntVector.fromMemorySegment(I, weights, bt, ORDER);
            b0 = ((FloatVector) w3.convert(I2F, 0)).fma(v, b0);
            b0 = ((FloatVector) w3.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b0);
            IntVector w4 = IntVector.fromMemorySegment(I, weights, bt + PANEL, ORDER);
            b1 = ((FloatVector) w4.convert(I2F, 0)).fma(v, b1);
            b1 = ((FloatVector) w4.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b1);
            IntVector w5 = IntVector.fromMemorySegment(I, weights, bt + 2 * PANEL, ORDER);
            b2 = ((FloatVector) w5.convert(I2F, 0)).fma(v, b2);
            b2 = ((FloatVector) w5.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, b2);
        }
        a0 = a0.fma(fromMemorySegment(F, scale, bo, ORDER), fromMemorySegment(F, bias, bo, ORDER));
        a0.intoMemorySegment(out, o, ORDER);
        a1 = a1.fma(fromMemorySegment(F, scale, bo + bs, ORDER), fromMemorySegment(F, bias, bo + bs, ORDER));
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2 = a2.fma(fromMemorySegment(F, scale, bo + 2 * bs, ORDER), fromMemorySegment(F, bias, bo + 2 * bs, ORDER));
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        b0 = b0.fma(fromMemorySegment(F, scale, bo + bg, ORDER), fromMemorySegment(F, bias, bo + bg, ORDER));
        b0.intoMemorySegment(out, o + gs, ORDER);
        b1 = b1.fma(fromMemorySegment(F, scale, bo + bg + bs, ORDER), fromMemorySegment(F, bias, bo + bg + bs, ORDER));
        b1.intoMemorySegment(out, o + gs + vs, ORDER);
        b2 = b2.fma(fromMemorySegment(F, scale, bo + bg + 2 * bs, ORDER),
                fromMemorySegment(F, bias, bo + bg + 2 * bs, ORDER));
        b2.intoMemorySegment(out, o + gs + 2 * vs, ORDER);
    }

    static void oneByFour(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 3 * bs + LANE_BYTES || scale.byteSize() < bo + 3 * bs + LANE_BYTES
                || out.byteSize() < o + 3 * vs + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector a3 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (4 * PANEL);
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            a0 = ((FloatVector) w0.convert(I2F, 0)).fma(v, a0);
            a0 = ((FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a0);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            a1 = ((FloatVector) w1.convert(I2F, 0)).fma(v, a1);
            a1 = ((FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a1);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            a2 = ((FloatVector) w2.convert(I2F, 0)).fma(v, a2);
            a2 = ((FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a2);
            IntVector w3 = IntVector.fromMemorySegment(I, weights, at + 3 * PANEL, ORDER);
            a3 = ((FloatVector) w3.convert(I2F, 0)).fma(v, a3);
            a3 = ((FloatVector) w3.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a3);
        }
        a0 = a0.fma(fromMemorySegment(F, scale, bo, ORDER), fromMemorySegment(F, bias, bo, ORDER));
        a0.intoMemorySegment(out, o, ORDER);
        a1 = a1.fma(fromMemorySegment(F, scale, bo + bs, ORDER), fromMemorySegment(F, bias, bo + bs, ORDER));
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2 = a2.fma(fromMemorySegment(F, scale, bo + 2 * bs, ORDER), fromMemorySegment(F, bias, bo + 2 * bs, ORDER));
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
        a3 = a3.fma(fromMemorySegment(F, scale, bo + 3 * bs, ORDER), fromMemorySegment(F, bias, bo + 3 * bs, ORDER));
        a3.intoMemorySegment(out, o + 3 * vs, ORDER);
    }

    static void oneByThree(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        long bs = w.vectorStride() * 4L;
        if (weights.byteSize() < wo + (long) rows * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < bo + 2 * bs + LANE_BYTES || scale.byteSize() < bo + 2 * bs + LANE_BYTES
                || out.byteSize() < o + 2 * vs + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * (3 * PANEL);
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            a0 = ((FloatVector) w0.convert(I2F, 0)).fma(v, a0);
            a0 = ((FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a0);
            IntVector w1 = IntVector.fromMemorySegment(I, weights, at + PANEL, ORDER);
            a1 = ((FloatVector) w1.convert(I2F, 0)).fma(v, a1);
            a1 = ((FloatVector) w1.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a1);
            IntVector w2 = IntVector.fromMemorySegment(I, weights, at + 2 * PANEL, ORDER);
            a2 = ((FloatVector) w2.convert(I2F, 0)).fma(v, a2);
            a2 = ((FloatVector) w2.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a2);
        }
        a0 = a0.fma(fromMemorySegment(F, scale, bo, ORDER), fromMemorySegment(F, bias, bo, ORDER));
        a0.intoMemorySegment(out, o, ORDER);
        a1 = a1.fma(fromMemorySegment(F, scale, bo + bs, ORDER), fromMemorySegment(F, bias, bo + bs, ORDER));
        a1.intoMemorySegment(out, o + vs, ORDER);
        a2 = a2.fma(fromMemorySegment(F, scale, bo + 2 * bs, ORDER), fromMemorySegment(F, bias, bo + 2 * bs, ORDER));
        a2.intoMemorySegment(out, o + 2 * vs, ORDER);
    }

    static void oneByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, MemorySegment out, long o) {
        int rows = w.rows();
        MemorySegment weights = w.weights;
        MemorySegment bias = w.bias;
        MemorySegment scale = w.scale;
        if (weights.byteSize() < wo + (long) (rows - 1) * ws + LANE_BYTES
                || bias.byteSize() < bo + LANE_BYTES || scale.byteSize() < bo + LANE_BYTES
                || out.byteSize() < o + LANE_BYTES) {
            throw tooShort("matrix product of int16", weights, bias, scale, out);
        }
        FloatVector a0 = FloatVector.zero(F);
        for (int k = 0; k < rows; k++) {
            long at = wo + (long) k * ws;
            FloatVector v = broadcast(F, x[x0 + 2 * k]);
            FloatVector u = broadcast(F, x[x0 + 2 * k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, at, ORDER);
            a0 = ((FloatVector) w0.convert(I2F, 0)).fma(v, a0);
            a0 = ((FloatVector) w0.lanewise(LSHL, 16).convert(I2F, 0)).fma(u, a0);
        }
        a0 = a0.fma(fromMemorySegment(F, scale, bo, ORDER), fromMemorySegment(F, bias, bo, ORDER));
        a0.intoMemorySegment(out, o, ORDER);
    }

    /** A row of a table, in the upper or in the lower halves of its words. */
    static void lookup(RowTable table, int id, MemorySegment to, long offset) {
        MemorySegment words = table.words;
        int n = table.width();
        long from = 4L * table.word(id);
        int shift = table.isLower(id) ? 16 : 0;
        MemorySegment scales = table.scales;
        if (words.byteSize() < from + VectorShape.bytes(n) || scales.byteSize() < VectorShape.bytes(n)
                || to.byteSize() < offset + VectorShape.bytes(n)) {
            throw tooShort("row of int16", words, scales, to);
        }
        for (int i = 0; i < n; i += VectorShape.LENGTH) {
            ((FloatVector) IntVector.fromMemorySegment(I, words, from + 4L * i, ORDER).lanewise(LSHL, shift)
                    .convert(I2F, 0)).mul(fromMemorySegment(F, scales, 4L * i, ORDER))
                    .intoMemorySegment(to, offset + 4L * i, ORDER);
        }
    }
}
