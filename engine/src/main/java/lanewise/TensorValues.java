package lanewise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.plan.op.Frame;
import lanewise.spec.DType;

/**
 * The values of a {@link Tensor} in the memory of a frame, and the ways in and out: from and to arrays and segments of
 * any type, whose values may come in another order.
 */
final class TensorValues {
    private final String name;
    private final DType dtype;
    private final MemorySegment data;
    private final String[] strings;
    private final long[] longs;

    TensorValues(String name, DType dtype, Frame frame, int value) {
        this.name = name;
        this.dtype = dtype;
        this.data = frame.data(value);
        this.strings = frame.strings(value);
        this.longs = frame.longs(value);
    }

    /** A copy. */
    private TensorValues(TensorValues of) {
        name = of.name;
        dtype = of.dtype;
        data = MemorySegment.ofArray(of.data.toArray(ValueLayout.JAVA_INT));
        strings = of.strings == null ? null : of.strings.clone();
        longs = of.longs == null ? null : of.longs.clone();
    }

    boolean areTexts() {
        return strings != null;
    }

    /** Refuses numbers for an input of texts. */
    void needNumbers() {
        if (strings != null) {
            throw new InvalidInputException("input '" + name + "' takes texts, not numbers");
        }
    }

    /** Refuses to read floats or texts as integers. */
    void needIntegers() {
        if (strings == null && dtype == DType.FLOAT32) {
            throw new InvalidInputException("output '" + name + "' holds floats");
        }
    }

    /** How many values a segment holds. */
    long count(MemorySegment source) {
        int width = dtype.bytes();
        if (source.byteSize() % width != 0) {
            throw new InvalidInputException("input '" + name + "': a segment of " + source.byteSize()
                    + " bytes is no whole number of values of " + width + " bytes");
        }
        return source.byteSize() / width;
    }

    /** Refuses integers that the input has no bits for. */
    void needFitting(long[] source) {
        if (longs != null || dtype != DType.INT32) {
            return;
        }
        for (int i = 0; i < source.length; i++) {
            if (source[i] != (int) source[i]) {
                throw new InvalidInputException(
                        "input '" + name + "' takes integers of 32 bits, value " + i + " is " + source[i]);
            }
        }
    }

    /** Refuses floats that are no integers for an input of integers. */
    void needFitting(float[] source) {
        if (dtype != DType.INT32 && longs == null) {
            return;
        }
        // the bounds are powers of two, hence floats; NaN is within none
        float bound = longs != null ? 0x1p63f : 0x1p31f;
        boolean fits = true;
        for (float value : source) {
            fits &= value >= -bound & value < bound & value == (long) value;
        }
        for (int i = 0; i < source.length && !fits; i++) {
            float value = source[i];
            if (!(value >= -bound && value < bound && value == (long) value)) {
                throw new InvalidInputException("input '" + name + "' takes integers of " + (longs != null ? 64 : 32)
                        + " bits, value " + i + " is " + value + "; round it first, if that is what you mean");
            }
        }
    }

