package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import lanewise.spec.WeightFormat;

/**
 * The vector twin's two products of one step of one row of at most a panel of units, that with the input and that with
 * the state, in one method: what stands around a product costs as much as the product where a layer is so small. Each
 * sum is the same chain as in {@link VectorBlocks}. Offsets count bytes.
 */
final class VectorStep {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int LANE_BYTES = VectorShape.LENGTH * Float.BYTES;

    private VectorStep() {}

    /** Whether there is a kernel for the matrices of a cell. */
    static boolean fits(Panels w, Panels u) {
        return u.units <= Panels.WIDTH && u.gates >= 3 && w.format == WeightFormat.FLOAT32
                && u.format == WeightFormat.FLOAT32;
    }

    /**
     * The sums of the panel.
     *
     * @param w  kernel and bias
     * @param u  recurrent kernel with its bias
     * @param x  holds the input
     * @param xo where
     * @param h  holds the state
     * @param ho where
     * @param a  takes the input part, {@code [gates][16]}
     * @param ao where
     * @param z  takes the recurrent part, {@code [gates][16]}
     */
    static void sums(Panels w, Panels u, MemorySegment x, long xo, MemorySegment h, long ho, MemorySegment a,
            long ao, MemorySegment z) {
        for (int lane = 0; lane < PANEL; lane += LANE_BYTES) {
            if (u.gates == 4) {
                four(w, u, lane, x, xo, h, ho, a, ao, z);
            } else {
                three(w, u, lane, x, xo, h, ho, a, ao, z);
            }
        }
    }

