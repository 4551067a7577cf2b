package lanewise.spec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import lanewise.error.InvalidSpecException;
import lanewise.error.Shortened;

/**
 * An array with its values: a weight, or an input or output of a verification example.
 *
 * @param dtype   the type of the values
 * @param shape   their shape, with all sizes known; values are in row-major order
 * @param values  the numbers, little-endian, {@link DType#bytes} bytes each; empty for {@link DType#STRING}
 * @param strings the texts; empty unless the type is {@link DType#STRING}
 */
public record TensorData(DType dtype, Shape shape, MemorySegment values, List<String> strings) {
    /** The layout of floats in {@link #values}: little-endian, at any address. */
    public static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The layout of integers in {@link #values}: little-endian, at any address. */
    public static final ValueLayout.OfInt INTS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The layout of 64-bit integers in {@link #values}: little-endian, at any address. */
    public static final ValueLayout.OfLong LONGS = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Checks that there are as many values as the shape says. */
    public TensorData {
        strings = List.copyOf(strings);
        if (shape.dims().contains(Shape.ANY)) {
            throw new InvalidSpecException("an array has the shape " + shape + ", expected sizes");
        }
        long found = dtype == DType.STRING ? strings.size() : values.byteSize() / dtype.bytes();
        if (found != shape.size() || dtype != DType.STRING && values.byteSize() % dtype.bytes() != 0) {
            throw new InvalidSpecException(
                    "an array of shape " + shape + " has " + found + " values, expected " + shape.size());
        }
    }

    /**
     * An array of floats.
     *
     * @param shape  its shape
     * @param values as many values as the shape has; kept, not copied
     * @return the array
     */
    public static TensorData of(Shape shape, float... values) {
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            return new TensorData(DType.FLOAT32, shape, MemorySegment.ofArray(values), List.of());
        }
        MemorySegment segment = MemorySegment.ofArray(new byte[values.length * DType.BYTES]);
        MemorySegment.copy(values, 0, segment, FLOATS, 0, values.length);
        return new TensorData(DType.FLOAT32, shape, segment, List.of());
    }

    /**
     * An array of integers or truth values.
     *
     * @param dtype  {@link DType#INT32} or {@link DType#BOOL}
     * @param shape  its shape
     * @param values as many values
     * @return the array
     */
    public static TensorData of(DType dtype, Shape shape, int... values) {
        MemorySegment segment = MemorySegment.ofArray(new byte[values.length * DType.BYTES]);
        MemorySegment.copy(values, 0, segment, INTS, 0, values.length);
        return new TensorData(dtype, shape, segment, List.of());
    }

    /**
     * An array of 64-bit integers.
     *
     * @param shape  its shape
     * @param values as many values
     * @return the array
     */
    public static TensorData of(Shape shape, long... values) {
        MemorySegment segment = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
        MemorySegment.copy(values, 0, segment, LONGS, 0, values.length);
        return new TensorData(DType.INT64, shape, segment, List.of());
    }

    /**
     * An array of texts.
     *
     * @param shape  its shape
     * @param values as many texts
     * @return the array
     */
    public static TensorData of(Shape shape, List<String> values) {
        return new TensorData(DType.STRING, shape, MemorySegment.NULL, values);
    }

    /**
     * An array from nested lists, as JSON libraries and scripts give them. A single value is an array without axes.
     * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"} among numbers are those, which JSON has no numbers for.
     *
     * @param where what it is, for messages
     * @param lists numbers, truth values or texts; or lists of lists of equal lengths
     * @param wants the type of what takes the array; it decides only whether strings are texts
     * @return texts; truth values if all are; 64-bit integers if all values are integers; else floats
     * @throws InvalidSpecException if lists differ in length, or values of different kinds are mixed
     */
    public static TensorData ofLists(String where, Object lists, DType wants) {
        List<Integer> shape = new ArrayList<>();
        ListValues values = ListValues.of(where, lists, shape);
        return values.typed(new Shape(shape), wants);
    }

    /**
     * An array from values as {@link #ofLists} takes them, without the lists around them.
     *
     * @param where  what it is, for messages
     * @param shape  its shape
     * @param values as many values as the shape has
     * @param wants  the type of what takes the array
     * @return the array
     * @throws InvalidSpecException if values of different kinds are mixed
     */
    public static TensorData ofValues(String where, Shape shape, List<?> values, DType wants) {
        return new ListValues(where, values).typed(shape, wants);
    }

    /**
     * The values of a float array.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the array holds something else
     */
    public float[] toFloats() {
        need(dtype == DType.FLOAT32, "floats");
        float[] floats = new float[Math.toIntExact(shape.size())];
        MemorySegment.copy(values, FLOATS, 0, floats, 0, floats.length);
        return floats;
    }

    /**
     * The values of an integer or truth-value array.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the array holds something else
     */
    public int[] toInts() {
        need(dtype == DType.INT32 || dtype == DType.BOOL, "integers of 32 bits");
        int[] ints = new int[Math.toIntExact(shape.size())];
        MemorySegment.copy(values, INTS, 0, ints, 0, ints.length);
        return ints;
    }

    /**
     * The values of an array of integers of either size.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the array holds something else
     */
    public long[] toLongs() {
        need(dtype == DType.INT32 || dtype == DType.BOOL || dtype == DType.INT64, "integers");
        long[] longs = new long[Math.toIntExact(shape.size())];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = dtype == DType.INT64 ? values.getAtIndex(LONGS, i) : values.getAtIndex(INTS, i);
        }
        return longs;
    }

    /**
     * The values as nested lists, for JSON libraries and scripts; {@link #ofLists} reads them.
     *
     * @return lists of texts, floats, integers as {@code Long}, or truth values; the value itself for an array without
     *         axes
     */
    public Object toLists() {
        return nested(0, 0, boxed());
    }

    private IntFunction<Object> boxed() {
        if (dtype == DType.STRING) {
            return strings::get;
        }
        if (dtype == DType.FLOAT32) {
            float[] floats = toFloats();
            return i -> floats[i];
        }
        long[] integers = toLongs();
        return dtype == DType.BOOL ? i -> integers[i] != 0 : i -> integers[i];
    }

    private Object nested(int axis, int index, IntFunction<Object> value) {
        if (axis == shape.rank()) {
            return value.apply(index);
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < shape.dim(axis); i++) {
            list.add(nested(axis + 1, index * shape.dim(axis) + i, value));
        }
        return list;
    }

    private void need(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("an array of " + dtype + " is read as " + what);
        }
    }

    /** Type, shape and the first values. */
    @Override
    public String toString() {
        String head = dtype + " " + shape + " ";
        try {
            return head + Shortened.values(shape.size(), i -> switch (dtype) {
                case FLOAT32 -> String.valueOf(values.getAtIndex(FLOATS, i));
                case INT32 -> String.valueOf(values.getAtIndex(INTS, i));
                case BOOL -> String.valueOf(values.getAtIndex(INTS, i) != 0);
                case INT64 -> String.valueOf(values.getAtIndex(LONGS, i));
                case STRING -> "'" + strings.get((int) i) + "'";
            });
        } catch (IllegalStateException | WrongThreadException e) {
            // their memory was freed, or is another thread's; what is printed may not fail
            return head + "[...]";
        }
    }
}
