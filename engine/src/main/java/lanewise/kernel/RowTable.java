package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lanewise.spec.NarrowArray;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;

/**
 * The rows of an embedding, as the model's weights hold them: {@code [rows of words][width]}, see {@link NarrowArray}.
 * Immutable; {@link Kernels#lookup} reads a row.
 */
public final class RowTable {
    final WeightFormat format;
    /** {@code [rows of words][width]}. */
    final MemorySegment words;
    /** {@code [width]} for {@link WeightFormat#INT16}, else null. */
    final MemorySegment scales;
    private final int count;
    private final int width;

    /**
     * Copies a matrix to where kernels can read it.
     *
     * @param arena  holds it
     * @param matrix its numbers
     */
    public RowTable(Arena arena, Matrix matrix) {
        format = matrix.format();
        count = matrix.inputs();
        width = matrix.columns();
        long size = (long) format.wordRows(count) * width;
        words = Memory.floats(arena, size);
        MemorySegment.copy(matrix.words(), TensorData.INTS, 0, words, ValueLayout.JAVA_INT, 0, size);
        scales = format == WeightFormat.INT16 ? Memory.floats(arena, width) : null;
        if (scales != null) {
            MemorySegment.copy(matrix.scales(), 0, scales, ValueLayout.JAVA_FLOAT, 0, width);
        }
    }

    /**
     * How many rows there are.
     *
     * @return the size of the vocabulary
     */
    public int count() {
        return count;
    }

    /**
     * Floats of a row.
     *
     * @return length of an embedded id
     */
    public int width() {
        return width;
    }

    /**
     * What it consists of.
     *
     * @return words, scales
     */
    public List<MemorySegment> segments() {
        return scales == null ? List.of(words) : List.of(words, scales);
    }

    /** Where the words of a row begin. */
    long word(int id) {
        return (long) (format.isNarrow() ? id / 2 : id) * width;
    }

    /** Whether a row is in the lower halves of its words. */
    boolean isLower(int id) {
        return format.isNarrow() && (id & 1) != 0;
    }

    /** Copies a row, number by number where it is narrow. */
    void copy(int id, MemorySegment to, long offset) {
        if (!format.isNarrow()) {
            Memory.copy(words, word(id), to, offset, width);
            return;
        }
        int shift = isLower(id) ? 16 : 0;
        for (int i = 0; i < width; i++) {
            float value = toFloat(format, Memory.getInt(words, word(id) + i) << shift);
            Memory.set(to, offset + i, scales == null ? value : value * Memory.get(scales, i));
        }
    }

    /** What a whole word stands for, before its scale. */
    static float toFloat(WeightFormat format, int word) {
        return format == WeightFormat.INT16 ? word : Float.intBitsToFloat(word);
    }
}
