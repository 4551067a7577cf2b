package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.Lanes.F;
import static lanewise.kernel.Lanes.LENGTH;
import static lanewise.kernel.Lanes.ORDER;
import static lanewise.kernel.Lanes.bytes;
import static lanewise.kernel.Lanes.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's recurrent steps, what comes after the matrix products: loops over all units, one exponential in each, written as
 * {@link Lanes} asks. Offsets count bytes.
 */
final class VectorRecurrent {
    private VectorRecurrent() {}

    static void lstmStep(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, MemorySegment h, long so,
                         int padded) {
        long gate = 4L * padded;
        squashSum(a, ao, b, bo, 3 * padded, 1f, 0f, 1f);
        squashSum(a, ao + 3 * gate, b, bo + 3 * gate, padded, 2f, 1f, 2f);
        lstmOutput(b, bo, gate, c, h, so, padded);
    }

    static void gruStep(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment h, long ho, int padded) {
        long gate = 4L * padded;
        squashSum(a, ao, b, bo, 2 * padded, 1f, 0f, 1f);
        gruOutput(a, ao + 2 * gate, b, bo, gate, h, ho, padded);
    }

    /** {@code b = squash(a + b)}, see {@link Lane#squash}. */
    private static void squashSum(MemorySegment a, long ao, MemorySegment b, long bo, int count, float k, float u, float v) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)) {
            throw tooShort("gates", a, b);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER).add(fromMemorySegment(F, b, bo + 4L * i, ORDER));
            FloatVector z = x.mul(k);
            FloatVector y = z.blend(Lane.EXP_MAX, z.compare(GT, Lane.EXP_MAX));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(u));
            e.div(e.add(v)).intoMemorySegment(b, bo + 4L * i, ORDER);
        }
    }

    /** {@code c = f c + i g; h = o tanh(c)}; z holds i, f, o, g. */
    private static void lstmOutput(MemorySegment z, long zo, long gate, MemorySegment c, MemorySegment h, long so, int count) {
        if (z.byteSize() < zo + 4 * gate || c.byteSize() < so + gate || h.byteSize() < so + gate) {
            throw tooShort("LSTM output", z, c, h);
        }
        for (int i = 0; i < count; i += LENGTH) {
            long at = zo + 4L * i;
            FloatVector added = fromMemorySegment(F, z, at, ORDER).mul(fromMemorySegment(F, z, at + 3 * gate, ORDER));
            FloatVector x = fromMemorySegment(F, z, at + gate, ORDER).fma(fromMemorySegment(F, c, so + 4L * i, ORDER), added);
            x.intoMemorySegment(c, so + 4L * i, ORDER);
            FloatVector x2 = x.mul(2f);
            FloatVector y = x2.blend(Lane.EXP_MAX, x2.compare(GT, Lane.EXP_MAX));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(1f));
            fromMemorySegment(F, z, at + 2 * gate, ORDER).mul(e.div(e.add(2f))).intoMemorySegment(h, so + 4L * i, ORDER);
        }
    }

    static void lstmState(MemorySegment z, long zo, MemorySegment c, long co, int count) {
        long gate = 4L * count;
        if (z.byteSize() < zo + 4 * gate || c.byteSize() < co + gate) {
            throw tooShort("LSTM state", z, c);
        }
        for (int i = 0; i < count; i += LENGTH) {
            long at = zo + 4L * i;
            FloatVector added = fromMemorySegment(F, z, at, ORDER).mul(fromMemorySegment(F, z, at + 3 * gate, ORDER));
            fromMemorySegment(F, z, at + gate, ORDER).fma(fromMemorySegment(F, c, co + 4L * i, ORDER), added)
                    .intoMemorySegment(c, co + 4L * i, ORDER);
        }
    }

    /** {@code hh = tanh(r b_h + a_h); h = z (h - hh) + hh}; b holds z, r, and the recurrent part of h. */
    private static void gruOutput(MemorySegment a, long ao, MemorySegment b, long bo, long gate, MemorySegment h, long ho,
                                  int count) {
        if (a.byteSize() < ao + gate || b.byteSize() < bo + 3 * gate || h.byteSize() < ho + gate) {
            throw tooShort("GRU output", a, b, h);
        }
        for (int i = 0; i < count; i += LENGTH) {
            long at = bo + 4L * i;
            FloatVector x = fromMemorySegment(F, b, at + gate, ORDER)
                    .fma(fromMemorySegment(F, b, at + 2 * gate, ORDER), fromMemorySegment(F, a, ao + 4L * i, ORDER));
            FloatVector x2 = x.mul(2f);
            FloatVector y = x2.blend(Lane.EXP_MAX, x2.compare(GT, Lane.EXP_MAX));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(1f));
            FloatVector hh = e.div(e.add(2f));
            FloatVector before = fromMemorySegment(F, h, ho + 4L * i, ORDER);
            fromMemorySegment(F, b, at, ORDER).fma(before.sub(hh), hh).intoMemorySegment(h, ho + 4L * i, ORDER);
        }
    }

    static void gruState(MemorySegment z, long zo, MemorySegment hh, long hho, MemorySegment h, long ho, int count) {
        if (z.byteSize() < zo + bytes(count) || hh.byteSize() < hho + bytes(count) || h.byteSize() < ho + bytes(count)) {
            throw tooShort("GRU state", z, hh, h);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector candidate = fromMemorySegment(F, hh, hho + 4L * i, ORDER);
            FloatVector before = fromMemorySegment(F, h, ho + 4L * i, ORDER);
            fromMemorySegment(F, z, zo + 4L * i, ORDER).fma(before.sub(candidate), candidate)
                    .intoMemorySegment(h, ho + 4L * i, ORDER);
        }
    }
}
