package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import lanewise.kernel.Memory;
import lanewise.kernel.OffHeap;
import lanewise.kernel.Panels;
import lanewise.kernel.StepRun;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * The memory of one predictor: every value of a plan, at its largest size, off-heap. Belongs to one thread at a time.
 */
public final class Frame {
    private final int[][] dims;
    private final int[][] largest;
    private final MemorySegment[] data;
    private final String[][] strings;
    private final long[][] longs;
    private final Panels[] panels;
    private final StepRun run = new StepRun();
    private final long bytes;
    private boolean prepared;

    /**
     * Allocates the memory.
     *
     * @param values   the values, by number
     * @param inputs   numbers of those that a caller fills
     * @param ops      what writes the others, in order
     * @param arena    holds the memory
     * @param maxBatch most rows in a call
     * @param maxSteps most steps where a size is unknown
     * @throws lanewise.error.LimitExceededException if that needs more memory than the arena may hold
     * @throws OutOfMemoryError    if that needs more memory than there is
     * @throws ArithmeticException if it needs more than can be counted
     */
    public Frame(List<ValueInfo> values, int[] inputs, PlanOp[] ops, OffHeap arena, int maxBatch, int maxSteps) {
        int n = values.size();
        dims = new int[n][];
        largest = new int[n][];
        data = new MemorySegment[n];
        strings = new String[n][];
        longs = new long[n][];
        panels = new Panels[n];
        for (int v = 0; v < n; v++) {
            dims[v] = values.get(v).shape().toArray();
        }
        for (int v : inputs) {
            for (int i = 0; i < dims[v].length; i++) {
                dims[v][i] = i == 0 ? maxBatch : dims[v][i] == Shape.ANY ? maxSteps : dims[v][i];
            }
        }
        for (PlanOp op : ops) {
            op.shapeLargest(dims, maxSteps);
        }
        for (int v = 0; v < n; v++) {
            close(dims[v], values.get(v));
        }
        long need = 0;
        for (int v = 0; v < n; v++) {
            need = Math.addExact(need, need(v, values.get(v)));
        }
        arena.check(need);
        long total = 0;
        for (int v = 0; v < n; v++) {
            largest[v] = dims[v].clone();
            total += allocate(v, values.get(v), arena);
        }
        bytes = total;
    }

    /** A value that no operation touches takes no memory; an operation must find all sizes of those it does. */
    private static void close(int[] sizes, ValueInfo info) {
        if (Arrays.stream(sizes).allMatch(size -> size >= 0)) {
            return;
        }
        if (!Arrays.equals(sizes, info.shape().toArray())) {
            throw new IllegalStateException("an operation of layer '" + info.name()
                    + "' leaves sizes open that it must find: " + Arrays.toString(sizes));
        }
        Arrays.fill(sizes, 0);
    }

    /** How many bytes the value takes, off-heap or as an array, without what is added to align it. */
    private long need(int v, ValueInfo info) {
        return info.alias() >= 0 ? 0
                : Math.multiplyExact((long) Dims.count(dims[v]),
                        info.dtype() == DType.STRING || info.dtype() == DType.INT64 ? Long.BYTES : Float.BYTES);
    }

    /** Returns how many bytes off-heap the value takes. */
    private long allocate(int v, ValueInfo info, OffHeap arena) {
        if (info.alias() >= 0) {
            data[v] = data[info.alias()];
            strings[v] = strings[info.alias()];
            longs[v] = longs[info.alias()];
            return 0;
        } else if (info.dtype() == DType.STRING) {
            // as numbers are zero before they are set
            strings[v] = new String[Dims.count(dims[v])];
            Arrays.fill(strings[v], "");
            return 0;
        } else if (info.dtype() == DType.INT64) {
            longs[v] = new long[Dims.count(dims[v])];
            return 0;
        } else if (info.matrix()) {
            panels[v] = Panels.empty(arena, dims[v][0], dims[v][1]);
            return panels[v].bytes();
        }
        data[v] = Memory.floats(arena, Dims.count(dims[v]));
        return data[v].byteSize();
    }

    /**
     * The off-heap memory it holds.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * The numbers of a value, four bytes each, row-major.
     *
     * @param value its number
     * @return a segment of at least as many numbers as the largest size; null for matrices, texts and long integers
     */
    public MemorySegment data(int value) {
        return data[value];
    }

    /**
     * The sizes of a value in the current call. For inputs, the caller sets them before the call.
     *
     * @param value its number
     * @return the frame's own array
     */
    public int[] dims(int value) {
        return dims[value];
    }

    /**
     * The sizes of all values in the current call.
     *
     * @return the frame's own arrays, by value
     */
    public int[][] dims() {
        return dims;
    }

    /**
     * How many numbers there are in the current call.
     *
     * @param values which values
     * @return in all of them together
     */
    public long count(int[] values) {
        long count = 0;
        for (int v : values) {
            count += Dims.count(dims[v]);
        }
        return count;
    }

    /**
     * How many numbers all values have in the current call: a measure of its work.
     *
     * @return in all of them together
     */
    public long count() {
        long count = 0;
        for (int[] sizes : dims) {
            count += Dims.count(sizes);
        }
        return count;
    }

    /**
     * The largest sizes that a value can have.
     *
     * @param value its number
     * @return the frame's own array
     */
    public int[] largest(int value) {
        return largest[value];
    }

    /**
     * The texts of a value.
     *
     * @param value its number
     * @return the frame's own array of its largest size, or null if it holds numbers
     */
    public String[] strings(int value) {
        return strings[value];
    }

    /**
     * The long integers of a value.
     *
     * @param value its number
     * @return the frame's own array of its largest size, or null if it holds something else
     */
    public long[] longs(int value) {
        return longs[value];
    }

    /**
     * A matrix that is packed in every call.
     *
     * @param value its number
     * @return the frame's own panels, or null if it holds something else
     */
    public Panels panels(int value) {
        return panels[value];
    }

    /**
     * An integer of a value that holds integers of either size.
     *
     * @param value its number
     * @param type  INT32 or INT64
     * @param i     which integer
     * @return the integer
     */
    public long integer(int value, DType type, int i) {
        return type == DType.INT64 ? longs[value][i] : Memory.getInt(data[value], i);
    }

    /**
     * What a recurrent kernel is told; filled in by the operation that calls one.
     *
     * @return the frame's own object
     */
    public StepRun run() {
        return run;
    }

    /**
     * Whether recurrent layers of a stream have done what does not need the next input.
     *
     * @return true if the next step goes on from there
     */
    public boolean isPrepared() {
        return prepared;
    }

    /**
     * Says whether recurrent layers of a stream have done what does not need the next input.
     *
     * @param isPrepared true if the next step goes on from there
     */
    public void setPrepared(boolean isPrepared) {
        prepared = isPrepared;
    }
}
