package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix packed for the kernels, with its bias. 16 output units are one panel: a cache line of floats, and a register
 * where vectors have 512 bits.
 *
 * <p>Panels are read in groups of up to four, so that a kernel keeps four sums per row in flight along one stream of
 * memory: {@code [groups][inputs][vectors][16]}. With several gates a group is one panel of units with all its gates; with
 * one gate it is four neighbouring panels (the last group has those that are left). Units beyond the last have zero weights.
 *
 * <p>A result row is {@code [gates][padded]} if there are several gates, else {@code [units]}; the bias lies in the same
 * order, padded with zeros. Immutable once packed by {@link #pack}; {@link #repack} is for matrices that are made anew
 * in every call.
 */
public final class Panels {
    /** Units in a panel. */
    public static final int WIDTH = 16;
    /** Vectors in the group of a matrix with one gate. */
    static final int GROUP = 4;

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
        panels.repack(matrix, 0, (long) order.length * units, 1, order);
        if (bias != null) {
            for (int g = 0; g < order.length; g++) {
                for (int j = 0; j < units; j++) {
                    // adding 0 turns -0 into 0, so that a chain over zeros ends where it starts
                    Memory.set(panels.bias, (long) g * panels.padded() + j, bias[order[g] * units + j] + 0f);
                }
            }
        }
        panels.finite = panels.allFinite();
        if (order.length > 1) {
            panels.zeroSums = panels.biasByPanel(arena);
        }
        return panels;
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
        repack(matrix, offset, rowStride, columnStride, ONE_GATE);
    }

    private static final int[] ONE_GATE = {0};

    private void repack(MemorySegment matrix, long offset, long rowStride, long columnStride, int[] order) {
        long target = 0;
        for (int q = 0; q < groups(); q++) {
            int vectors = vectors(q);
            for (int k = 0; k < inputs; k++) {
                for (int v = 0; v < vectors; v++, target += WIDTH) {
                    int unit = (gates > 1 ? q : q * GROUP + v) * WIDTH;
                    int gate = gates > 1 ? order[v] : 0;
                    int count = Math.min(WIDTH, units - unit);
                    if (count < WIDTH) {
                        Memory.clear(weights, target + count, WIDTH - count);
                    }
                    long source = offset + k * rowStride + ((long) gate * units + unit) * columnStride;
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

    private boolean allFinite() {
        float[] block = new float[1 << 12];
        long floats = weights.byteSize() / Float.BYTES;
        for (long from = 0; from < floats; from += block.length) {
            int count = (int) Math.min(block.length, floats - from);
            MemorySegment.copy(weights, ValueLayout.JAVA_FLOAT, from * Float.BYTES, block, 0, count);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(block[i])) {
                    return false;
                }
            }
        }
        return true;
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
