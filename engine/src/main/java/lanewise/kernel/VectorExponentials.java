package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.LENGTH;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.bytes;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The vector twin's functions with an exponential in them, operation for operation as in {@link ScalarMath}. The lines
 * from {@code t} to {@code p} are the same in each, since such a loop may call no method of ours (for the loop style
 * see {@link VectorShape}). Offsets count bytes.
 */
final class VectorExponentials {
    private VectorExponentials() {}

    /** See {@link ScalarMath#squash}: sigmoid and tanh. */
    static void squash(MemorySegment src, long from, MemorySegment dst, long to, int count, float k, float u, float v) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("squash", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector z = x.mul(k);
            FloatVector y = z.blend(ScalarMath.EXP_MAX, z.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(u));
            e.div(e.add(v)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** {@code e^(x - shift)}, see {@link ScalarMath#exp}. */
    static void exp(MemorySegment src, long from, MemorySegment dst, long to, int count, float shift) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("exp", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER).sub(shift);
            FloatVector y = x.blend(ScalarMath.EXP_INFINITE, x.compare(GT, ScalarMath.EXP_INFINITE));
            y = y.blend(ScalarMath.EXP_ZERO, y.compare(LT, ScalarMath.EXP_ZERO));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND - 1f));
            FloatVector n = t.sub(ScalarMath.ROUND - 1f);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            p.fma(s, s).mul(2f).blend(0f, x.compare(LT, ScalarMath.EXP_ZERO)).intoMemorySegment(dst, to + 4L * i,
                    ORDER);
        }
    }

    /** See {@link ScalarMath#elu}. */
    static void elu(MemorySegment src, long from, MemorySegment dst, long to, int count, float alpha, float scale) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("elu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(-ScalarMath.EXP_MAX, x.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            p.fma(s, s.sub(1f)).mul(alpha).blend(x, x.compare(GT, 0f)).mul(scale).intoMemorySegment(dst, to + 4L * i,
                    ORDER);
        }
    }

    /** See {@link ScalarMath#softplus}. */
    static void softplus(MemorySegment src, long from, MemorySegment dst, long to, int count, float sign) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("softplus", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector z = x.mul(sign);
            FloatVector a = broadcast(F, 0f).sub(z.lanewise(ABS));
            FloatVector y = a.blend(0f, a.compare(GT, 0f));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s);
            FloatVector u = e.add(1f);
            IntVector bits = u.reinterpretAsInts().sub(ScalarMath.SQRT_HALF_BITS);
            FloatVector k = (FloatVector) bits.lanewise(ASHR, 23).convertShape(I2F, F, 0);
            FloatVector f = bits.and(0x7fffff).add(ScalarMath.SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
            FloatVector g = f.div(f.add(2f));
            FloatVector g2 = g.mul(g);
            FloatVector g4 = g2.mul(g2);
            FloatVector h = g4.fma(g4.fma(broadcast(F, ScalarMath.L4), broadcast(F, ScalarMath.L2)),
                    g2.mul(g4.fma(broadcast(F, ScalarMath.L3), broadcast(F, ScalarMath.L1))));
            FloatVector half = f.mul(0.5f).mul(f);
            FloatVector log = k.fma(broadcast(F, ScalarMath.LOG_LN2_HIGH),
                    g.fma(half.add(h), k.mul(ScalarMath.LOG_LN2_LOW)).sub(half).add(f));
            FloatVector max = broadcast(F, 0f).blend(z, z.compare(GT, 0f));
            max.add(log).add(e.sub(u.sub(1f)).div(u)).mul(sign).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** See {@link ScalarMath#gelu}. */
    static void gelu(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("gelu", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector z = x.lanewise(ABS).mul(ScalarMath.SQRT_HALF);
            FloatVector d = broadcast(F, 1f).div(z.fma(broadcast(F, 0.5f), broadcast(F, 1f)));
            FloatVector c = d.fma(broadcast(F, ScalarMath.C9), broadcast(F, ScalarMath.C8))
                    .fma(d, broadcast(F, ScalarMath.C7))
                    .fma(d, broadcast(F, ScalarMath.C6)).fma(d, broadcast(F, ScalarMath.C5))
                    .fma(d, broadcast(F, ScalarMath.C4))
                    .fma(d, broadcast(F, ScalarMath.C3)).fma(d, broadcast(F, ScalarMath.C2))
                    .fma(d, broadcast(F, ScalarMath.C1))
                    .fma(d, broadcast(F, ScalarMath.C0));
            FloatVector a = broadcast(F, 0f).sub(z).fma(z, c);
            FloatVector y = a.blend(ScalarMath.EXP_MAX, a.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector half = d.mul(0.5f).mul(p.fma(s, s));
            x.mul(broadcast(F, 1f).sub(half).blend(half, x.compare(LT, 0f))).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** See {@link ScalarMath#mish}. */
    static void mish(MemorySegment src, long from, MemorySegment dst, long to, int count) {
        if (src.byteSize() < from + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("mish", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, src, from + 4L * i, ORDER);
            FloatVector y = x.blend(ScalarMath.MISH_MAX, x.compare(GT, ScalarMath.MISH_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s);
            FloatVector m = e.mul(e.add(2f));
            x.mul(m.div(m.add(2f))).blend(x, x.compare(GT, ScalarMath.MISH_MAX)).intoMemorySegment(dst, to + 4L * i,
                    ORDER);
        }
    }
}
