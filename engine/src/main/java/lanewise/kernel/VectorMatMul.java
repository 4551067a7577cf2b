package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;

/**
 * The vector twin's matrix product: register blocks of rows x vectors, see {@link VectorBlocks}. Four or six rows share
 * each weight that is loaded, four vectors each input.
 *
 * <p>Inputs are read from an array, into which they are copied first: that is 10 % faster than reading single floats
 * from a segment, and needs far fewer of C2's nodes. For the loop style see {@link VectorShape}.
 */
final class VectorMatMul {
    /** Bytes from one vector of a group to the next. */
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;
    /**
     * Inputs that are copied at a time: 128 KB, a small part of a second-level cache. All groups of weights are read
     * once for each block.
     */
    private static final int BLOCK = 1 << 15;
    /** Rows of a block: whole register blocks of six and of four. */
    private static final int ROWS = 12;

    private float[] inputs = new float[0];
    /** Whether the last single row went from the first panel to the last. */
    private boolean forwards;

    void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rows, MemorySegment out, long outOffset,
            long outStride) {
        int n = w.evenInputs();
        if (rows == 1) {
            copyInputs(x, xOffset, xStride, 1, w.inputs, n);
            // a single row reverses its direction with each call, since the panels that were read last are still cached
            forwards = !forwards;
            row(w, inputs, 0, out, outOffset * Float.BYTES, w.vectorStride() * 4L, w.groupStride() * 4L, forwards);
            return;
        }
        int block = (long) rows * n <= BLOCK ? rows : Math.max(1, BLOCK / n / ROWS) * ROWS;
        for (int first = 0; first < rows; first += block) {
            int count = Math.min(block, rows - first);
            copyInputs(x, xOffset + first * xStride, xStride, count, w.inputs, n);
            product(w, n, count, out, (outOffset + first * outStride) * Float.BYTES, outStride * Float.BYTES);
        }
    }

    private void copyInputs(MemorySegment x, long offset, long stride, int rows, int count, int n) {
        int padded = Panels.padded(rows * n) + Panels.WIDTH;
        if (inputs.length < padded) {
            inputs = new float[padded];
        }
        for (int r = 0; r < rows; r++) {
            copy(x, (offset + r * stride) * Float.BYTES, inputs, r * n, count);
            if (count < n) {
                inputs[r * n + count] = 0f;
            }
        }
    }

    /** Copies whole vectors; what runs over is overwritten by the next row. */
    static void copy(MemorySegment x, long from, float[] to, int at, int n) {
        if (x.byteSize() < from + VectorShape.bytes(n)) {
            throw tooShort("matrix product, input", x);
        }
        for (int k = 0; k < n; k += VectorShape.LENGTH) {
            fromMemorySegment(F, x, from + 4L * k, ORDER).intoArray(to, at + k);
        }
    }

    /** All offsets and strides from here on count bytes, except those of inputs. */
    private void product(Panels w, int n, int rows, MemorySegment out, long to, long os) {
        long vs = w.vectorStride() * 4L;
        long gs = w.groupStride() * 4L;
        int left = rows % 6;
        // two fours rather than a six and two or three single rows; narrow weights have fours only
        int sixes = w.format.isNarrow() ? 0 : rows - left - ((left == 2 || left == 3) && rows > 6 ? 6 : 0);
        int done = sixes + (rows - sixes & -4);
        // last group, vector and lanes first: a last panel may run over into the next row, which is written later
        for (int q = w.groups() - 1; q >= 0 && done > 0; q--) {
            int r = 0;
            if (w.vectors(q) == 4) {
                for (; r < sixes; r += 6) {
                    six(w, q, inputs, r * n, n, out, to + r * os + q * gs, vs, os);
                }
            }
            for (; r + 4 <= done; r += 4) {
                four(w, q, inputs, r * n, n, out, to + r * os + q * gs, vs, os);
            }
            for (; r < done; r++) {
                one(w, q, inputs, r * n, out, to + r * os + q * gs, vs);
            }
        }
        for (int r = done; r < rows; r++) {
            row(w, inputs, r * n, out, to + r * os, vs, gs, false);
        }
    }

    /**
     * Sums of four rows with a group.
     *
     * @param x  rows
     * @param x0 first value of the first row
     * @param xs from row to row
     * @param o  of the first sum
     * @param vs from vector to vector of sums
     * @param os from row to row of sums
     */
    static void four(Panels w, int group, float[] x, int x0, int xs, MemorySegment out, long o, long vs, long os) {
        int vectors = w.vectors(group);
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = group * w.groupStride() * 4L + lane;
            switch (vectors) {
                case 4 -> fourByFour(w, wo, bo, x, x0, xs, out, o + lane, vs, os);
                case 3 -> fourByThree(w, wo, bo, x, x0, xs, out, o + lane, vs, os);
                default -> {
                    long bs = w.vectorStride() * 4L;
                    for (int v = vectors - 1; v >= 0; v--) {
                        fourByOne(w, wo + (long) v * PANEL, vectors * PANEL, bo + v * bs, x, x0, xs, out,
                                o + lane + v * vs, os);
                    }
                }
            }
        }
    }

    private static void fourByFour(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o,
            long vs, long os) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.fourByFour(w.weights, wo, w.inputs, w.bias, bo, w.vectorStride() * 4L, x, x0,
                    xs, out, o, vs, os);
            case BFLOAT16 -> VectorBfloat16Blocks.fourByFour(w, wo, bo, x, x0, xs, out, o, vs, os);
            case INT16 -> VectorInt16Blocks.fourByFour(w, wo, bo, x, x0, xs, out, o, vs, os);
        }
    }

    private static void fourByThree(Panels w, long wo, long bo, float[] x, int x0, int xs, MemorySegment out, long o,
            long vs, long os) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.fourByThree(w.weights, wo, w.inputs, w.bias, bo, w.vectorStride() * 4L, x,
                    x0, xs, out, o, vs, os);
            case BFLOAT16 -> VectorBfloat16Blocks.fourByThree(w, wo, bo, x, x0, xs, out, o, vs, os);
            case INT16 -> VectorInt16Blocks.fourByThree(w, wo, bo, x, x0, xs, out, o, vs, os);
        }
    }

    private static void fourByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, int xs, MemorySegment out,
            long o, long os) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.fourByOne(w.weights, wo, ws, w.inputs, w.bias, bo, x, x0, xs, out, o, os);
            case BFLOAT16 -> VectorBfloat16Blocks.fourByOne(w, wo, ws, bo, x, x0, xs, out, o, os);
            case INT16 -> VectorInt16Blocks.fourByOne(w, wo, ws, bo, x, x0, xs, out, o, os);
        }
    }

    /** Sums of six rows of float32 with a group of four vectors, see {@link #four}. */
    private static void six(Panels w, int group, float[] x, int x0, int xs, MemorySegment out, long o, long vs,
            long os) {
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            VectorBlocks.sixByFour(w.weights, group * w.groupFloats() * 4 + lane, w.inputs, w.bias,
                    group * w.groupStride() * 4L + lane, w.vectorStride() * 4L, x, x0, xs, out, o + lane, vs, os);
        }
    }

    /** Sums of one row with a group, see {@link #four}. */
    static void one(Panels w, int group, float[] x, int x0, MemorySegment out, long o, long vs) {
        int vectors = w.vectors(group);
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = group * w.groupStride() * 4L + lane;
            switch (vectors) {
                case 4 -> oneByFour(w, wo, bo, x, x0, out, o + lane, vs);
                case 3 -> oneByThree(w, wo, bo, x, x0, out, o + lane, vs);
                default -> {
                    long bs = w.vectorStride() * 4L;
                    for (int v = vectors - 1; v >= 0; v--) {
                        oneByOne(w, wo + (long) v * PANEL, vectors * PANEL, bo + v * bs, x, x0, out, o + lane + v * vs);
                    }
                }
            }
        }
    }

    private static void oneByFour(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.oneByFour(w.weights, wo, w.inputs, w.bias, bo, w.vectorStride() * 4L, x, x0,
                    out, o, vs);
            case BFLOAT16 -> VectorBfloat16.oneByFour(w, wo, bo, x, x0, out, o, vs);
            case INT16 -> VectorInt16.oneByFour(w, wo, bo, x, x0, out, o, vs);
        }
    }

    private static void oneByThree(Panels w, long wo, long bo, float[] x, int x0, MemorySegment out, long o, long vs) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.oneByThree(w.weights, wo, w.inputs, w.bias, bo, w.vectorStride() * 4L, x, x0,
                    out, o, vs);
            case BFLOAT16 -> VectorBfloat16.oneByThree(w, wo, bo, x, x0, out, o, vs);
            case INT16 -> VectorInt16.oneByThree(w, wo, bo, x, x0, out, o, vs);
        }
    }

    private static void oneByOne(Panels w, long wo, int ws, long bo, float[] x, int x0, MemorySegment out, long o) {
        switch (w.format) {
            case FLOAT32 -> VectorBlocks.oneByOne(w.weights, wo, ws, w.inputs, w.bias, bo, x, x0, out, o);
            case BFLOAT16 -> VectorBfloat16.oneByOne(w, wo, ws, bo, x, x0, out, o);
            case INT16 -> VectorInt16.oneByOne(w, wo, ws, bo, x, x0, out, o);
        }
    }

    /**
     * Sums of one row with two neighbouring groups of three or four vectors: eight sums in flight are faster than four
     * where weights come from the nearest cache.
     *
     * @param vs from vector to vector of sums
     * @param gs from group to group of sums
     */
    static void two(Panels w, int group, float[] x, int x0, MemorySegment out, long o, long vs, long gs) {
        boolean four = w.vectors(group) == 4;
        for (int lane = PANEL - LANE_BYTES; lane >= 0; lane -= LANE_BYTES) {
            long wo = group * w.groupFloats() * 4 + lane;
            long bo = group * w.groupStride() * 4L + lane;
            switch (w.format) {
                case FLOAT32 -> {
                    if (four) {
                        VectorBlocks.oneByEight(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    } else {
                        VectorBlocks.oneBySix(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    }
                }
                case BFLOAT16 -> {
                    if (four) {
                        VectorBfloat16.oneByEight(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    } else {
                        VectorBfloat16.oneBySix(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    }
                }
                case INT16 -> {
                    if (four) {
                        VectorInt16.oneByEight(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    } else {
                        VectorInt16.oneBySix(w, wo, bo, x, x0, out, o + lane, vs, gs);
                    }
                }
            }
        }
    }

    /** Sums of one row with all groups, two at a time where they have as many vectors. */
    static void row(Panels w, float[] x, int x0, MemorySegment out, long o, long vs, long gs, boolean forwards) {
        int groups = w.groups();
        int last = groups - 1 & -2;
        for (int i = 0; i < groups; i += 2) {
            int q = forwards ? i : last - i;
            if (q + 1 == groups) {
                one(w, q, x, x0, out, o + q * gs, vs);
            } else if (w.vectors(q) >= 3 && w.vectors(q + 1) == w.vectors(q)) {
                two(w, q, x, x0, out, o + q * gs, vs, gs);
            } else {
                // the last group may run over into what follows, so it comes first where rows ascend
                one(w, q + 1, x, x0, out, o + (q + 1) * gs, vs);
                one(w, q, x, x0, out, o + q * gs, vs);
            }
        }
    }
}
