package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import lanewise.spec.NarrowArray;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;

/**
 * A matrix packed for the kernels, with its bias. 16 output units are one panel: a cache line of floats, and a register
 * where vectors have 512 bits.
 *
 * <p>Panels are read in groups of up to four, so that a kernel keeps four sums per row in flight along one stream of
 * memory: {@code [groups][rows][vectors][16]}. With several gates a group is one panel of units with all its gates;
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
    /** Words that are packed at a time, in whole rows. */
    private static final int WORDS_AT_A_TIME = 1 << 16;

    /** Of the weights; narrow ones lie as {@link NarrowArray} describes, inputs being the rows. */
    final WeightFormat format;
    /** {@code [groups][rows][vectors][16]} words, 64-byte aligned; the last group may have fewer vectors. */
    final MemorySegment weights;
    /** Of {@link WeightFormat#INT16}: what each sum is multiplied with at its end, as the bias lies; else null. */
    final MemorySegment scale;
    /** What each sum starts from, or, after a scale, what is added: {@code [gates][padded]} floats. */
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

    private Panels(Arena arena, WeightFormat format, int inputs, int units, int gates) {
        if (gates > GROUP) {
            throw new IllegalArgumentException(gates + " gates, expected at most " + GROUP);
        }
        this.format = format;
        this.inputs = inputs;
        this.units = units;
        this.gates = gates;
        long floats = (long) padded(units) * gates;
        this.weights = Memory.floats(arena, Math.multiplyExact(floats, (long) format.wordRows(inputs)));
        this.bias = Memory.floats(arena, floats);
        this.scale = format == WeightFormat.INT16 ? Memory.floats(arena, floats) : null;
    }

    /**
     * What it consists of.
     *
     * @return weights, bias, scales
     */
    public List<MemorySegment> segments() {
        return scale == null ? List.of(weights, bias) : List.of(weights, bias, scale);
    }

    /**
     * Packs a matrix.
     *
     * @param arena  holds the packed matrix
     * @param matrix [inputs][columns]
     * @param units  output units per gate
     * @param order  for each gate of the result which group of as many columns of the matrix it is
     * @param bias   [columns], in the matrix's order, or null for zeros
     * @return the packed matrix
     */
    public static Panels pack(Arena arena, Matrix matrix, int units, int[] order, float[] bias) {
        Panels panels = new Panels(arena, matrix.format(), matrix.inputs(), units, order.length);
        panels.finite = panels.fill(matrix, order);
        for (int g = 0; g < order.length; g++) {
            for (int j = 0; j < units; j++) {
                long at = (long) g * panels.padded() + j;
                if (bias != null) {
                    // adding 0 turns -0 into 0, so that a chain over zeros ends where it starts
                    Memory.set(panels.bias, at, bias[order[g] * units + j] + 0f);
                }
                if (panels.scale != null) {
                    Memory.set(panels.scale, at, matrix.scales()[order[g] * units + j]);
                }
            }
        }
        if (order.length > 1) {
            panels.zeroSums = panels.biasByPanel(arena);
        }
        return panels;
    }

    /**
     * The matrix of one gate whose product is {@code factors * product + shift}.
     *
     * @param arena   holds it
     * @param factors [units]
     * @param shift   [units]
     * @return the matrix, or null if it has narrow weights, or some number of it is not finite
     */
    public Panels scaled(Arena arena, MemorySegment factors, MemorySegment shift) {
        if (format.isNarrow()) {
            return null;
        }
        Panels scaled = new Panels(arena, WeightFormat.FLOAT32, inputs, units, 1);
        scaled.finite = true;
        for (int unit = 0; unit < units; unit++) {
            float factor = Memory.get(factors, unit);
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
        return new Panels(arena, WeightFormat.FLOAT32, inputs, units, 1);
    }

    /** Zeros packed in the form of another matrix, for calls whose answer is of no use. */
    static Panels zeros(Arena arena, Panels form, int inputs, int units) {
        return new Panels(arena, form.format, inputs, units, form.gates);
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
     * compiled yet works on arrays many times faster. Returns whether all numbers are finite. What is moved are 32-bit
     * words, one weight each or two.
     */
    private boolean fill(Matrix matrix, int[] order) {
        int columns = matrix.columns();
        int all = rows();
        int block = Math.min(all, Math.max(1, WORDS_AT_A_TIME / Math.max(1, columns)));
        int[] rows = new int[block * columns];
        int[] group = new int[block * GROUP * WIDTH];
        boolean allFinite = true;
        for (int first = 0; first < all; first += block) {
            int count = Math.min(block, all - first);
            MemorySegment.copy(matrix.words(), TensorData.INTS, 4L * first * columns, rows, 0, count * columns);
            // narrow weights are finite, or were refused
            for (int i = 0; i < count * columns && !format.isNarrow(); i++) {
                allFinite &= Math.abs(Float.intBitsToFloat(rows[i])) <= Float.MAX_VALUE;
            }
            for (int q = 0; q < groups(); q++) {
                int unit = (gates > 1 ? q : q * GROUP) * WIDTH;
                int width = gates > 1 ? WIDTH : vectors(q) * WIDTH;
                int known = Math.min(width, units - unit);
                int target = 0;
                for (int k = 0; k < count; k++) {
                    for (int g = 0; g < gates; g++, target += width) {
                        System.arraycopy(rows, k * columns + order[g] * units + unit, group, target, known);
                        Arrays.fill(group, target + known, target + width, 0);
                    }
                }
                MemorySegment.copy(group, 0, weights, ValueLayout.JAVA_INT,
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
        return weights.byteSize() + bias.byteSize() + (scale == null ? 0 : scale.byteSize());
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

    /** Rows of words. */
    int rows() {
        return format.wordRows(inputs);
    }

    /** The inputs that kernels read: of narrow weights an even number, the last of which may be 0. */
    int evenInputs() {
        return format.isNarrow() ? 2 * rows() : inputs;
    }

    /**
     * How the weights are kept.
     *
     * @return their format
     */
    public WeightFormat format() {
        return format;
    }

    /** Words from one group to the next in {@link #weights}. */
    long groupFloats() {
        return (long) rows() * (gates > 1 ? gates : GROUP) * WIDTH;
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
