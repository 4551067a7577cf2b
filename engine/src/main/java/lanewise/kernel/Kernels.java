package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import lanewise.spec.Activation;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.WeightFormat;

/**
 * Every operation on numbers that a plan runs. Two twins give the same bits: {@link VectorKernels} and
 * {@link ScalarKernels}. The scalar twin runs until the vector code is compiled, and where the Vector API is missing.
 * Operations without a vector form are in {@link CommonKernels}. {@link DoubleKernels} give other bits, to check these.
 *
 * <p>Segments are native, from {@link Memory#floats}, never on the heap: a single heap segment passed to a vector
 * kernel would make it twelve times slower for the life of the JVM. Offsets and strides count floats. Kernels write
 * whole panels: up to {@link Panels#WIDTH} - 1 floats after the end of a result may change, so callers ask for results
 * in ascending order. Source and target must be the same range or must not overlap.
 *
 * <p>The order of additions is part of every model's contract and never changes: a product is one chain per output that
 * starts at the bias and adds with fma, inputs ascending; for weights of {@link WeightFormat#INT16} it starts at zero,
 * and is multiplied with the scale and added to the bias with fma at its end. An odd number of narrow inputs has one
 * more, which is 0. A sum along a row is 16 partial sums, where value i is added
 * to sum i mod 16; these are then joined 8 apart, 4 apart, 2 apart, 1 apart.
 *
 * <p>One instance belongs to one thread.
 */
public sealed interface Kernels extends CommonKernels permits ScalarKernels, VectorKernels {
    /**
     * The version of the arithmetic: raised by a change that alters a bit of any answer, see {@code docs/bits.md}.
     */
    int ARITHMETIC = 1;

