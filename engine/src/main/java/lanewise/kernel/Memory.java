package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The off-heap memory that kernels work on: native segments, 64-byte aligned, addressed in floats. */
public final class Memory {
    /** A copy from here clears memory without the slice object that {@code fill} would need. */
    private static final MemorySegment ZEROS = Arena.global().allocate(1 << 16, 64);

    private Memory() {}

    /**
     * Floats for kernels, zeroed. Some more than asked lie behind them: kernels write whole panels, so that the last
     * row of a result may run over its end by less than {@link Panels#WIDTH} floats.
     *
     * @param arena  holds them
     * @param floats how many
     * @return a segment of at least that many
     */
    public static MemorySegment floats(Arena arena, long floats) {
        long padded = Math.addExact(floats, 2L * Panels.WIDTH - 1) / Panels.WIDTH * Panels.WIDTH;
        return arena.allocate(Math.multiplyExact(padded, (long) Float.BYTES), Panels.WIDTH * Float.BYTES);
    }

    /**
     * Copies floats (or integers, which are as wide).
     *
     * @param source       a segment
     * @param sourceOffset in floats
     * @param target       another, or the same where the ranges do not overlap
     * @param targetOffset in floats
     * @param count        how many
     */
    public static void copy(MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset,
            long count) {
        MemorySegment.copy(source, sourceOffset * Float.BYTES, target, targetOffset * Float.BYTES, count * Float.BYTES);
    }

    /**
     * Reads one float.
     *
     * @param segment a segment
     * @param index   in floats
     * @return its value
     */
    public static float get(MemorySegment segment, long index) {
        return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    /**
     * Writes one float.
     *
     * @param segment a segment
     * @param index   in floats
     * @param value   its new value
     */
    public static void set(MemorySegment segment, long index, float value) {
        segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }

    /**
     * Reads one integer.
     *
     * @param segment a segment
     * @param index   in integers
     * @return its value
     */
    public static int getInt(MemorySegment segment, long index) {
        return segment.get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES);
    }

    /**
     * Writes one integer.
     *
     * @param segment a segment
     * @param index   in integers
     * @param value   its new value
     */
    public static void setInt(MemorySegment segment, long index, int value) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES, value);
    }

    /**
     * Sets floats (or integers) to zero.
     *
     * @param segment a segment
     * @param offset  in floats
     * @param count   how many
     */
    public static void clear(MemorySegment segment, long offset, long count) {
        long bytes = count * Float.BYTES;
        for (long done = 0; done < bytes; done += ZEROS.byteSize()) {
            MemorySegment.copy(ZEROS, 0, segment, offset * Float.BYTES + done,
                    Math.min(ZEROS.byteSize(), bytes - done));
        }
    }
}
