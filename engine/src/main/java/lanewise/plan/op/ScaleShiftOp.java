package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * {@code x * scale + shift}, a pair of numbers for each position along some axes.
 *
 * @param x     an array
 * @param out   the result
 * @param axis  the first of the axes
 * @param count the product of their sizes
 * @param scale [count], padded
 * @param shift [count], padded
 */
public record ScaleShiftOp(int x, int out, int axis, int count, MemorySegment scale, MemorySegment shift)
        implements SameShapeOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.rows(this, axis, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int outer = Dims.count(d, 0, axis);
        int total = Dims.count(d, axis, d.length);
        int inner = total / count;
        if (inner == 1) {
            k.scaleShiftRows(f.data(x), scale, shift, f.data(out), outer, count);
            return;
        }
        for (int i = 0; i < outer; i++) {
            for (int c = 0; c < count; c++) {
                long at = (long) i * total + (long) c * inner;
                k.scaleShift(f.data(x), at, Memory.get(scale, c), Memory.get(shift, c), f.data(out), inner);
            }
        }
    }
}