    /**
     * {@code out[r] = bias + x[r] * w} for some rows.
     *
     * @param w         packed matrix
     * @param x         rows of {@code w.inputs()} floats
     * @param xOffset   of the first row
     * @param xStride   from row to row
     * @param rows      how many
     * @param out       takes rows as {@link Panels} describes
     * @param outOffset of the first row
     * @param outStride from row to row
     */
    void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rows, MemorySegment out, long outOffset,
            long outStride);

    /**
     * Copies a row of a table, narrow weights as the floats that they stand for.
     *
     * @param table  the rows
     * @param id     which one
     * @param to     takes {@code table.width()} floats
     * @param offset of the first
     */
    void lookup(RowTable table, int id, MemorySegment to, long offset);

    /**
     * Applies a function to single values.
     *
     * @param f         a function with {@link Activation#needsRow()} false
     * @param src       values
     * @param srcOffset of the first
     * @param dst       takes the results
     * @param dstOffset of the first
     * @param n         how many
     */
    void activate(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, int n);

    /**
     * Applies a function to whole rows.
     *
     * @param f         SOFTMAX, LOG_SOFTMAX, SPARSEMAX, or GLU, whose results have half the width
     * @param src       rows, one after the other
     * @param srcOffset of the first
     * @param dst       takes the results
     * @param dstOffset of the first
     * @param rows      how many
     * @param width     of a source row
     */
    void activateRows(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, int rows,
            int width);

    /**
     * {@code max} if {@code x >= max}, {@code x} if {@code x >= threshold}, else {@code slope * (x - threshold)}.
     *
     * @param src       values
     * @param dst       takes the results
     * @param n         how many
     * @param max       upper limit, infinity for none
     * @param slope     below the threshold
     * @param threshold where the slope changes
     */
    void relu(MemorySegment src, MemorySegment dst, int n, float max, float slope, float threshold);

    /**
     * {@code x} if positive, else {@code alpha * (e^x - 1)}.
     *
     * @param src   values
     * @param dst   takes the results
     * @param n     how many
     * @param alpha the factor
     */
    void elu(MemorySegment src, MemorySegment dst, int n, float alpha);

    /**
     * {@code dst[i] = op(a[i], b[i])}.
     *
     * @param op        what is done
     * @param a         first values
     * @param aOffset   of the first
     * @param b         second values
     * @param bOffset   of the first
     * @param dst       takes the results
     * @param dstOffset of the first
     * @param n         how many
     */
    void binary(BinaryOp op, MemorySegment a, long aOffset, MemorySegment b, long bOffset, MemorySegment dst,
            long dstOffset, int n);

    /**
     * {@code dst[i] = op(a[i], b)}, or {@code op(b, a[i])} if swapped.
     *
     * @param op        what is done
     * @param a         values
     * @param aOffset   of the first
     * @param b         the same for all
     * @param swapped   whether b comes first
     * @param dst       takes the results
     * @param dstOffset of the first
     * @param n         how many
     */
    void binary(BinaryOp op, MemorySegment a, long aOffset, float b, boolean swapped, MemorySegment dst, long dstOffset,
            int n);

    /**
     * The sum, mean, product, largest or smallest of each column. Values are added one after the other, first to last,
     * each column by itself, so that neighbours change no bit. Source and target differ.
     *
     * @param op    SUM, MEAN, PROD, MAX or MIN
     * @param src   [n][width]
     * @param n     values of a column, at least 1
     * @param width how many columns
     * @param dst   [width]
     */
    default void reduce(ReduceOp op, MemorySegment src, int n, int width, MemorySegment dst) {
        BinaryOp join = switch (op) {
            case SUM, MEAN -> BinaryOp.ADD;
            case PROD -> BinaryOp.MULTIPLY;
            case MAX -> BinaryOp.MAXIMUM;
            case MIN -> BinaryOp.MINIMUM;
            case ANY, ALL, ARGMAX, ARGMIN, VAR, STD, NORM, LOGSUMEXP ->
                throw new IllegalArgumentException(op + " is no sum, product, largest or smallest value");
        };
        Memory.copy(src, 0, dst, 0, width);
        for (int i = 1; i < n; i++) {
            binary(join, dst, 0, src, (long) i * width, dst, 0, width);
        }
        if (op == ReduceOp.MEAN) {
            binary(BinaryOp.DIVIDE, dst, 0, n, false, dst, 0, width);
        }
    }

    /**
     * {@code dst[r][i] = src[r][i] * scale[i] + shift[i]} with fma. Source and target differ.
     *
     * @param src   [rows][width]
     * @param scale [width]
     * @param shift [width]
     * @param dst   [rows][width]
     * @param rows  how many
     * @param width of a row
     */
    void scaleShiftRows(MemorySegment src, MemorySegment scale, MemorySegment shift, MemorySegment dst, int rows,
            int width);

    /**
     * {@code dst[i] = src[i] * scale + shift} with fma.
     *
     * @param src    values
     * @param offset of the first, in source and target
     * @param scale  the same for all
     * @param shift  the same for all
     * @param dst    takes the results
     * @param n      how many
     */
    void scaleShift(MemorySegment src, long offset, float scale, float shift, MemorySegment dst, int n);

    /**
     * {@code (x - mean) / sqrt(variance + epsilon)} over each row. Source and target differ.
     *
     * @param src     [rows][width]
     * @param dst     [rows][width]
     * @param rows    how many
     * @param width   of a row
     * @param epsilon added to the variance
     */
    void normalizeRows(MemorySegment src, MemorySegment dst, int rows, int width, float epsilon);

    /**
     * {@code x * min(1 / sqrt(sum x^2), 1 / epsilon)} over each row: rows of length 1. Source and target differ.
     *
     * @param src     [rows][width]
     * @param dst     [rows][width]
     * @param rows    how many
     * @param width   of a row
     * @param epsilon what the length is at least taken for
     */
    void unitRows(MemorySegment src, MemorySegment dst, int rows, int width, float epsilon);

    /**
     * Steps of an LSTM with tanh and sigmoid, gates i f o g: {@code z = a + (bias + h w)}, {@code c' = f c + i g},
     * {@code h' = o tanh(c')}.
     *
     * @param w   packed recurrent kernel, four gates
     * @param run what is run
     */
    void lstmSteps(Panels w, StepRun run);

    /**
     * The next step of one row of an LSTM, with the product of its input.
     *
     * @param w       packed kernel with its bias
     * @param u       packed recurrent kernel
     * @param x       holds the input, {@code w.inputs()} floats
     * @param xOffset of the first
     * @param run     what is run: one row, one step; {@link StepRun#a} takes the input part
     */
    default void lstmStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        matMul(w, x, xOffset, w.inputs(), 1, run.a, run.aOffset, (long) w.gates * w.padded());
        lstmSteps(u, run);
    }

    /**
     * {@code c = f c + i g}, fused as in {@link #lstmSteps}: what is left of a step of an LSTM with other functions.
     *
     * @param z       {@code [i f o g][padded]}, functions applied
     * @param zOffset of its first value
     * @param c       cell state, read and written
     * @param cOffset of its first value
     * @param padded  units rounded up to whole panels
     */
    void lstmState(MemorySegment z, long zOffset, MemorySegment c, long cOffset, int padded);

    /**
     * Steps of a GRU with tanh and sigmoid and the reset gate applied after the product. With {@code b = bias + h w},
     * gates z r h: {@code hh = tanh(r b_h + a_h)}, {@code h' = z (h - hh) + hh}.
     *
     * @param w   packed recurrent kernel, three gates
     * @param run what is run
     */
    void gruSteps(Panels w, StepRun run);

    /**
     * The next step of one row of a GRU, with the product of its input, see {@link #lstmStep}.
     *
     * @param w       packed kernel with its bias
     * @param u       packed recurrent kernel
     * @param x       holds the input, {@code w.inputs()} floats
     * @param xOffset of the first
     * @param run     what is run: one row, one step; {@link StepRun#a} takes the input part
     */
    default void gruStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        matMul(w, x, xOffset, w.inputs(), 1, run.a, run.aOffset, (long) w.gates * w.padded());
        gruSteps(u, run);
    }

    /**
     * The product of the first step of a run, {@code bias + h w}, into its scratch: a later run of the same twin with
     * {@link StepRun#summed} goes on from there.
     *
     * @param w   packed recurrent kernel, three or four gates
     * @param run whose states are read
     */
    void recurrentSums(Panels w, StepRun run);

    /**
     * {@code dst[i] = r[i] * b[i] + a[i]} with fma.
     *
     * @param r       factors
     * @param rOffset of the first
     * @param b       factors
     * @param bOffset of the first
     * @param a       summands
     * @param aOffset of the first
     * @param dst     takes the results
     * @param offset  of the first
     * @param n       how many
     */
    void multiplyAdd(MemorySegment r, long rOffset, MemorySegment b, long bOffset, MemorySegment a, long aOffset,
            MemorySegment dst, long offset, int n);

    /**
     * {@code h = z (h - hh) + hh}, fused as in {@link #gruSteps}.
     *
     * @param z        update gate
     * @param zOffset  of its first value
     * @param hh       candidate
     * @param hhOffset of its first value
     * @param h        state, read and written
     * @param hOffset  of its first value
     * @param n        how many
     */
    void gruState(MemorySegment z, long zOffset, MemorySegment hh, long hhOffset, MemorySegment h, long hOffset, int n);
}