    /**
     * Floats; for an input of integers they are integers. Here and below, the order says how many values there are and
     * in which order they come.
     */
    void put(float[] values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            put(values, order.outside(b), b * n, n);
        }
    }

    /**
     * Rows of another tensor of the same type.
     *
     * @param rowOf which row of the other comes first, and so on; null if they stay in order
     * @param rows  how many
     * @param n     values of a row
     */
    void put(TensorValues other, int[] rowOf, int rows, int n) {
        if (rowOf == null) {
            putRow(other, 0, 0, rows * n);
            return;
        }
        // a model may pass an input on as an output; then a row is not overwritten before it is read
        boolean shared = longs != null || strings != null || data.asOverlappingSlice(other.data).isPresent();
        TensorValues source = shared ? new TensorValues(other) : other;
        for (int row = 0; row < rows; row++) {
            putRow(source, rowOf[row], row, n);
        }
    }

    /** One row of a tensor of the same type. */
    void putRow(TensorValues from, int row, int to, int n) {
        if (strings != null) {
            System.arraycopy(from.strings, row * n, strings, to * n, n);
        } else if (longs != null) {
            System.arraycopy(from.longs, row * n, longs, to * n, n);
        } else {
            MemorySegment.copy(from.data, bytes(row * n), data, bytes(to * n), bytes(n));
        }
    }

    /** Floats in the order of the graph. */
    void put(float[] values, int from, int at, int n) {
        if (longs != null) {
            for (int i = 0; i < n; i++) {
                longs[at + i] = (long) values[from + i];
            }
        } else if (dtype == DType.FLOAT32) {
            MemorySegment.copy(values, from, data, ValueLayout.JAVA_FLOAT, bytes(at), n);
        } else if (dtype == DType.BOOL) {
            for (int i = 0; i < n; i++) {
                setInt(at + i, values[from + i] != 0 ? 1 : 0);
            }
        } else {
            for (int i = 0; i < n; i++) {
                setInt(at + i, (int) values[from + i]);
            }
        }
    }

    void put(int[] values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            put(values, order.outside(b), b * n, n);
        }
    }

    /** Integers in the order of the graph. */
    void put(int[] values, int from, int at, int n) {
        if (longs != null) {
            for (int i = 0; i < n; i++) {
                longs[at + i] = values[from + i];
            }
        } else if (dtype == DType.FLOAT32) {
            for (int i = 0; i < n; i++) {
                setFloat(at + i, values[from + i]);
            }
        } else if (dtype == DType.BOOL) {
            for (int i = 0; i < n; i++) {
                setInt(at + i, values[from + i] != 0 ? 1 : 0);
            }
        } else {
            MemorySegment.copy(values, from, data, ValueLayout.JAVA_INT, bytes(at), n);
        }
    }

    void put(long[] values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            put(values, order.outside(b), b * n, n);
        }
    }

    private void put(long[] values, int from, int at, int n) {
        for (int i = 0; i < n; i++) {
            long value = values[from + i];
            if (longs != null) {
                longs[at + i] = value;
            } else if (dtype == DType.FLOAT32) {
                setFloat(at + i, value);
            } else if (dtype == DType.BOOL) {
                setInt(at + i, value != 0 ? 1 : 0);
            } else {
                setInt(at + i, (int) value);
            }
        }
    }

    /** Numbers of the tensor's own type, in native byte order. */
    void put(MemorySegment values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            if (longs != null) {
                MemorySegment.copy(values, ValueLayout.JAVA_LONG_UNALIGNED, (long) order.outside(b) * Long.BYTES, longs,
                        b * n, n);
            } else {
                MemorySegment.copy(values, bytes(order.outside(b)), data, bytes(b * n), bytes(n));
            }
        }
    }

    void put(List<? extends CharSequence> texts, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            for (int i = 0; i < n; i++) {
                strings[b * n + i] = texts.get(order.outside(b) + i).toString();
            }
        }
    }

    private static long bytes(int values) {
        return (long) values * DType.BYTES;
    }

    private void setInt(int i, int value) {
        data.set(ValueLayout.JAVA_INT, bytes(i), value);
    }

    private void setFloat(int i, float value) {
        data.set(ValueLayout.JAVA_FLOAT, bytes(i), value);
    }

    void get(float[] values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            get(values, b * n, order.outside(b), n);
        }
    }

    /** Floats in the order of the graph. */
    void get(float[] values, int from, int at, int n) {
        if (dtype == DType.FLOAT32) {
            MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, bytes(from), values, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            values[at + i] = longs != null ? longs[from + i] : data.get(ValueLayout.JAVA_INT, bytes(from + i));
        }
    }

    void get(int[] values, RowOrder order) {
        int n = order.length();
        int count = order.blocks() * n;
        for (int i = 0; i < count && longs != null; i++) {
            if (longs[i] != (int) longs[i]) {
                throw new InvalidInputException("output '" + name + "': value " + order.valueOutside(i) + " is "
                        + longs[i] + ", which has more than 32 bits; read it into a long[]");
            }
        }
        for (int b = 0; b < order.blocks(); b++) {
            get(values, b * n, order.outside(b), n);
        }
    }

    private void get(int[] values, int from, int at, int n) {
        if (longs == null) {
            MemorySegment.copy(data, ValueLayout.JAVA_INT, bytes(from), values, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            values[at + i] = (int) longs[from + i];
        }
    }

    void get(long[] values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            get(values, b * n, order.outside(b), n);
        }
    }

    private void get(long[] values, int from, int at, int n) {
        if (longs != null) {
            System.arraycopy(longs, from, values, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            values[at + i] = data.get(ValueLayout.JAVA_INT, bytes(from + i));
        }
    }

    void get(MemorySegment values, RowOrder order) {
        int n = order.length();
        for (int b = 0; b < order.blocks(); b++) {
            if (longs != null) {
                MemorySegment.copy(longs, b * n, values, ValueLayout.JAVA_LONG_UNALIGNED,
                        (long) order.outside(b) * Long.BYTES, n);
            } else {
                MemorySegment.copy(data, bytes(b * n), values, bytes(order.outside(b)), bytes(n));
            }
        }
    }

    /** Texts in the order of the graph. */
    List<String> texts(int count) {
        return List.of(Arrays.copyOf(strings, count));
    }

    List<String> texts(RowOrder order) {
        int n = order.length();
        String[] texts = new String[order.blocks() * n];
        for (int b = 0; b < order.blocks(); b++) {
            System.arraycopy(strings, b * n, texts, order.outside(b), n);
        }
        return List.of(texts);
    }

    /** A value for people, by its place in the graph. */
    String text(int i) {
        if (strings != null) {
            return "'" + strings[i] + "'";
        }
        if (longs != null) {
            return String.valueOf(longs[i]);
        }
        if (dtype == DType.FLOAT32) {
            return String.valueOf(data.get(ValueLayout.JAVA_FLOAT, bytes(i)));
        }
        int value = data.get(ValueLayout.JAVA_INT, bytes(i));
        return dtype == DType.BOOL ? String.valueOf(value != 0) : String.valueOf(value);
    }
}
