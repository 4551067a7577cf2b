package lanewise.trust.fuzz;

/**
 * A source of choices: bytes that a random generator or a fuzzer gives. The same bytes lead to the same input, so a
 * fuzzer that changes them changes what is damaged, and how. Behind their end every choice is 0.
 */
final class Script {
    /** Numbers at which things go wrong. */
    private static final long[] EDGES = {0, 1, -1, 2, 3, 7, 8, 15, 16, 17, 100, 127, 128, 255, 256, 1000, 4095, 4096,
        32767, 32768, 65535, 65536, 100_000, 1 << 20, 1 << 24, (1 << 28) - 1, 1 << 30, Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, (1L << 32) - 1, 1L << 32, 1L << 40, 1L << 62,
        Long.MAX_VALUE - 7, Long.MAX_VALUE, Long.MIN_VALUE, -2, -128, -1000};

    private final byte[] bytes;
    private int at;

    Script(byte[] bytes) {
        this.bytes = bytes;
    }

    private int next() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** A number from 0 up to, not including, a limit. */
    int below(int limit) {
        if (limit <= 1) {
            return 0;
        }
        int value = next();
        if (limit > 1 << 8) {
            value = value << 8 | next();
        }
        if (limit > 1 << 16) {
            value = value << 8 | next();
        }
        if (limit > 1 << 24) {
            value = (value << 8 | next()) & Integer.MAX_VALUE;
        }
        return value % limit;
    }

    /** True once in some times. */
    boolean oneIn(int times) {
        return below(times) == times - 1;
    }

    /** A number that is likely to break something. */
    long edge() {
        long edge = EDGES[below(EDGES.length)];
        return oneIn(4) ? edge + below(5) - 2 : edge;
    }

    long seed() {
        return (long) below(Integer.MAX_VALUE) << 16 ^ below(1 << 16);
    }

    @SafeVarargs
    final <T> T one(T... of) {
        return of[below(of.length)];
    }
}
