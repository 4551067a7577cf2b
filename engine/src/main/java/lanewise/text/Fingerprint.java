package lanewise.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The hashes of texts that Keras's Hashing and lookup layers use; they are part of a model, so they never change.
 */
public final class Fingerprint {
    private static final long K0 = 0xc3a5c85c97cb3127L;
    private static final long K1 = 0xb492b66fbe98f273L;
    private static final long K2 = 0x9ae16a3b2f90404fL;
    private static final int BLOCK = 64;

    private Fingerprint() {}

    /**
     * FarmHash's Fingerprint64 of a text in UTF-8 (farmhash.cc, farmhashna::Hash64).
     *
     * @param text any text
     * @return 64 bits
     */
    public static long farm(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer s = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int n = bytes.length;
        if (n <= 16) {
            return upTo16(s, n);
        } else if (n <= 32) {
            return upTo32(s, n);
        }
        return n <= BLOCK ? upTo64(s, n) : longer(s, n);
    }

    private static long mix(long value) {
        return value ^ value >>> 47;
    }

    private static long rotate(long value, int by) {
        return Long.rotateRight(value, by);
    }

    private static long pair(long u, long v, long factor) {
        long a = mix((u ^ v) * factor);
        return mix((v ^ a) * factor) * factor;
    }

    private static long upTo16(ByteBuffer s, int n) {
        long factor = K2 + n * 2L;
        if (n >= 8) {
            long a = s.getLong(0) + K2;
            long b = s.getLong(n - 8);
            return pair(rotate(b, 37) * factor + a, (rotate(a, 25) + b) * factor, factor);
        } else if (n >= 4) {
            return pair(n + ((s.getInt(0) & 0xffffffffL) << 3), s.getInt(n - 4) & 0xffffffffL, factor);
        } else if (n > 0) {
            int y = (s.get(0) & 0xff) + ((s.get(n >> 1) & 0xff) << 8);
            int z = n + ((s.get(n - 1) & 0xff) << 2);
            return mix(y * K2 ^ z * K0) * K2;
        }
        return K2;
    }

    private static long upTo32(ByteBuffer s, int n) {
        long factor = K2 + n * 2L;
        long a = s.getLong(0) * K1;
        long b = s.getLong(8);
        long c = s.getLong(n - 8) * factor;
        long d = s.getLong(n - 16) * K2;
        return pair(rotate(a + b, 43) + rotate(c, 30) + d, a + rotate(b + K2, 18) + c, factor);
    }

    private static long upTo64(ByteBuffer s, int n) {
        long factor = K2 + n * 2L;
        long a = s.getLong(0) * K2;
        long b = s.getLong(8);
        long c = s.getLong(n - 8) * factor;
        long d = s.getLong(n - 16) * K2;
        long y = rotate(a + b, 43) + rotate(c, 30) + d;
        long z = pair(y, a + rotate(b + K2, 18) + c, factor);
        long e = s.getLong(16) * factor;
        long f = s.getLong(24);
        long g = (y + s.getLong(n - 32)) * factor;
        long h = (z + s.getLong(n - 24)) * factor;
        return pair(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, factor);
    }

    private static long longer(ByteBuffer s, int n) {
        long x = 81;
        // modulo 2^64, as all arithmetic here
        long y = x * K1 + 113;
        long z = mix(y * K2 + 113) * K2;
        long[] v = new long[2];
        long[] w = new long[2];
        x = x * K2 + s.getLong(0);
        int end = (n - 1) / BLOCK * BLOCK;
        int last = n - BLOCK;
        long factor = K1;
        long ninefold = 1;
        for (int at = 0;; at += BLOCK) {
            boolean done = at == end;
            if (done) {
                factor = K1 + ((z & 0xff) << 1);
                ninefold = 9;
                at = last;
                w[0] += n - 1 & BLOCK - 1;
                v[0] += w[0];
                w[0] += v[0];
            }
            x = rotate(x + y + v[0] + s.getLong(at + 8), 37) * factor;
            y = rotate(y + v[1] + s.getLong(at + 48), 42) * factor;
            x ^= w[1] * ninefold;
            y += v[0] * ninefold + s.getLong(at + 40);
            z = rotate(z + w[0], 33) * factor;
            weak(s, at, v[1] * factor, x + w[0], v);
            weak(s, at + 32, z + w[1], y + s.getLong(at + 16), w);
            long swap = z;
            z = x;
            x = swap;
            if (done) {
                return pair(pair(v[0], w[0], factor) + mix(y) * K0 + z, pair(v[1], w[1], factor) + x, factor);
            }
        }
    }

    private static void weak(ByteBuffer s, int at, long first, long second, long[] to) {
        long last = s.getLong(at + 24);
        long a = first + s.getLong(at);
        long b = rotate(second + a + last, 21);
        long c = a;
        a += s.getLong(at + 8) + s.getLong(at + 16);
        to[0] = a + last;
        to[1] = b + rotate(a, 44) + c;
    }

    /**
     * SipHash-2-4 of a text in UTF-8 (Aumasson and Bernstein 2012).
     *
     * @param text any text
     * @param key0 first half of the key
     * @param key1 second half of the key
     * @return 64 bits
     */
    public static long sip(String text, long key0, long key1) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer s = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] v = {key0 ^ 0x736f6d6570736575L, key1 ^ 0x646f72616e646f6dL, key0 ^ 0x6c7967656e657261L,
            key1 ^ 0x7465646279746573L};
        int whole = bytes.length / 8 * 8;
        for (int i = 0; i < whole; i += 8) {
            absorb(v, s.getLong(i));
        }
        long rest = (long) bytes.length << 56;
        for (int i = whole; i < bytes.length; i++) {
            rest |= (bytes[i] & 0xffL) << 8 * (i - whole);
        }
        absorb(v, rest);
        v[2] ^= 0xff;
        for (int i = 0; i < 4; i++) {
            round(v);
        }
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void absorb(long[] v, long word) {
        v[3] ^= word;
        round(v);
        round(v);
        v[0] ^= word;
    }

    private static void round(long[] v) {
        v[0] += v[1];
        v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
        v[0] = Long.rotateLeft(v[0], 32);
        v[2] += v[3];
        v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
        v[2] = Long.rotateLeft(v[2], 32);
    }
}
