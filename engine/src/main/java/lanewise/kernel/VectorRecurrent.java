package lanewise.kernel;

import static lanewise.kernel.Lanes.load;
import static lanewise.kernel.Lanes.store;

import java.lang.foreign.MemorySegment;

/**
 * The vector twin's recurrent steps, what comes after the matrix products: small loops over all units, one exponential in each.
 * Offsets count bytes.
 */
final class VectorRecurrent {
    private static final int LENGTH = Lanes.LENGTH;

    private VectorRecurrent() {}

    static void lstmStep(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, MemorySegment h, long so,
                         int padded) {
        long gate = 4L * padded;
        sigmoidOfSum(a, ao, b, bo, 3 * padded);
        lstmCell(a, ao + 3 * gate, b, bo, gate, c, so, padded);
        lstmOutput(b, bo + 2 * gate, c, h, so, padded);
    }

    static void gruStep(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment h, long ho, int padded) {
        sigmoidOfSum(a, ao, b, bo, 2 * padded);
        gruOutput(a, ao + 8L * padded, b, bo, 4L * padded, h, ho, padded);
    }

    /** {@code b = sigmoid(a + b)}. */
    private static void sigmoidOfSum(MemorySegment a, long ao, MemorySegment b, long bo, int n) {
        if (a.byteSize() < ao + 4L * n || b.byteSize() < bo + 4L * n) {
            throw tooShort(a, b);
        }
        for (int i = 0; i < n; i += LENGTH) {
            store(Lanes.sigmoid(load(a, ao + 4L * i).add(load(b, bo + 4L * i))), b, bo + 4L * i);
        }
    }

    /** {@code c = f c + i tanh(a + b_g)}; b holds i, f, o, and the recurrent part of g. */
    private static void lstmCell(MemorySegment a, long ao, MemorySegment b, long bo, long gate, MemorySegment c, long co, int n) {
        if (a.byteSize() < ao + gate || b.byteSize() < bo + 4 * gate || c.byteSize() < co + gate) {
            throw tooShort(a, b);
        }
        for (int i = 0; i < n; i += LENGTH) {
            long at = bo + 4L * i;
            var g = Lanes.tanh(load(a, ao + 4L * i).add(load(b, at + 3 * gate)));
            store(load(b, at + gate).fma(load(c, co + 4L * i), load(b, at).mul(g)), c, co + 4L * i);
        }
    }

    /** {@code h = o tanh(c)}. */
    private static void lstmOutput(MemorySegment o, long oo, MemorySegment c, MemorySegment h, long so, int n) {
        if (o.byteSize() < oo + 4L * n || c.byteSize() < so + 4L * n || h.byteSize() < so + 4L * n) {
            throw tooShort(o, h);
        }
        for (int i = 0; i < n; i += LENGTH) {
            store(load(o, oo + 4L * i).mul(Lanes.tanh(load(c, so + 4L * i))), h, so + 4L * i);
        }
    }

    static void lstmState(MemorySegment z, long zo, MemorySegment c, long co, int n) {
        long gate = 4L * n;
        if (z.byteSize() < zo + 4 * gate || c.byteSize() < co + gate) {
            throw tooShort(z, c);
        }
        for (int i = 0; i < n; i += LENGTH) {
            long at = zo + 4L * i;
            var added = load(z, at).mul(load(z, at + 3 * gate));
            store(load(z, at + gate).fma(load(c, co + 4L * i), added), c, co + 4L * i);
        }
    }

    /** {@code h = z (h - hh) + hh, hh = tanh(r b_h + a_h)}; b holds z, r, and the recurrent part of h. */
    private static void gruOutput(MemorySegment a, long ao, MemorySegment b, long bo, long gate, MemorySegment h, long ho, int n) {
        if (a.byteSize() < ao + gate || b.byteSize() < bo + 3 * gate || h.byteSize() < ho + gate) {
            throw tooShort(a, b);
        }
        for (int i = 0; i < n; i += LENGTH) {
            long at = bo + 4L * i;
            var hh = Lanes.tanh(load(b, at + gate).fma(load(b, at + 2 * gate), load(a, ao + 4L * i)));
            store(load(b, at).fma(load(h, ho + 4L * i).sub(hh), hh), h, ho + 4L * i);
        }
    }

    static void gruState(MemorySegment z, long zo, MemorySegment hh, long hho, MemorySegment h, long ho, int n) {
        if (z.byteSize() < zo + 4L * n || hh.byteSize() < hho + 4L * n || h.byteSize() < ho + 4L * n) {
            throw tooShort(z, h);
        }
        for (int i = 0; i < n; i += LENGTH) {
            var candidate = load(hh, hho + 4L * i);
            store(load(z, zo + 4L * i).fma(load(h, ho + 4L * i).sub(candidate), candidate), h, ho + 4L * i);
        }
    }

    private static IndexOutOfBoundsException tooShort(MemorySegment a, MemorySegment b) {
        return new IndexOutOfBoundsException(
                "recurrent step: segments of " + a.byteSize() + " and " + b.byteSize() + " bytes are too short");
    }
}
