package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix packed for the kernels, with its bias. 16 output units are one panel: a cache line of floats, and a register
 * where vectors have 512 bits.
 *
 * <p>Panels are read in groups of up to four, so that a kernel keeps four sums per row in flight along one stream of
 * memory: {@code [groups][inputs][vectors][16]}. With several gates a group is one panel of units with all its gates;
 * with one gate it is four neighbouring panels (the last group has those that are left). Units beyond the last have
 * zero weights.
 *
 * <p>A result row is {@code [gates][padded]} if there are several gates, else {@code [units]}; the bias lies in the
 * same order, padded with zeros. Immutable once packed by {@link #pack}; {@link #repack} is for matrices that are made
 * anew in every call.
 */
public final class Panels {
    /** Units in a panel. */
    public static final int WIDTH = 16;
    /** Vectors in the group of a matrix with one gate. */
    static final int GROUP = 4;
    /** Floats that are packed at a time, in whole rows. */
    private static final int ROWS_AT_A_TIME = 1 << 16;

    /** {@code [groups][inputs][vectors][16]} floats, 64-byte aligned; the last group may have fewer vectors. */
    final MemorySegment weights;
    /** What each sum starts from: {@code [gates][padded]} floats. */
    final MemorySegment bias;
    /** Rows of the matrix: values that are summed over. */
    int inputs;
    /** Output units per gate. */
    int units;
    /** Matrices side by side. */
    final int gates;
    /** Whether no weight is infinite or NaN: then the product with zeros is the bias. */
    private boolean finite;
    /** The bias as a recurrent step's sums lie, panel by panel: {@code [groups][gates][16]}; null for one gate. */
    private MemorySegment zeroSums;

    private Panels(Arena arena, int inputs, int units, int gates) {
        if (gates > GROUP) {
            throw new IllegalArgumentException(gates + " gates, expected at most " + GROUP);
        }
        this.inputs = inputs;
        this.units = units;
        this.gates = gates;
        long floats = (long) padded(units) * gates;
        this.weights = Memory.floats(arena, Math.multiplyExact(floats, (long) inputs));
        this.bias = Memory.floats(arena, floats);
    }

    /**
     * What it consists of.
     *
     * @return weights and bias
     */
    public List<MemorySegment> segments() {
        return List.of(weights, bias);
    }

    /**
     * Packs a matrix.
     *
     * @param arena   holds the packed matrix
     * @param matrix  [inputs][gates * units] floats in any segment
     * @param inputs  rows of the matrix
     * @param units   output units per gate
     * @param order   for each gate of the result which gate of the matrix it is
     * @param bias    [gates * units], in the matrix's gate order, or null for zeros
     * @return the packed matrix
     */
    public static Panels pack(Arena arena, MemorySegment matrix, int inputs, int units, int[] order, float[] bias) {
        Panels panels = new Panels(arena, inputs, units, order.length);
        panels.finite = panels.fill(matrix, order);
        if (bias != null) {
            for (int g = 0; g < order.length; g++) {
                for (int j = 0; j < units; j++) {
                    // adding 0 turns -0 into 0, so that a chain over zeros ends where it starts
                    Memory.set(panels.bias, (long) g * panels.padded() + j, bias[order[g] * units + j] + 0f);
                }
            }
        }
        if (order.length > 1) {
            panels.zeroSums = panels.biasByPanel(arena);
        }
        return panels;
    }

    /**
     * The matrix of one gate whose product is {@code scale * product + shift}.
     *
     * @param arena holds it
     * @param scale [units]
     * @param shift [units]
     * @return the matrix, or null if some number of it is not finite
     */
    public Panels scaled(Arena arena, MemorySegment scale, MemorySegment shift) {
        Panels scaled = new Panels(arena, inputs, units, 1);
        scaled.finite = true;
        for (int unit = 0; unit < units; unit++) {
            float factor = Memory.get(scale, unit);
            int panel = unit / WIDTH;
            int vectors = vectors(panel / GROUP);
            long at = panel / GROUP * groupFloats() + (long) (panel % GROUP) * WIDTH + unit % WIDTH;
            for (int k = 0; k < inputs; k++, at += (long) vectors * WIDTH) {
                float weight = Memory.get(weights, at) * factor;
                scaled.finite &= Float.isFinite(weight);
                Memory.set(scaled.weights, at, weight);
            }
            float sum = Math.fma(Memory.get(bias, unit), factor, Memory.get(shift, unit)) + 0f;
            scaled.finite &= Float.isFinite(sum);
            Memory.set(scaled.bias, unit, sum);
        }
        return scaled.finite ? scaled : null;
    }

    /**
     * Room for a matrix with one gate and no bias, to be filled by {@link #repack}.
     *
     * @param arena  holds it
     * @param inputs rows of the matrix
     * @param units  columns of the matrix
     * @return zeros
     */
    public static Panels empty(Arena arena, int inputs, int units) {
        return new Panels(arena, inputs, units, 1);
    }

    /**
     * Makes room for a matrix of other sizes in the memory that is there.
     *
     * @param newInputs rows of the matrix
     * @param newUnits  columns of the matrix
     */
    public void resize(int newInputs, int newUnits) {
        long floats = (long) newInputs * padded(newUnits);
        if (floats * Float.BYTES > weights.byteSize() || (long) padded(newUnits) * Float.BYTES > bias.byteSize()) {
            throw new IndexOutOfBoundsException("a matrix of " + newInputs + " x " + newUnits + " does not fit");
        }
        inputs = newInputs;
        units = newUnits;
    }

    /**
     * Packs a matrix over the one that was here, with one gate.
     *
     * @param matrix       holds the matrix
     * @param offset       of its first value, in floats
     * @param rowStride    floats from one input to the next
     * @param columnStride floats from one unit to the next
     */
    public void repack(MemorySegment matrix, long offset, long rowStride, long columnStride) {
        long target = 0;
        for (int q = 0; q < groups(); q++) {
            int vectors = vectors(q);
            for (int k = 0; k < inputs; k++) {
                for (int v = 0; v < vectors; v++, target += WIDTH) {
                    int unit = (q * GROUP + v) * WIDTH;
                    int count = Math.min(WIDTH, units - unit);
                    if (count < WIDTH) {
                        Memory.clear(weights, target + count, WIDTH - count);
                    }
                    long source = offset + k * rowStride + unit * columnStride;
                    if (columnStride == 1) {
                        Memory.copy(matrix, source, weights, target, count);
                    } else {
                        for (int j = 0; j < count; j++) {
                            Memory.set(weights, target + j, Memory.get(matrix, source + j * columnStride));
                        }
                    }
                }
            }
        }
    }

    /**
     * Packs the matrix of a model that is being opened, some rows at a time through arrays: code that has not been
     * compiled yet works on arrays many times faster. Returns whether all numbers are finite.
     */
    private boolean fill(MemorySegment matrix, int[] order) {
        int columns = gates * units;
        int block = Math.min(inputs, Math.max(1, ROWS_AT_A_TIME / Math.max(1, columns)));
        float[] rows = new float[block * columns];
        float[] group = new float[block * GROUP * WIDTH];
        boolean allFinite = true;
        for (int first = 0; first < inputs; first += block) {
            int count = Math.min(block, inputs - first);
            MemorySegment.copy(matrix, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * first * columns, rows, 0,
                    count * columns);
            for (int i = 0; i < count * columns; i++) {
                allFinite &= Math.abs(rows[i]) <= Float.MAX_VALUE;
            }
            for (int q = 0; q < groups(); q++) {
                int unit = (gates > 1 ? q : q * GROUP) * WIDTH;
                int width = gates > 1 ? WIDTH : vectors(q) * WIDTH;
                int known = Math.min(width, units - unit);
                int target = 0;
                for (int k = 0; k < count; k++) {
                    for (int g = 0; g < gates; g++, target += width) {
                        System.arraycopy(rows, k * columns + order[g] * units + unit, group, target, known);
                        Arrays.fill(group, target + known, target + width, 0f);
                    }
                }
                MemorySegment.copy(group, 0, weights, ValueLayout.JAVA_FLOAT,
                        (q * groupFloats() + (long) first * vectors(q) * WIDTH) * Float.BYTES, target);
            }
        }
        return allFinite;
    }

    /**
     * Units of one gate rounded up to whole panels.
     *
     * @return a multiple of {@link #WIDTH}
     */
    public int padded() {
        return padded(units);
    }

    /**
     * Rounds up to whole panels.
     *
     * @param units a number of floats
     * @return a multiple of {@link #WIDTH}
     */
    public static int padded(int units) {
        return Math.multiplyExact((units + WIDTH - 1) / WIDTH, WIDTH);
    }

    /**
     * Rows of the matrix.
     *
     * @return values that are summed over
     */
    public int inputs() {
        return inputs;
    }

    /**
     * Columns of the matrix per gate.
     *
     * @return output units
     */
    public int units() {
        return units;
    }

    /**
     * The memory that the weights and the bias take.
     *
     * @return bytes
     */
    public long bytes() {
        return weights.byteSize() + bias.byteSize();
    }

    /**
     * Whether the product with zeros is the bias.
     *
     * @return false if some weight is infinite or not a number
     */
    public boolean isFinite() {
        return finite;
    }

    private MemorySegment biasByPanel(Arena arena) {
        MemorySegment sums = Memory.floats(arena, (long) gates * padded());
        for (int q = 0; q < groups(); q++) {
            for (int g = 0; g < gates; g++) {
                Memory.copy(bias, (long) g * padded() + q * WIDTH, sums, (long) (q * gates + g) * WIDTH, WIDTH);
            }
        }
        return sums;
    }

    /** What a recurrent step's sums are where the states are zeros. */
    MemorySegment zeroSums() {
        return zeroSums;
    }

    /** How many groups there are. */
    int groups() {
        int panels = padded() / WIDTH;
        return gates > 1 ? panels : (panels + GROUP - 1) / GROUP;
    }

    /** Vectors in a group. */
    int vectors(int group) {
        return gates > 1 ? gates : Math.min(GROUP, padded() / WIDTH - group * GROUP);
    }

    /** Floats from one group to the next in {@link #weights}. */
    long groupFloats() {
        return (long) inputs * (gates > 1 ? gates : GROUP) * WIDTH;
    }

    /** Floats from one group to the next in a result row. */
    int groupStride() {
        return gates > 1 ? WIDTH : GROUP * WIDTH;
    }

    /** Floats from one vector of a group to the next in a result row. */
    int vectorStride() {
        return gates > 1 ? padded() : WIDTH;
    }
}
