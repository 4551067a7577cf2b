package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lanewise.spec.WeightFormat;

/**
 * The reference that other kernels are checked with: sums of matrix products in double precision over the weights as
 * their words stand for them, rounded to float32 once, at the end. All else is as in {@link ScalarKernels}; a looked-up
 * row too, whose only operation is one product that is rounded once in any precision.
 *
 * <p>No twin: it gives other bits, and it is slow.
 */
public final class DoubleKernels extends ScalarKernels {
    private double[] weights = new double[0];
    private int[] words = new int[0];
    private float[] row = new float[0];
    private final float[] scales = new float[Panels.GROUP * Panels.WIDTH];
    private final float[] result = new float[Panels.WIDTH];
    private final double[] sums = new double[Panels.WIDTH];

    /** Allocates scratch arrays; those whose size depends on the model grow at its first call. */
    public DoubleKernels() {}

    @Override
    public void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rows, MemorySegment out,
            long outOffset, long outStride) {
        row = atLeast(row, w.inputs);
        // last group first: its last panel may run over into the next row, whose first panels are written later
        for (int q = w.groups() - 1; q >= 0; q--) {
            decode(w, q);
            for (int r = 0; r < rows; r++) {
                load(x, xOffset + r * xStride, row, w.inputs);
                for (int v = 0; v < w.vectors(q); v++) {
                    long column = (long) q * w.groupStride() + (long) v * w.vectorStride();
                    sum(v * Panels.WIDTH, w.vectors(q) * Panels.WIDTH, w.inputs);
                    load(w.bias, column, result, Panels.WIDTH);
                    for (int i = 0; i < Panels.WIDTH; i++) {
                        result[i] = (float) (result[i] + sums[i]);
                    }
                    store(result, out, outOffset + r * outStride + column, Panels.WIDTH);
                }
            }
        }
    }

    /** The products of a row with 16 columns. */
    private void sum(int from, int stride, int inputs) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            double sum = 0;
            for (int k = 0, at = from + i; k < inputs; k++, at += stride) {
                sum += row[k] * weights[at];
            }
            sums[i] = sum;
        }
    }

    /** The weights of a group, scales included: {@code [inputs][width]}. */
    private void decode(Panels w, int group) {
        int width = w.vectors(group) * Panels.WIDTH;
        int count = w.rows() * width;
        words = words.length >= count ? words : new int[count];
        MemorySegment.copy(w.weights, ValueLayout.JAVA_INT_UNALIGNED, group * w.groupFloats() * Float.BYTES, words, 0,
                count);
        weights = weights.length >= w.evenInputs() * width ? weights : new double[w.evenInputs() * width];
        for (int v = 0; v < w.vectors(group) && w.scale != null; v++) {
            load(w.scale, (long) group * w.groupStride() + (long) v * w.vectorStride(), result, Panels.WIDTH);
            System.arraycopy(result, 0, scales, v * Panels.WIDTH, Panels.WIDTH);
        }
        for (int i = 0; i < count; i++) {
            int column = i % width;
            double factor = w.scale == null ? 1 : scales[column];
            int upper = w.format.isNarrow() ? i / width * 2 * width + column : i;
            weights[upper] = value(w.format, words[i]) * factor;
            if (w.format.isNarrow()) {
                weights[upper + width] = value(w.format, words[i] << 16) * factor;
            }
        }
    }

    private static double value(WeightFormat format, int word) {
        return format == WeightFormat.INT16 ? (float) word : Float.intBitsToFloat(word);
    }
}
