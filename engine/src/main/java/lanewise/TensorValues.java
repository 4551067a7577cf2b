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
 * any type.
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
    /** Floats; for an input of integers cut to integers, as Keras does. */
    void put(float[] values) {
        if (longs != null) {
            for (int i = 0; i < values.length; i++) {
                longs[i] = (long) values[i];
            }
        } else if (dtype == DType.FLOAT32) {
            MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
        } else if (dtype == DType.BOOL) {
            for (int i = 0; i < values.length; i++) {
                setInt(i, values[i] != 0 ? 1 : 0);
            }
        } else {
            for (int i = 0; i < values.length; i++) {
                setInt(i, (int) values[i]);
            }
        }
    }

    void put(int[] values, int count) {
        if (longs != null) {
            for (int i = 0; i < count; i++) {
                longs[i] = values[i];
            }
        } else if (dtype == DType.FLOAT32) {
            for (int i = 0; i < count; i++) {
                setFloat(i, values[i]);
            }
        } else if (dtype == DType.BOOL) {
            for (int i = 0; i < count; i++) {
                setInt(i, values[i] != 0 ? 1 : 0);
            }
        } else {
            MemorySegment.copy(values, 0, data, ValueLayout.JAVA_INT, 0, count);
        }
    }

    void put(long[] values) {
        for (int i = 0; i < values.length; i++) {
            if (longs != null) {
                longs[i] = values[i];
            } else if (dtype == DType.FLOAT32) {
                setFloat(i, values[i]);
            } else if (dtype == DType.BOOL) {
                setInt(i, values[i] != 0 ? 1 : 0);
            } else {
                setInt(i, (int) values[i]);
            }
        }
    }

    /** Numbers of the tensor's own type, in native byte order. */
    void put(MemorySegment values, int count) {
        if (longs != null) {
            MemorySegment.copy(values, ValueLayout.JAVA_LONG_UNALIGNED, 0, longs, 0, count);
        } else {
            MemorySegment.copy(values, 0, data, 0, (long) count * DType.BYTES);
        }
    }

    void put(List<? extends CharSequence> texts) {
        for (int i = 0; i < texts.size(); i++) {
            strings[i] = texts.get(i).toString();
        }
    }

    private void setInt(int i, int value) {
        data.set(ValueLayout.JAVA_INT, (long) i * DType.BYTES, value);
    }

    private void setFloat(int i, float value) {
        data.set(ValueLayout.JAVA_FLOAT, (long) i * DType.BYTES, value);
    }

    void get(float[] values, int count) {
        if (dtype == DType.FLOAT32) {
            MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, values, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            values[i] = longs != null ? longs[i] : data.get(ValueLayout.JAVA_INT, (long) i * DType.BYTES);
        }
    }

    void get(int[] values, int count) {
        if (longs == null) {
            MemorySegment.copy(data, ValueLayout.JAVA_INT, 0, values, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            if (longs[i] != (int) longs[i]) {
                throw new InvalidInputException("output '" + name + "': value " + i + " is " + longs[i]
                        + ", which has more than 32 bits; read it into a long[]");
            }
        }
        for (int i = 0; i < count; i++) {
            values[i] = (int) longs[i];
        }
    }

    void get(long[] values, int count) {
        if (longs != null) {
            System.arraycopy(longs, 0, values, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            values[i] = data.get(ValueLayout.JAVA_INT, (long) i * DType.BYTES);
        }
    }

    void get(MemorySegment values, int count) {
        if (longs != null) {
            MemorySegment.copy(longs, 0, values, ValueLayout.JAVA_LONG_UNALIGNED, 0, count);
        } else {
            MemorySegment.copy(data, 0, values, 0, (long) count * DType.BYTES);
        }
    }

    List<String> texts(int count) {
        return List.of(Arrays.copyOf(strings, count));
    }
}
