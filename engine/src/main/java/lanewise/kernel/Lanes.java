package lanewise.kernel;

import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Lane} for vectors: the same operations in the same order on every lane. Constants and their sources stand there.
 *
 * <p>At most one of these functions may be called in a kernel's loop, and no vector may leave a method that is not inlined: with
 * two calls C2 ran out of its inlining budget and put every vector on the heap (3 to 20 times slower, answers right).
 */
final class Lanes {
    /** As wide as the processor likes best, but never wider than a panel. */
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > Panels.WIDTH
            ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> I = F.withLanes(int.class);
    /** Lanes in a vector; divides {@link Panels#WIDTH}. */
    static final int LENGTH = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    /** Loads a vector; the offset counts bytes. */
    static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(F, segment, offset, ORDER);
    }

    /** Stores a vector; the offset counts bytes. */
    static void store(FloatVector v, MemorySegment segment, long offset) {
        v.intoMemorySegment(segment, offset, ORDER);
    }

    static FloatVector of(float x) {
        return FloatVector.broadcast(F, x);
    }

    private static FloatVector expCore(FloatVector x) {
        FloatVector t = x.fma(of(Lane.LOG2_E), of(Lane.ROUND));
        FloatVector n = t.sub(Lane.ROUND);
        FloatVector s = powerOfTwo(t);
        FloatVector r = n.fma(of(Lane.LN2_LOW), n.fma(of(Lane.LN2_HIGH), x));
        return expTail(r).fma(s, s);
    }

    private static FloatVector powerOfTwo(FloatVector t) {
        return t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    private static FloatVector expTail(FloatVector r) {
        FloatVector q = of(Lane.E4).fma(r, of(Lane.E3)).fma(r, of(Lane.E2)).fma(r, of(Lane.E1)).fma(r, of(Lane.E0));
        return r.mul(r).fma(q, r);
    }

    static FloatVector clamp(FloatVector x, float low, float high) {
        FloatVector y = x.blend(high, x.compare(GT, high));
        return y.blend(low, y.compare(LT, low));
    }

    private static FloatVector negate(FloatVector x) {
        return of(0f).sub(x);
    }

    static FloatVector sigmoid(FloatVector x) {
        return of(1f).div(expCore(clamp(negate(x), -Lane.EXP_MAX, Lane.EXP_MAX)).add(1f));
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.lanewise(ABS);
        FloatVector m = a.blend(Lane.TANH_MAX, a.compare(GT, Lane.TANH_MAX));
        FloatVector y = of(1f).sub(of(2f).div(expCore(m.mul(2f)).add(1f)));
        FloatVector t = x.mul(x);
        FloatVector p = of(Lane.T4).fma(t, of(Lane.T3)).fma(t, of(Lane.T2)).fma(t, of(Lane.T1)).fma(t, of(Lane.T0));
        FloatVector small = x.mul(t).fma(p, x);
        return y.blend(negate(y), x.compare(LT, 0f)).blend(small, a.compare(LT, Lane.TANH_SWITCH));
    }

    static FloatVector exp(FloatVector x) {
        FloatVector y = clamp(x, Lane.EXP_ZERO, Lane.EXP_INFINITE);
        FloatVector t = y.fma(of(Lane.LOG2_E), of(Lane.ROUND - 1f));
        FloatVector n = t.sub(Lane.ROUND - 1f);
        FloatVector s = powerOfTwo(t);
        FloatVector r = n.fma(of(Lane.LN2_LOW), n.fma(of(Lane.LN2_HIGH), y));
        FloatVector e = expTail(r).fma(s, s).mul(2f);
        return e.blend(0f, x.compare(LT, Lane.EXP_ZERO));
    }

    static FloatVector expm1(FloatVector x) {
        FloatVector y = x.blend(-Lane.EXP_MAX, x.compare(LT, -Lane.EXP_MAX));
        FloatVector t = y.fma(of(Lane.LOG2_E), of(Lane.ROUND));
        FloatVector n = t.sub(Lane.ROUND);
        FloatVector s = powerOfTwo(t);
        FloatVector r = n.fma(of(Lane.LN2_LOW), n.fma(of(Lane.LN2_HIGH), y));
        return expTail(r).fma(s, s.sub(1f));
    }

    static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts().sub(Lane.SQRT_HALF_BITS);
        FloatVector k = (FloatVector) bits.lanewise(VectorOperators.ASHR, 23).convertShape(I2F, F, 0);
        FloatVector f = bits.and(0x7fffff).add(Lane.SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
        FloatVector s = f.div(f.add(2f));
        FloatVector z = s.mul(s);
        FloatVector w = z.mul(z);
        FloatVector r = w.fma(w.fma(of(Lane.L4), of(Lane.L2)), z.mul(w.fma(of(Lane.L3), of(Lane.L1))));
        FloatVector half = f.mul(0.5f).mul(f);
        return k.fma(of(Lane.LOG_LN2_HIGH), s.fma(half.add(r), k.mul(Lane.LOG_LN2_LOW)).sub(half).add(f));
    }

    static FloatVector softplus(FloatVector x) {
        FloatVector y = expCore(clamp(negate(x.lanewise(ABS)), -Lane.EXP_MAX, 0f));
        FloatVector u = y.add(1f);
        return of(0f).blend(x, x.compare(GT, 0f)).add(log(u)).add(y.sub(u.sub(1f)).div(u));
    }

    static FloatVector gelu(FloatVector x) {
        FloatVector z = x.lanewise(ABS).mul(Lane.SQRT_HALF);
        FloatVector t = of(1f).div(z.fma(of(0.5f), of(1f)));
        FloatVector p = of(Lane.C9).fma(t, of(Lane.C8)).fma(t, of(Lane.C7)).fma(t, of(Lane.C6)).fma(t, of(Lane.C5))
                .fma(t, of(Lane.C4)).fma(t, of(Lane.C3)).fma(t, of(Lane.C2)).fma(t, of(Lane.C1)).fma(t, of(Lane.C0));
        FloatVector half = t.mul(0.5f).mul(expCore(clamp(negate(z).fma(z, p), -Lane.EXP_MAX, Lane.EXP_MAX)));
        return x.mul(of(1f).sub(half).blend(half, x.compare(LT, 0f)));
    }

    static FloatVector mish(FloatVector x) {
        FloatVector e = expCore(clamp(x, -Lane.EXP_MAX, Lane.MISH_MAX));
        FloatVector n = e.mul(e.add(2f));
        return x.mul(n.div(n.add(2f))).blend(x, x.compare(GT, Lane.MISH_MAX));
    }

    static FloatVector elu(FloatVector x, float alpha) {
        return expm1(x).mul(alpha).blend(x, x.compare(GT, 0f));
    }
}
