package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lanewise.spec.WeightFormat;

/**
 * A group of a matrix as the register blocks of several rows read it: float32 weights where they lie, narrow ones
 * decoded once, into memory of this object. Sums of {@link WeightFormat#INT16} start at zero, and are scaled when they
 * are moved to their place. Offsets and strides count bytes, except those of inputs.
 */
final class VectorGroup {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;
    /** Most rows of a register block. */
    private static final int ROWS = 6;
    /** From row to row of {@link #sums}. */
    private static final int ROW = Panels.GROUP * PANEL;

    private MemorySegment decoded = MemorySegment.NULL;
    /** What sums of int16 start from: zeros. */
    private MemorySegment zeros;
    /** {@code [ROWS][GROUP][16]} sums of int16. */
    private MemorySegment sums;

    private Panels w;
    private MemorySegment weights;
    private long first;
    private int vectors;
    private MemorySegment start;
    /** Of the first bias. */
    private long bias;
    /** From vector to vector of the bias. */
    private long biasStride;

    /** Goes to a group of a matrix, until the next is taken. */
    void take(Panels panels, int group) {
        w = panels;
        vectors = panels.vectors(group);
        first = group * panels.groupFloats() * Float.BYTES;
        bias = group * panels.groupStride() * 4L;
        biasStride = panels.vectorStride() * 4L;
        weights = panels.weights;
        start = panels.bias;
        if (panels.format.isNarrow()) {
            decode(panels.rows(), vectors * PANEL);
        }
    }

    private void decode(int rows, int row) {
        if (decoded.byteSize() < 2L * rows * row) {
            decoded = Memory.floats(Arena.ofAuto(), 2L * rows * row / Float.BYTES);
        }
        if (w.format == WeightFormat.BFLOAT16) {
            VectorBfloat16.decode(weights, first, rows, row, decoded);
        } else {
            VectorInt16.decode(weights, first, rows, row, decoded);
            if (sums == null) {
                zeros = Memory.floats(Arena.ofAuto(), Panels.GROUP * Panels.WIDTH);
                sums = Memory.floats(Arena.ofAuto(), ROWS * ROW / Float.BYTES);
            }
            start = zeros;
        }
        weights = decoded;
        first = 0;
    }

    private boolean isScaled() {
        return w.format == WeightFormat.INT16;
    }

    /**
     * Sums of six rows; the group has four vectors.
     *
     * @param x  rows
     * @param x0 first value of the first row
     * @param n  inputs, and from row to row
     * @param o  of the first sum
     * @param vs from vector to vector of sums
     * @param os from row to row of sums
     */
    void six(float[] x, int x0, int n, MemorySegment out, long o, long vs, long os) {
        boolean scaled = isScaled();
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            if (scaled) {
                VectorBlocks.sixByFour(weights, first + lane, n, start, lane, PANEL, x, x0, n, sums, lane, PANEL, ROW);
            } else {
                VectorBlocks.sixByFour(weights, first + lane, n, start, bias + lane, biasStride, x, x0, n, out,
                        o + lane, vs, os);
            }
        }
        if (scaled) {
            scale(6, out, o, vs, os);
        }
    }

    /** Sums of four rows, see {@link #six}. */
    void four(float[] x, int x0, int xs, int n, MemorySegment out, long o, long vs, long os) {
        if (isScaled()) {
            four(x, x0, xs, n, 0, PANEL, sums, 0, PANEL, ROW);
            scale(4, out, o, vs, os);
        } else {
            four(x, x0, xs, n, bias, biasStride, out, o, vs, os);
        }
    }

    private void four(float[] x, int x0, int xs, int n, long bo, long bs, MemorySegment out, long o, long vs, long os) {
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = first + lane;
            switch (vectors) {
                case 4 -> VectorBlocks.fourByFour(weights, wo, n, start, bo + lane, bs, x, x0, xs, out, o + lane, vs,
                        os);
                case 3 -> VectorBlocks.fourByThree(weights, wo, n, start, bo + lane, bs, x, x0, xs, out, o + lane, vs,
                        os);
                default -> {
                    for (int v = vectors - 1; v >= 0; v--) {
                        VectorBlocks.fourByOne(weights, wo + (long) v * PANEL, vectors * PANEL, n, start,
                                bo + lane + v * bs, x, x0, xs, out, o + lane + v * vs, os);
                    }
                }
            }
        }
    }

    /** Moves sums to their place: row after row, since a last panel may run over into the next row. */
    private void scale(int rows, MemorySegment out, long o, long vs, long os) {
        for (int r = 0; r < rows; r++) {
            for (int v = vectors - 1; v >= 0; v--) {
                scale(sums, r * ROW + v * PANEL, w.scale, w.bias, bias + v * biasStride, out, o + r * os + v * vs);
            }
        }
    }

    private static void scale(MemorySegment sums, long so, MemorySegment scale, MemorySegment bias, long bo,
            MemorySegment out, long o) {
        if (sums.byteSize() < so + PANEL || scale.byteSize() < bo + PANEL || bias.byteSize() < bo + PANEL
                || out.byteSize() < o + PANEL) {
            throw tooShort("scales of int16", sums, scale, bias, out);
        }
        for (int lane = 0; lane < PANEL; lane += LANE_BYTES) {
            fromMemorySegment(F, sums, so + lane, ORDER)
                    .fma(fromMemorySegment(F, scale, bo + lane, ORDER), fromMemorySegment(F, bias, bo + lane, ORDER))
                    .intoMemorySegment(out, o + lane, ORDER);
        }
    }
}
