package lanewise.trust.fuzz;

import java.util.Arrays;

/** Damages bytes without knowing what they are. */
final class ByteDamage {
    private ByteDamage() {}

    /** One to four changes anywhere. */
    static byte[] of(byte[] bytes, Script script) {
        return of(bytes, 0, bytes.length, script);
    }

    /** One to four changes that begin in a range. */
    static byte[] of(byte[] bytes, int from, int to, Script script) {
        byte[] damaged = bytes.clone();
        int changes = 1 + script.below(4);
        for (int i = 0; i < changes; i++) {
            int end = Math.min(to, damaged.length);
            if (end <= from) {
                return damaged;
            }
            damaged = change(damaged, from + script.below(end - from), script);
        }
        return damaged;
    }

    private static byte[] change(byte[] bytes, int at, Script script) {
        switch (script.below(10)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << script.below(8));
            case 2 -> bytes[at] = (byte) script.below(256);
            case 3, 4, 5 -> number(bytes, at, script.one(1, 2, 4, 8), script.edge(), script.oneIn(3));
            case 6 -> {
                return splice(bytes, at, Math.min(bytes.length - at, 1 + script.below(64)), new byte[0]);
            }
            case 7 -> {
                int count = Math.min(bytes.length - at, 1 + script.below(64));
                return splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + count));
            }
            case 8 -> {
                int from = script.below(bytes.length);
                int count = Math.min(bytes.length - Math.max(at, from), 1 + script.below(32));
                System.arraycopy(bytes, from, bytes, at, count);
            }
            default -> {
                return script.oneIn(3) ? Arrays.copyOf(bytes, at)
                        : splice(bytes, at, 0, new byte[1 + script.below(16)]);
            }
        }
        return bytes;
    }

    /** Writes an integer, as far as there is room. */
    static void number(byte[] bytes, int at, int size, long value, boolean bigEndian) {
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> 8 * (bigEndian ? size - 1 - i : i));
        }
    }

    /** Puts other bytes in place of some. */
    static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
        byte[] result = new byte[bytes.length - removed + inserted.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, at + removed, result, at + inserted.length, bytes.length - at - removed);
        return result;
    }
}
