package lanewise.spec;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidSpecException;

/**
 * A weight matrix whose numbers have 16 bits, two in a 32-bit word: rows 2i and 2i + 1 of the matrix are row i of the
 * words, the former in the upper half, the latter in the lower; the partner of an odd last row is zero. All axes of the
 * array but the last are its rows, in Keras's order.
 *
 * <p>The weight in the lower half is rounded first, and is read as {@code word << 16}. The weight in the upper half is
 * read as the whole word, whatever the lower half holds: its bits are chosen so that the whole word is as near as can
 * be to what it stands for. So neither needs a mask. What a word stands for:
 * <ul>
 * <li>{@link WeightFormat#BFLOAT16}: the bits of a float32. The lower weight is a bfloat16, rounded to nearest, ties to
 * even. No weight is subnormal: processors are slow with these.
 * <li>{@link WeightFormat#INT16}: an integer, converted to float32 (rounded to nearest, ties to even), times the scale
 * of its column. Scales are the column's largest size, divided by 32767 * 65536.
 * </ul>
 * Both are fixed functions of the float32 weights, so a converted file and rounding when a model is opened give the
 * same bits.
 *
 * @param format {@link WeightFormat#BFLOAT16} or {@link WeightFormat#INT16}
 * @param shape  of the array that it stands for; at least one axis
 * @param words  {@code [(rows + 1) / 2][columns]} integers, little-endian
 * @param scales one for each column for {@link WeightFormat#INT16}, else none; kept, not copied
 */
public record NarrowArray(WeightFormat format, Shape shape, MemorySegment words, float[] scales) {
    /** The largest integer of a weight in the upper half, as part of a whole word. */
    private static final double LARGEST = 32767d * 65536d;
    /** What no rounding takes beyond the largest float: that with the bits of the largest bfloat16. */
    private static final float LARGEST_WEIGHT = 0x1.fep127f;
    /** The bits of {@link Float#MIN_NORMAL}. */
    private static final int SMALLEST_NORMAL = 0x00800000;

    /** Checks that there are as many words and scales as the shape says. */
    public NarrowArray {
        if (!format.isNarrow()) {
            throw new InvalidSpecException("an array of " + format + " is a TensorData");
        }
        if (shape.rank() == 0 || shape.dims().contains(Shape.ANY)) {
            throw new InvalidSpecException("an array of " + format + " has the shape " + shape
                    + ", expected the sizes of at least one axis");
        }
        long expected = 4L * format.wordRows(rows(shape)) * columns(shape);
        int scaleCount = format == WeightFormat.INT16 ? columns(shape) : 0;
        if (words.byteSize() != expected || scales.length != scaleCount) {
            throw new InvalidSpecException("an array of " + format + " of shape " + shape + " has "
                    + words.byteSize() + " bytes of words and " + scales.length + " scales, expected " + expected
                    + " and " + scaleCount);
        }
        for (float scale : scales) {
            if (!(scale >= Float.MIN_NORMAL && scale <= Float.MAX_VALUE)) {
                throw new InvalidSpecException("a scale is " + scale + ", expected a positive number");
            }
        }
    }

    /** All axes but the last, as one. */
    private static int rows(Shape shape) {
        return Math.toIntExact(shape.size() / Math.max(1, columns(shape)));
    }

    private static int columns(Shape shape) {
        return shape.dims().getLast();
    }

    /**
     * Rows of the matrix: all axes but the last, as one.
     *
     * @return a number of rows
     */
    public int rows() {
        return rows(shape);
    }

    /**
     * Columns of the matrix: the last axis.
     *
     * @return a number of columns
     */
    public int columns() {
        return columns(shape);
    }

