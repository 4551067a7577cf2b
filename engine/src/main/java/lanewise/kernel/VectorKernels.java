package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import lanewise.spec.Activation;

/** The vector twin: {@code jdk.incubator.vector}, at the processor's preferred width. */
public final class VectorKernels implements Kernels {
    private final VectorMatMul product = new VectorMatMul();
    private final VectorRecurrent recurrent = new VectorRecurrent();
    private final VectorActivations activations = new VectorActivations();
    private final VectorRows rows = new VectorRows();
    /** Computes the functions of rows that have no vector form. */
    private final ScalarKernels scalar = new ScalarKernels();

    /** Allocates the scratch that sums along rows need. */
    public VectorKernels() {}

    private static long bytes(long floats) {
        return floats * Float.BYTES;
    }

    @Override
    public void matMul(Panels w, MemorySegment x, long xOffset, long xStride, int rowCount, MemorySegment out,
            long outOffset,
            long outStride) {
        product.matMul(w, x, xOffset, xStride, rowCount, out, outOffset, outStride);
    }

    @Override
    public void lookup(RowTable table, int id, MemorySegment to, long offset) {
        switch (table.format) {
            case FLOAT32 -> table.copy(id, to, offset);
            case BFLOAT16 -> VectorBfloat16.lookup(table, id, to, bytes(offset));
            case INT16 -> VectorInt16.lookup(table, id, to, bytes(offset));
        }
    }

    @Override
    public void activate(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, int n) {
        activations.activate(f, src, bytes(srcOffset), dst, bytes(dstOffset), n);
    }

    @Override
    public void activateRows(Activation f, MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset,
            int count,
            int width) {
        switch (f) {
            case SOFTMAX -> {
                for (int r = 0; r < count; r++) {
                    long row = bytes((long) r * width);
                    rows.softmax(src, bytes(srcOffset) + row, dst, bytes(dstOffset) + row, width);
                }
            }
            case LOG_SOFTMAX -> {
                for (int r = 0; r < count; r++) {
                    long row = bytes((long) r * width);
                    rows.logSoftmax(src, bytes(srcOffset) + row, dst, bytes(dstOffset) + row, width);
                }
            }
            case GLU -> {
                for (int r = 0; r < count; r++) {
                    activations.glu(src, bytes(srcOffset + (long) r * width), dst,
                            bytes(dstOffset + (long) r * (width / 2)), width);
                }
            }
            default -> scalar.activateRows(f, src, srcOffset, dst, dstOffset, count, width);
        }
    }

    @Override
    public void relu(MemorySegment src, MemorySegment dst, int n, float max, float slope, float threshold) {
        VectorActivations.generalRelu(src, 0, dst, 0, n, max, slope, threshold);
    }

    @Override
    public void elu(MemorySegment src, MemorySegment dst, int n, float alpha) {
        VectorExponentials.elu(src, 0, dst, 0, n, alpha, 1f);
    }

    @Override
    public void binary(BinaryOp op, MemorySegment a, long aOffset, MemorySegment b, long bOffset, MemorySegment dst,
            long dstOffset, int n) {
        VectorBinary.binary(op, a, bytes(aOffset), b, bytes(bOffset), dst, bytes(dstOffset), n);
    }

    @Override
    public void binary(BinaryOp op, MemorySegment a, long aOffset, float b, boolean swapped, MemorySegment dst,
            long dstOffset,
            int n) {
        VectorBinary.binary(op, a, bytes(aOffset), b, swapped, dst, bytes(dstOffset), n);
    }

    @Override
    public void scaleShiftRows(MemorySegment src, MemorySegment scale, MemorySegment shift, MemorySegment dst,
            int count,
            int width) {
        for (int r = 0; r < count; r++) {
            long row = bytes((long) r * width);
            VectorBinary.multiplyAdd(src, row, scale, 0, shift, 0, dst, row, width);
        }
    }

    @Override
    public void scaleShift(MemorySegment src, long offset, float scale, float shift, MemorySegment dst, int n) {
        VectorBinary.scaleShift(src, bytes(offset), scale, shift, dst, n);
    }

    @Override
    public void normalizeRows(MemorySegment src, MemorySegment dst, int count, int width, float epsilon) {
        for (int r = 0; r < count; r++) {
            long row = bytes((long) r * width);
            rows.normalize(src, row, dst, row, width, epsilon);
        }
    }

    @Override
    public void unitRows(MemorySegment src, MemorySegment dst, int count, int width, float epsilon) {
        for (int r = 0; r < count; r++) {
            long row = bytes((long) r * width);
            rows.unit(src, row, dst, row, width, epsilon);
        }
    }

    @Override
    public void lstmStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        if (run.summed) {
            Kernels.super.lstmStep(w, u, x, xOffset, run);
        } else {
            recurrent.lstmStep(w, u, x, bytes(xOffset), run);
        }
    }

    @Override
    public void gruStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        if (run.summed) {
            Kernels.super.gruStep(w, u, x, xOffset, run);
        } else {
            recurrent.gruStep(w, u, x, bytes(xOffset), run);
        }
    }

    @Override
    public void lstmSteps(Panels w, StepRun run) {
        recurrent.lstmSteps(w, run);
    }

    @Override
    public void lstmState(MemorySegment z, long zOffset, MemorySegment c, long cOffset, int padded) {
        VectorRecurrent.lstmState(z, bytes(zOffset), c, bytes(cOffset), padded);
    }

    @Override
    public void gruSteps(Panels w, StepRun run) {
        recurrent.gruSteps(w, run);
    }

    @Override
    public void recurrentSums(Panels w, StepRun run) {
        recurrent.recurrentSums(w, run);
    }

    @Override
    public void multiplyAdd(MemorySegment r, long rOffset, MemorySegment b, long bOffset, MemorySegment a, long aOffset,
            MemorySegment dst, long offset, int n) {
        VectorBinary.multiplyAdd(r, bytes(rOffset), b, bytes(bOffset), a, bytes(aOffset), dst, bytes(offset), n);
    }

    @Override
    public void gruState(MemorySegment z, long zOffset, MemorySegment hh, long hhOffset, MemorySegment h, long hOffset,
            int n) {
        VectorRecurrent.gruState(z, bytes(zOffset), hh, bytes(hhOffset), h, bytes(hOffset), n);
    }
}