    private static void four(Panels w, Panels u, int lane, MemorySegment x, long xo, MemorySegment h,
            long ho, MemorySegment a, long ao, MemorySegment z) {
        int inputs = w.inputs;
        int units = u.inputs;
        MemorySegment wide = w.weights;
        MemorySegment recurrent = u.weights;
        MemorySegment bias = w.bias;
        MemorySegment start = u.bias;
        if (wide.byteSize() < lane + (long) inputs * (4 * PANEL) - PANEL + LANE_BYTES
                || recurrent.byteSize() < lane + (long) units * (4 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < lane + 3 * PANEL + LANE_BYTES || start.byteSize() < lane + 3 * PANEL + LANE_BYTES
                || a.byteSize() < ao + lane + 3 * PANEL + LANE_BYTES || z.byteSize() < 3L * PANEL + lane + LANE_BYTES
                || x.byteSize() < xo + 4L * inputs || h.byteSize() < ho + 4L * units) {
            throw tooShort("recurrent step", wide, recurrent, bias, start, a, z, x, h);
        }
        FloatVector a0 = fromMemorySegment(F, bias, lane, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, lane + PANEL, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, lane + 2 * PANEL, ORDER);
        FloatVector a3 = fromMemorySegment(F, bias, lane + 3 * PANEL, ORDER);
        for (int k = 0; k < inputs; k++) {
            long at = lane + (long) k * (4 * PANEL);
            FloatVector v = broadcast(F, x.get(FLOAT, xo + 4L * k));
            a0 = fromMemorySegment(F, wide, at, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, wide, at + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, wide, at + 2 * PANEL, ORDER).fma(v, a2);
            a3 = fromMemorySegment(F, wide, at + 3 * PANEL, ORDER).fma(v, a3);
        }
        a0.intoMemorySegment(a, ao + lane, ORDER);
        a1.intoMemorySegment(a, ao + lane + PANEL, ORDER);
        a2.intoMemorySegment(a, ao + lane + 2 * PANEL, ORDER);
        a3.intoMemorySegment(a, ao + lane + 3 * PANEL, ORDER);
        a0 = fromMemorySegment(F, start, lane, ORDER);
        a1 = fromMemorySegment(F, start, lane + PANEL, ORDER);
        a2 = fromMemorySegment(F, start, lane + 2 * PANEL, ORDER);
        a3 = fromMemorySegment(F, start, lane + 3 * PANEL, ORDER);
        for (int k = 0; k < units; k++) {
            long at = lane + (long) k * (4 * PANEL);
            FloatVector v = broadcast(F, h.get(FLOAT, ho + 4L * k));
            a0 = fromMemorySegment(F, recurrent, at, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, recurrent, at + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, recurrent, at + 2 * PANEL, ORDER).fma(v, a2);
            a3 = fromMemorySegment(F, recurrent, at + 3 * PANEL, ORDER).fma(v, a3);
        }
        a0.intoMemorySegment(z, lane, ORDER);
        a1.intoMemorySegment(z, lane + PANEL, ORDER);
        a2.intoMemorySegment(z, lane + 2 * PANEL, ORDER);
        a3.intoMemorySegment(z, lane + 3 * PANEL, ORDER);
    }

    private static void three(Panels w, Panels u, int lane, MemorySegment x, long xo, MemorySegment h,
            long ho, MemorySegment a, long ao, MemorySegment z) {
        int inputs = w.inputs;
        int units = u.inputs;
        MemorySegment wide = w.weights;
        MemorySegment recurrent = u.weights;
        MemorySegment bias = w.bias;
        MemorySegment start = u.bias;
        if (wide.byteSize() < lane + (long) inputs * (3 * PANEL) - PANEL + LANE_BYTES
                || recurrent.byteSize() < lane + (long) units * (3 * PANEL) - PANEL + LANE_BYTES
                || bias.byteSize() < lane + 2 * PANEL + LANE_BYTES || start.byteSize() < lane + 2 * PANEL + LANE_BYTES
                || a.byteSize() < ao + lane + 2 * PANEL + LANE_BYTES || z.byteSize() < 2L * PANEL + lane + LANE_BYTES
                || x.byteSize() < xo + 4L * inputs || h.byteSize() < ho + 4L * units) {
            throw tooShort("recurrent step", wide, recurrent, bias, start, a, z, x, h);
        }
        FloatVector a0 = fromMemorySegment(F, bias, lane, ORDER);
        FloatVector a1 = fromMemorySegment(F, bias, lane + PANEL, ORDER);
        FloatVector a2 = fromMemorySegment(F, bias, lane + 2 * PANEL, ORDER);
        for (int k = 0; k < inputs; k++) {
            long at = lane + (long) k * (3 * PANEL);
            FloatVector v = broadcast(F, x.get(FLOAT, xo + 4L * k));
            a0 = fromMemorySegment(F, wide, at, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, wide, at + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, wide, at + 2 * PANEL, ORDER).fma(v, a2);
        }
        a0.intoMemorySegment(a, ao + lane, ORDER);
        a1.intoMemorySegment(a, ao + lane + PANEL, ORDER);
        a2.intoMemorySegment(a, ao + lane + 2 * PANEL, ORDER);
        a0 = fromMemorySegment(F, start, lane, ORDER);
        a1 = fromMemorySegment(F, start, lane + PANEL, ORDER);
        a2 = fromMemorySegment(F, start, lane + 2 * PANEL, ORDER);
        for (int k = 0; k < units; k++) {
            long at = lane + (long) k * (3 * PANEL);
            FloatVector v = broadcast(F, h.get(FLOAT, ho + 4L * k));
            a0 = fromMemorySegment(F, recurrent, at, ORDER).fma(v, a0);
            a1 = fromMemorySegment(F, recurrent, at + PANEL, ORDER).fma(v, a1);
            a2 = fromMemorySegment(F, recurrent, at + 2 * PANEL, ORDER).fma(v, a2);
        }
        a0.intoMemorySegment(z, lane, ORDER);
        a1.intoMemorySegment(z, lane + PANEL, ORDER);
        a2.intoMemorySegment(z, lane + 2 * PANEL, ORDER);
    }
}