    /**
     * Rounds an array.
     *
     * @param format to what
     * @param data   floats of at least one axis
     * @return the rounded array
     * @throws IllegalArgumentException if a number is not finite, or too large for the format
     */
    public static NarrowArray of(WeightFormat format, TensorData data) {
        float[] values = data.toFloats();
        int columns = columns(data.shape());
        int rows = rows(data.shape());
        check(values, columns);
        float[] scales = format == WeightFormat.INT16 ? scales(values, columns) : new float[0];
        int[] words = new int[format.wordRows(rows) * columns];
        for (int i = 0; i < words.length; i++) {
            int column = i % columns;
            int upper = i / columns * 2 * columns + column;
            float low = upper + columns < values.length ? values[upper + columns] : 0f;
            words[i] = format == WeightFormat.INT16 ? integers(values[upper], low, scales[column])
                    : halves(values[upper], low);
        }
        return new NarrowArray(format, data.shape(), TensorData.of(DType.INT32, Shape.of(words.length), words).values(),
                scales);
    }

    private static void check(float[] values, int columns) {
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= LARGEST_WEIGHT)) {
                throw new InvalidSpecException("holds " + values[i] + " in row " + i / columns + ", column "
                        + i % columns + ", expected numbers between -3.38e38 and 3.38e38");
            }
        }
    }

    private static float[] scales(float[] values, int columns) {
        float[] scales = new float[columns];
        for (int i = 0; i < values.length; i++) {
            scales[i % columns] = Math.max(scales[i % columns], Math.abs(values[i]));
        }
        for (int c = 0; c < columns; c++) {
            // of a column of zeros any scale will do; that of a column of tiny numbers would itself lose bits
            scales[c] = Math.max((float) (scales[c] / LARGEST), Float.MIN_NORMAL);
        }
        return scales;
    }

    /** The word of two weights as bfloat16. */
    private static int halves(float high, float low) {
        int lower = bfloat16(low);
        int bits = Float.floatToRawIntBits(high);
        int size = bits & Integer.MAX_VALUE;
        // the size of a float grows with its bits, so the nearest word is one of the two around them
        int below = Math.max(size - lower >> 16, 0) << 16 | lower;
        int above = Math.min(below + (1 << 16), 0x7f7f0000 | lower);
        float wanted = Math.abs(high);
        int nearest = wanted - (double) Float.intBitsToFloat(below) <= (double) Float.intBitsToFloat(above) - wanted
                ? below : above;
        if (nearest < SMALLEST_NORMAL) {
            nearest = lower == 0 && size < SMALLEST_NORMAL / 2 ? 0 : SMALLEST_NORMAL | lower;
        }
        return nearest | bits & Integer.MIN_VALUE;
    }

    /** The bits of the nearest bfloat16, ties to even; zero for what would be subnormal. */
    private static int bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
        return (rounded & 0x7fff) < SMALLEST_NORMAL >>> 16 ? 0 : rounded;
    }

    /** The word of two weights as integers. */
    private static int integers(float high, float low, float scale) {
        int lower = (int) Math.rint(low / (double) scale / 65536) & 0xffff;
        int upper = (int) Math.clamp(Math.rint((high / (double) scale - lower) / 65536), -32768, 32767);
        return upper << 16 | lower;
    }

    /**
     * The numbers that kernels multiply with, for those who want floats: those of {@link WeightFormat#INT16} rounded
     * once more, after their scale.
     *
     * @return an array of the same shape
     */
    public TensorData decode() {
        int columns = columns();
        int[] given = new int[Math.toIntExact(words.byteSize() / Integer.BYTES)];
        MemorySegment.copy(words, TensorData.INTS, 0, given, 0, given.length);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < given.length; i++) {
            int upper = i / columns * 2 * columns + i % columns;
            values[upper] = value(given[i], i % columns);
            if (upper + columns < values.length) {
                values[upper + columns] = value(given[i] << 16, i % columns);
            }
        }
        return TensorData.of(shape, values);
    }

    private float value(int word, int column) {
        return format == WeightFormat.INT16 ? word * scales[column] : Float.intBitsToFloat(word);
    }

    /**
     * As few words as tell what it is.
     *
     * @return format and shape
     */
    @Override
    public String toString() {
        return format + List.copyOf(shape.dims()).toString();
    }
}
