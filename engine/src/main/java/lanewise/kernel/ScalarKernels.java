package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lanewise.spec.Activation;

/**
 * The scalar twin: {@code Math.fma} and plain loops.
 *
 * <p>Reading off-heap memory value by value is 40 to 130 times slower than reading arrays before C2 has compiled the
 * loop, which is when this twin is needed most. So values are copied in blocks into arrays that belong to the instance,
 * and the arrays are worked on.
 */
public sealed class ScalarKernels implements Kernels permits DoubleKernels {
    /** Floats per block of kernels that work on single values. */
    private static final int BLOCK = 512;

    private final float[] first = new float[BLOCK];
    private final float[] second = new float[BLOCK];
    private final float[] third = new float[BLOCK];
    private final float[] sums = new float[Panels.WIDTH];
    private final float[] bias = new float[Panels.WIDTH];
    private final float[] scale = new float[Panels.WIDTH];
    private float[] weights = new float[0];
    private int[] words = new int[0];
    private float[] row = new float[BLOCK];
    private final ScalarRecurrent recurrent = new ScalarRecurrent(this);

    /** Allocates scratch arrays; those whose size depends on the model grow at its first call. */
    public ScalarKernels() {}

    @Override
    public void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rows, MemorySegment out,
            long outOffset,
            long outStride) {
        int inputs = w.evenInputs();
        row = atLeast(row, inputs);
        weights = atLeast(weights, inputs * Panels.GROUP * Panels.WIDTH);
        // last group first: its last panel may run over into the next row, whose first panels are written later
        for (int q = w.groups() - 1; q >= 0; q--) {
            int vectors = w.vectors(q);
            if (w.format.isNarrow()) {
                decode(w, q, vectors * Panels.WIDTH);
            } else {
                load(w.weights, q * w.groupFloats(), weights, inputs * vectors * Panels.WIDTH);
            }
            for (int r = 0; r < rows; r++) {
                load(x, xOffset + r * xStride, row, w.inputs);
                if (w.inputs < inputs) {
                    row[w.inputs] = 0f;
                }
                for (int v = 0; v < vectors; v++) {
                    long column = (long) q * w.groupStride() + (long) v * w.vectorStride();
                    load(w.bias, column, bias, Panels.WIDTH);
                    if (w.scale == null) {
                        System.arraycopy(bias, 0, sums, 0, Panels.WIDTH);
                    } else {
                        clearSums();
                    }
                    for (int half = 0; half < Panels.WIDTH; half += 8) {
                        addProducts(weights, v * Panels.WIDTH + half, vectors * Panels.WIDTH, row, inputs, sums, half);
                    }
                    if (w.scale != null) {
                        load(w.scale, column, scale, Panels.WIDTH);
                        for (int i = 0; i < Panels.WIDTH; i++) {
                            sums[i] = Math.fma(sums[i], scale[i], bias[i]);
                        }
                    }
                    store(sums, out, outOffset + r * outStride + column, Panels.WIDTH);
                }
            }
        }
    }

    /** The weights of a group, of which two lie in a word, as floats without their scale. */
    private void decode(Panels w, int group, int width) {
        int rows = w.rows();
        words = words.length >= rows * width ? words : new int[rows * width];
        MemorySegment.copy(w.weights, ValueLayout.JAVA_INT_UNALIGNED, group * w.groupFloats() * Float.BYTES, words, 0,
                rows * width);
        for (int k = 0; k < rows; k++) {
            for (int i = 0; i < width; i++) {
                int word = words[k * width + i];
                weights[2 * k * width + i] = RowTable.toFloat(w.format, word);
                weights[(2 * k + 1) * width + i] = RowTable.toFloat(w.format, word << 16);
            }
        }
    }

    @Override
    public void lookup(RowTable table, int id, MemorySegment to, long offset) {
        table.copy(id, to, offset);
    }

    /**
     * Adds the products of one row with eight columns; eight local sums are the fastest form in C2, C1 and interpreter.
     */
    private static void addProducts(float[] w, int from, int stride, float[] x, int n, float[] sums, int at) {
        float s0 = sums[at];
        float s1 = sums[at + 1];
        float s2 = sums[at + 2];
        float s3 = sums[at + 3];
        float s4 = sums[at + 4];
        float s5 = sums[at + 5];
        float s6 = sums[at + 6];
        float s7 = sums[at + 7];
        for (int k = 0, i = from; k < n; k++, i += stride) {
            float v = x[k];
            s0 = Math.fma(w[i], v, s0);
            s1 = Math.fma(w[i + 1], v, s1);
            s2 = Math.fma(w[i + 2], v, s2);
            s3 = Math.fma(w[i + 3], v, s3);
            s4 = Math.fma(w[i + 4], v, s4);
            s5 = Math.fma(w[i + 5], v, s5);
            s6 = Math.fma(w[i + 6], v, s6);
            s7 = Math.fma(w[i + 7], v, s7);
        }
        sums[at] = s0;
        sums[at + 1] = s1;
        sums[at + 2] = s2;
        sums[at + 3] = s3;
        sums[at + 4] = s4;
        sums[at + 5] = s5;
        sums[at + 6] = s6;
        sums[at + 7] = s7;
    }

    @Override
    public void activate(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, int n) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(src, srcOffset + i, first, count);
            for (int k = 0; k < count; k++) {
                first[k] = ScalarMath.apply(f, first[k]);
            }
            store(first, dst, dstOffset + i, count);
        }
    }

    @Override
    public void activateRows(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset,
            int rows,
            int width) {
        row = atLeast(row, width);
        int results = f == Activation.GLU ? width / 2 : width;
        for (int r = 0; r < rows; r++) {
            load(src, srcOffset + (long) r * width, row, width);
            switch (f) {
                case SOFTMAX -> softmax(width);
                case LOG_SOFTMAX -> logSoftmax(width);
                case SPARSEMAX -> Rows.sparsemax(row, width);
                case GLU -> {
                    for (int i = 0; i < results; i++) {
                        row[i] *= ScalarMath.sigmoid(row[results + i]);
                    }
                }
                default -> throw new IllegalArgumentException(f + " takes single values");
            }
            store(row, dst, dstOffset + (long) r * results, results);
        }
    }

    private void softmax(int width) {
        float max = max(width);
        clearSums();
        for (int i = 0; i < width; i++) {
            row[i] = ScalarMath.exp(row[i] - max);
            sums[i % Panels.WIDTH] += row[i];
        }
        float sum = Rows.join(sums);
        for (int i = 0; i < width; i++) {
            row[i] = row[i] / sum;
        }
    }

    private void logSoftmax(int width) {
        float max = max(width);
        clearSums();
        for (int i = 0; i < width; i++) {
            sums[i % Panels.WIDTH] += ScalarMath.exp(row[i] - max);
        }
        float log = ScalarMath.logOfSum(Rows.join(sums));
        for (int i = 0; i < width; i++) {
            row[i] = (row[i] - max) - log;
        }
    }

    private float max(int width) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < width; i++) {
            max = row[i] > max ? row[i] : max;
        }
        return max;
    }

    private void clearSums() {
        for (int i = 0; i < Panels.WIDTH; i++) {
            sums[i] = 0f;
        }
    }

    @Override
    public void relu(MemorySegment src, MemorySegment dst, int n, float max, float slope, float threshold) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(src, i, first, count);
            for (int k = 0; k < count; k++) {
                first[k] = ScalarMath.relu(first[k], max, slope, threshold);
            }
            store(first, dst, i, count);
        }
    }

    @Override
    public void elu(MemorySegment src, MemorySegment dst, int n, float alpha) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(src, i, first, count);
            for (int k = 0; k < count; k++) {
                first[k] = ScalarMath.elu(first[k], alpha, 1f);
            }
            store(first, dst, i, count);
        }
    }

    @Override
    public void binary(BinaryOp op, MemorySegment a, long aOffset, MemorySegment b, long bOffset, MemorySegment dst,
            long dstOffset, int n) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(a, aOffset + i, first, count);
            load(b, bOffset + i, second, count);
            for (int k = 0; k < count; k++) {
                first[k] = ScalarMath.apply(op, first[k], second[k]);
            }
            store(first, dst, dstOffset + i, count);
        }
    }

    @Override
    public void binary(BinaryOp op, MemorySegment a, long aOffset, float b, boolean swapped, MemorySegment dst,
            long dstOffset,
            int n) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(a, aOffset + i, first, count);
            for (int k = 0; k < count; k++) {
                first[k] = swapped ? ScalarMath.apply(op, b, first[k]) : ScalarMath.apply(op, first[k], b);
            }
            store(first, dst, dstOffset + i, count);
        }
    }

    @Override
    public void scaleShiftRows(MemorySegment src, MemorySegment scale, MemorySegment shift, MemorySegment dst, int rows,
            int width) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < width; i += BLOCK) {
                int count = Math.min(BLOCK, width - i);
                long offset = (long) r * width + i;
                load(src, offset, first, count);
                load(scale, i, second, count);
                load(shift, i, third, count);
                for (int k = 0; k < count; k++) {
                    first[k] = Math.fma(first[k], second[k], third[k]);
                }
                store(first, dst, offset, count);
            }
        }
    }

    @Override
    public void scaleShift(MemorySegment src, long offset, float scale, float shift, MemorySegment dst, int n) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(src, offset + i, first, count);
            for (int k = 0; k < count; k++) {
                first[k] = Math.fma(first[k], scale, shift);
            }
            store(first, dst, offset + i, count);
        }
    }

    @Override
    public void normalizeRows(MemorySegment src, MemorySegment dst, int rows, int width, float epsilon) {
        row = atLeast(row, width);
        for (int r = 0; r < rows; r++) {
            load(src, (long) r * width, row, width);
            clearSums();
            for (int i = 0; i < width; i++) {
                sums[i % Panels.WIDTH] += row[i];
            }
            float mean = Rows.join(sums) / width;
            clearSums();
            for (int i = 0; i < width; i++) {
                float d = row[i] - mean;
                sums[i % Panels.WIDTH] = Math.fma(d, d, sums[i % Panels.WIDTH]);
            }
            float factor = Rows.inverseRoot(Rows.join(sums) / width + epsilon);
            for (int i = 0; i < width; i++) {
                row[i] = (row[i] - mean) * factor;
            }
            store(row, dst, (long) r * width, width);
        }
    }

    @Override
    public void unitRows(MemorySegment src, MemorySegment dst, int rows, int width, float epsilon) {
        row = atLeast(row, width);
        for (int r = 0; r < rows; r++) {
            load(src, (long) r * width, row, width);
            clearSums();
            for (int i = 0; i < width; i++) {
                sums[i % Panels.WIDTH] = Math.fma(row[i], row[i], sums[i % Panels.WIDTH]);
            }
            float factor = Math.min(Rows.inverseRoot(Rows.join(sums)), 1f / epsilon);
            for (int i = 0; i < width; i++) {
                row[i] = row[i] * factor;
            }
            store(row, dst, (long) r * width, width);
        }
    }

    @Override
    public void lstmSteps(Panels w, StepRun run) {
        recurrent.steps(w, run);
    }

    @Override
    public void lstmState(MemorySegment z, long zOffset, MemorySegment c, long cOffset, int padded) {
        recurrent.lstmState(z, zOffset, c, cOffset, padded);
    }

    @Override
    public void gruSteps(Panels w, StepRun run) {
        recurrent.steps(w, run);
    }

    @Override
    public void recurrentSums(Panels w, StepRun run) {
        recurrent.recurrentPart(w, run, 0);
    }

    @Override
    public void multiplyAdd(MemorySegment r, long rOffset, MemorySegment b, long bOffset, MemorySegment a, long aOffset,
            MemorySegment dst, long offset, int n) {
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            load(r, rOffset + i, first, count);
            load(b, bOffset + i, second, count);
            load(a, aOffset + i, third, count);
            for (int k = 0; k < count; k++) {
                first[k] = Math.fma(first[k], second[k], third[k]);
            }
            store(first, dst, offset + i, count);
        }
    }

    @Override
    public void gruState(MemorySegment z, long zOffset, MemorySegment hh, long hhOffset, MemorySegment h, long hOffset,
            int n) {
        recurrent.gruState(z, zOffset, hh, hhOffset, h, hOffset, n);
    }

    static float[] atLeast(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    static void load(MemorySegment from, long offset, float[] to, int count) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, offset * Float.BYTES, to, 0, count);
    }

    static void store(float[] from, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, offset * Float.BYTES, count);
    }
}
