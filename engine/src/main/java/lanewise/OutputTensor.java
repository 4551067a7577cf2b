package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.plan.op.Frame;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * An output of a {@link Predictor} or a {@link Stepper}. The {@code get} methods copy out the values of the last call,
 * in the order of {@link #shape}, and allocate nothing; the {@code to} methods return new objects. A refused call
 * leaves its target as it was.
 */
public final class OutputTensor extends Tensor {
    /** The sizes of the largest call. */
    private final int[] largest;

    OutputTensor(Usage usage, String name, ValueInfo info, int rowAxis, Frame frame, int value) {
        super(usage, name, info, rowAxis, frame, value);
        largest = frame.largest(value);
    }

    /**
     * Copies out the output as floats; integers and truth values are converted.
     *
     * @param target takes {@link #size()} floats
     * @return how many were copied
     * @throws InvalidInputException if the array is too short, or the output holds texts
     */
    public int get(float[] target) {
        int n = needRoom(target.length);
        values.get(target, order);
        return n;
    }

    /**
     * Copies out an output of integers or truth values.
     *
     * @param target takes {@link #size()} integers
     * @return how many were copied
     * @throws InvalidInputException if the array is too short, the output holds floats or texts, or an integer has more
     *                               than 32 bits
     */
    public int get(int[] target) {
        values.needIntegers();
        int n = needRoom(target.length);
        values.get(target, order);
        return n;
    }

    /**
     * Copies out an output of integers of either size, or of truth values.
     *
     * @param target takes {@link #size()} integers
     * @return how many were copied
     * @throws InvalidInputException if the array is too short, or the output holds floats or texts
     */
    public int get(long[] target) {
        values.needIntegers();
        int n = needRoom(target.length);
        values.get(target, order);
        return n;
    }

    /**
     * Copies the output into a segment of any kind, in native byte order.
     *
     * @param target takes {@link #size()} numbers of the output's type: four bytes each, eight for 64-bit integers
     * @return how many were copied
     * @throws InvalidInputException if the segment is too short, or the output holds texts
     */
    public int get(MemorySegment target) {
        int n = needRoom(values.areTexts() ? 0 : target.byteSize() / dtype().bytes());
        values.get(target, order);
        return n;
    }

    /**
     * Returns the output as floats; integers and truth values are converted.
     *
     * @return a new array of {@link #size()} floats
     * @throws InvalidInputException if the output holds texts
     */
    public float[] toFloats() {
        float[] target = new float[size()];
        get(target);
        return target;
    }

    /**
     * Returns an output of integers of either size, or of truth values.
     *
     * @return a new array of {@link #size()} integers
     * @throws InvalidInputException if the output holds floats or texts
     */
    public long[] toLongs() {
        long[] target = new long[size()];
        get(target);
        return target;
    }

    /**
     * Returns an output of texts.
     *
     * @return a new immutable list of {@link #size()} texts, row-major
     * @throws InvalidInputException if the output holds numbers
     */
    public List<String> toStrings() {
        usage.check();
        if (!values.areTexts()) {
            throw new InvalidInputException("output '" + name() + "' holds numbers, not texts");
        }
        size();
        order.measure(dims);
        return values.texts(order);
    }

    /** The texts row by row, wherever the axis of rows is. */
    List<String> stringRows() {
        usage.check();
        return values.texts(allRows());
    }

    /**
     * Returns the output as an array of its own type, with the sizes of the last call.
     *
     * @return a new array of numbers, truth values or texts, in the order of {@link #shape}
     */
    public TensorData toArray() {
        usage.check();
        int n = size();
        Shape sizes = Shape.of(dims());
        return switch (dtype()) {
            case STRING -> TensorData.of(sizes, toStrings());
            case FLOAT32 -> TensorData.of(sizes, toFloats());
            case INT64 -> TensorData.of(sizes, toLongs());
            case INT32, BOOL -> TensorData.of(dtype(), sizes, toInts(n, callerOrder()));
        };
    }

    /** The same with the rows first, wherever the axis of rows is. */
    TensorData toRows() {
        usage.check();
        int n = allRows();
        Shape sizes = Shape.of(dims);
        return switch (dtype()) {
            case STRING -> TensorData.of(sizes, stringRows());
            case FLOAT32 -> {
                float[] floats = new float[n];
                getRows(floats);
                yield TensorData.of(sizes, floats);
            }
            case INT64 -> {
                long[] longs = new long[n];
                values.get(longs, rowsFirstOrder());
                yield TensorData.of(sizes, longs);
            }
            case INT32, BOOL -> TensorData.of(dtype(), sizes, toInts(n, rowsFirstOrder()));
        };
    }

    /** Values of all rows of the call, also where the caller's array has no place for others than the first. */
    private int allRows() {
        size();
        return count(dims);
    }

    private RowOrder callerOrder() {
        order.measure(dims);
        return order;
    }

    private RowOrder rowsFirstOrder() {
        RowOrder plain = new RowOrder(RowAxis.FIRST);
        plain.measure(dims);
        return plain;
    }

    private int[] toInts(int n, RowOrder as) {
        int[] integers = new int[n];
        values.get(integers, as);
        return integers;
    }

    /** Refuses to read texts as numbers. */
    void needNumbers() {
        if (values.areTexts()) {
            throw new InvalidInputException("output '" + name() + "' holds texts; read them with toStrings()");
        }
    }

    private int needRoom(long length) {
        usage.check();
        int n = size();
        needRoom(n, length);
        order.measure(dims);
        return n;
    }

    /** Copies out the output row by row, wherever the axis of rows is; returns how many values were copied. */
    int getRows(float[] target) {
        usage.check();
        int n = allRows();
        needRoom(n, target.length);
        values.get(target, 0, 0, n);
        return n;
    }

    /** Refuses a target that may be too small for the output of a call with this many rows. */
    void needRoomForLargest(int rows, long length) {
        needRoom((long) rows * largestRow(), length);
    }

    /** Values of one row of the largest call. */
    int largestRow() {
        return count(largest) / Math.max(1, largest[0]);
    }

    private void needRoom(long needed, long length) {
        needNumbers();
        if (length < needed) {
            throw new InvalidInputException(
                    "output '" + name() + "' has " + needed + " values, but there is room for " + length + " only");
        }
    }
}
