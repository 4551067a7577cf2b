package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.Lanes.F;
import static lanewise.kernel.Lanes.LENGTH;
import static lanewise.kernel.Lanes.ORDER;
import static lanewise.kernel.Lanes.bytes;
import static lanewise.kernel.Lanes.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The vector twin's functions with an exponential in them, operation for operation as in {@link Lane}. The lines from
 * {@code t} to {@code p} are the same in each, since no method of ours may stand in such a loop ({@link Lanes}).
 * Offsets count bytes.
 */
final class VectorExponentials {
    private VectorExponentials() {}

    /** See {@link Lane#squash}: sigmoid and tanh. */
    static void squash(MemorySegment src, long from, MemorySegment dst, long to, int count, float k, float u, float v) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("squash", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
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
            e.div(e.add(v)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** {@code e^(x - shift)}, see {@link Lane#exp}. */
    static void exp(MemorySegment src, long from, MemorySegment dst, long to, int count, float shift) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("exp", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER).sub(shift);
            FloatVector y = x.blend(Lane.EXP_INFINITE, x.compare(GT, Lane.EXP_INFINITE));
            y = y.blend(Lane.EXP_ZERO, y.compare(LT, Lane.EXP_ZERO));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND - 1f));
            FloatVector n = t.sub(Lane.ROUND - 1f);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            p.fma(s, s).mul(2f).blend(0f, x.compare(LT, Lane.EXP_ZERO)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** See {@link Lane#elu}. */
    static void elu(MemorySegment src, long from, MemorySegment dst, long to, int count, float alpha, float scale) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("elu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(-Lane.EXP_MAX, x.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            p.fma(s, s.sub(1f)).mul(alpha).blend(x, x.compare(GT, 0f)).mul(scale).intoMemorySegment(dst, to + 4L * i,
                    ORDER);
        }
    }

    /** See {@link Lane#softplus}. */
    static void softplus(MemorySegment src, long from, MemorySegment dst, long to, int count, float sign) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("softplus", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector z = x.mul(sign);
            FloatVector a = broadcast(F, 0f).sub(z.lanewise(ABS));
            FloatVector y = a.blend(0f, a.compare(GT, 0f));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s);
            FloatVector u = e.add(1f);
            IntVector bits = u.reinterpretAsInts().sub(Lane.SQRT_HALF_BITS);
            FloatVector k = (FloatVector) bits.lanewise(ASHR, 23).convertShape(I2F, F, 0);
            FloatVector f = bits.and(0x7fffff).add(Lane.SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
            FloatVector g = f.div(f.add(2f));
            FloatVector g2 = g.mul(g);
            FloatVector g4 = g2.mul(g2);
            FloatVector h = g4.fma(g4.fma(broadcast(F, Lane.L4), broadcast(F, Lane.L2)),
                    g2.mul(g4.fma(broadcast(F, Lane.L3), broadcast(F, Lane.L1))));
            FloatVector half = f.mul(0.5f).mul(f);
            FloatVector log = k.fma(broadcast(F, Lane.LOG_LN2_HIGH),
                    g.fma(half.add(h), k.mul(Lane.LOG_LN2_LOW)).sub(half).add(f));
            FloatVector max = broadcast(F, 0f).blend(z, z.compare(GT, 0f));
            max.add(log).add(e.sub(u.sub(1f)).div(u)).mul(sign).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** See {@link Lane#gelu}. */
    static void gelu(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("gelu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector z = x.lanewise(ABS).mul(Lane.SQRT_HALF);
            FloatVector d = broadcast(F, 1f).div(z.fma(broadcast(F, 0.5f), broadcast(F, 1f)));
            FloatVector c = d.fma(broadcast(F, Lane.C9), broadcast(F, Lane.C8)).fma(d, broadcast(F, Lane.C7))
                    .fma(d, broadcast(F, Lane.C6)).fma(d, broadcast(F, Lane.C5)).fma(d, broadcast(F, Lane.C4))
                    .fma(d, broadcast(F, Lane.C3)).fma(d, broadcast(F, Lane.C2)).fma(d, broadcast(F, Lane.C1))
                    .fma(d, broadcast(F, Lane.C0));
            FloatVector a = broadcast(F, 0f).sub(z).fma(z, c);
            FloatVector y = a.blend(Lane.EXP_MAX, a.compare(GT, Lane.EXP_MAX));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector half = d.mul(0.5f).mul(p.fma(s, s));
            x.mul(broadcast(F, 1f).sub(half).blend(half, x.compare(LT, 0f))).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** See {@link Lane#mish}. */
    static void mish(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("mish", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(Lane.MISH_MAX, x.compare(GT, Lane.MISH_MAX));
            y = y.blend(-Lane.EXP_MAX, y.compare(LT, -Lane.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, Lane.LOG2_E), broadcast(F, Lane.ROUND));
            FloatVector n = t.sub(Lane.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, Lane.LN2_LOW), n.fma(broadcast(F, Lane.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, Lane.E4), broadcast(F, Lane.E3)).fma(r, broadcast(F, Lane.E2))
                    .fma(r, broadcast(F, Lane.E1)).fma(r, broadcast(F, Lane.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s);
            FloatVector m = e.mul(e.add(2f));
            x.mul(m.div(m.add(2f))).blend(x, x.compare(GT, Lane.MISH_MAX)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }
}
