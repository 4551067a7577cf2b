package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.LENGTH;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.bytes;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The vector twin's recurrent steps: the sums of all panels, then the functions of all gates, then the outputs, three
 * tiny loops. (A panel's functions right after its sums were slower by 3 to 10 %.) Every other step walks the panels
 * backwards, since those that were read last are still in the nearest cache; panels do not depend on each other, so the
 * bits are the same.
 *
 * <p>Each loop has one exponential; for the loop style see {@link VectorShape}. Offsets count bytes.
 */
final class VectorRecurrent {
    private static final int PANEL = Panels.WIDTH * Float.BYTES;
    private static final int LANE_BYTES = LENGTH * Float.BYTES;
    /** Vectors in a panel. */
    private static final int PARTS = Panels.WIDTH / LENGTH;

    /** Of squash, for the gates i f o g: three sigmoids and a tanh. */
    private static final float[] K = {1f, 1f, 1f, 2f};
    private static final float[] U = {0f, 0f, 0f, 1f};
    private static final float[] V = {1f, 1f, 1f, 2f};

    /**
     * Outputs of the step before, and behind them room for those of this step: the product reads the former to its end.
     */
    private float[] outputs = new float[0];
    /** Whether the last step went from the first panel to the last. */
    private boolean forwards;

    /** See {@link Kernels#lstmSteps}. */
    void lstmSteps(Panels w, StepRun run) {
        int padded = w.padded();
        int panels = padded / Panels.WIDTH;
        long gate = 4L * padded;
        int half = start(w, run);
        for (int s = 0; s < run.steps; s++) {
            int from = (s & 1) * half;
            sums(w, run, s, from);
            for (int r = 0; r < run.rows; r++) {
                long z = r * 4 * gate;
                lstmGates(run.a, 4 * run.input(r, s), gate, run.scratch, z, panels);
                lstmOutput(run.scratch, z, run.c, run.h, 4 * run.state + r * gate, outputs, half - from + r * padded,
                        panels);
            }
            run.putOut(s, w.units, padded);
        }
    }

    /** See {@link Kernels#gruSteps}. */
    void gruSteps(Panels w, StepRun run) {
        int padded = w.padded();
        int panels = padded / Panels.WIDTH;
        long gate = 4L * padded;
        int half = start(w, run);
        for (int s = 0; s < run.steps; s++) {
            int from = (s & 1) * half;
            sums(w, run, s, from);
            for (int r = 0; r < run.rows; r++) {
                long b = r * 3 * gate;
                long a = 4 * run.input(r, s);
                gruGates(run.a, a, gate, run.scratch, b, panels);
                gruOutput(run.a, a + 2 * gate, run.scratch, b, run.h, 4 * run.state + r * gate, outputs,
                        half - from + r * padded, panels);
            }
            run.putOut(s, w.units, padded);
        }
    }

    /** See {@link Kernels#recurrentSums}. */
    void recurrentSums(Panels w, StepRun run) {
        start(w, run);
        sums(w, run, 0, 0);
    }

    /** Copies the first outputs; returns where the second half of {@link #outputs} begins. */
    private int start(Panels w, StepRun run) {
        int padded = w.padded();
        int half = run.rows * padded;
        if (outputs.length < 2 * half) {
            outputs = new float[2 * half];
        }
        for (int r = 0; r < run.rows; r++) {
            VectorMatMul.copy(run.h, 4 * (run.state + (long) r * padded), outputs, r * padded, padded);
        }
        return half;
    }

    /** {@code [rows][panels][gates][16]} sums, the bias where the states are zero. */
    private void sums(Panels w, StepRun run, int step, int from) {
        int padded = w.padded();
        int panels = w.groups();
        long group = (long) w.gates * PANEL;
        long row = panels * group;
        forwards = !forwards;
        if (step == 0 && run.summed) {
            return;
        }
        if (step == 0 && run.zero) {
            for (int r = 0; r < run.rows; r++) {
                MemorySegment.copy(w.zeroSums(), 0, run.scratch, r * row, row);
            }
        } else if (run.rows == StepRun.MAX_ROWS) {
            for (int i = 0; i < panels; i++) {
                int q = forwards ? i : panels - 1 - i;
                VectorMatMul.four(w, q, outputs, from, padded, run.scratch, q * group, PANEL, row);
            }
        } else {
            for (int r = 0; r < run.rows; r++) {
                VectorMatMul.row(w, outputs, from + r * padded, run.scratch, r * row, PANEL, group, forwards);
            }
        }
    }

    /**
     * {@code z = squash(a + z)} for the gates i f o g, see {@link ScalarMath#squash}; z is [panels][gates][16], a
     * [gates][panels][16].
     */
    private static void lstmGates(MemorySegment a, long ao, long gate, MemorySegment z, long zo, int panels) {
        if (a.byteSize() < ao + 4 * gate || z.byteSize() < zo + 4 * gate) {
            throw tooShort("LSTM gates", a, z);
        }
        int count = panels * (4 * PARTS);
        for (int i = 0; i < count; i++) {
            int g = i / PARTS & 3;
            long at = ao + g * gate + i / (4 * PARTS) * (long) PANEL + i % PARTS * LANE_BYTES;
            FloatVector x = fromMemorySegment(F, a, at, ORDER)
                    .add(fromMemorySegment(F, z, zo + (long) i * LANE_BYTES, ORDER)).mul(K[g]);
            FloatVector y = x.blend(ScalarMath.EXP_MAX, x.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(U[g]));
            e.div(e.add(V[g])).intoMemorySegment(z, zo + (long) i * LANE_BYTES, ORDER);
        }
    }

    /** {@code c = f c + i g; h = o tanh(c)}; z holds i, f, o, g of each panel. */
    private static void lstmOutput(MemorySegment z, long zo, MemorySegment c, MemorySegment h, long so, float[] x,
            int x0, int panels) {
        long bytes = (long) panels * PANEL;
        if (z.byteSize() < zo + 4 * bytes || c.byteSize() < so + bytes || h.byteSize() < so + bytes) {
            throw tooShort("LSTM output", z, c, h);
        }
        int count = panels * PARTS;
        for (int i = 0; i < count; i++) {
            long at = zo + i / PARTS * (4L * PANEL) + i % PARTS * LANE_BYTES;
            long state = so + (long) i * LANE_BYTES;
            FloatVector added = fromMemorySegment(F, z, at, ORDER).mul(fromMemorySegment(F, z, at + 3 * PANEL, ORDER));
            FloatVector cell = fromMemorySegment(F, z, at + PANEL, ORDER).fma(fromMemorySegment(F, c, state, ORDER),
                    added);
            cell.intoMemorySegment(c, state, ORDER);
            FloatVector x2 = cell.mul(2f);
            FloatVector y = x2.blend(ScalarMath.EXP_MAX, x2.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(1f));
            FloatVector output = fromMemorySegment(F, z, at + 2 * PANEL, ORDER).mul(e.div(e.add(2f)));
            output.intoMemorySegment(h, state, ORDER);
            output.intoArray(x, x0 + i * LENGTH);
        }
    }

    /** {@code b = sigmoid(a + b)} for the gates z and r. */
    private static void gruGates(MemorySegment a, long ao, long gate, MemorySegment b, long bo, int panels) {
        if (a.byteSize() < ao + 2 * gate || b.byteSize() < bo + 3 * gate) {
            throw tooShort("GRU gates", a, b);
        }
        int count = panels * (2 * PARTS);
        for (int i = 0; i < count; i++) {
            int g = i / PARTS & 1;
            int panel = i / (2 * PARTS);
            int part = i % PARTS * LANE_BYTES;
            long at = bo + panel * (3L * PANEL) + g * PANEL + part;
            FloatVector y = fromMemorySegment(F, a, ao + g * gate + panel * (long) PANEL + part, ORDER)
                    .add(fromMemorySegment(F, b, at, ORDER));
            y = y.blend(ScalarMath.EXP_MAX, y.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s);
            e.div(e.add(1f)).intoMemorySegment(b, at, ORDER);
        }
    }

    /** {@code hh = tanh(r b_h + a_h); h = z (h - hh) + hh}; b holds z, r, and the recurrent part of h of each panel. */
    private static void gruOutput(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment h, long ho,
            float[] x, int x0,
            int panels) {
        long bytes = (long) panels * PANEL;
        if (a.byteSize() < ao + bytes || b.byteSize() < bo + 3 * bytes || h.byteSize() < ho + bytes) {
            throw tooShort("GRU output", a, b, h);
        }
        int count = panels * PARTS;
        for (int i = 0; i < count; i++) {
            long at = bo + i / PARTS * (3L * PANEL) + i % PARTS * LANE_BYTES;
            long state = ho + (long) i * LANE_BYTES;
            FloatVector sum = fromMemorySegment(F, b, at + PANEL, ORDER)
                    .fma(fromMemorySegment(F, b, at + 2 * PANEL, ORDER),
                            fromMemorySegment(F, a, ao + (long) i * LANE_BYTES, ORDER));
            FloatVector x2 = sum.mul(2f);
            FloatVector y = x2.blend(ScalarMath.EXP_MAX, x2.compare(GT, ScalarMath.EXP_MAX));
            y = y.blend(-ScalarMath.EXP_MAX, y.compare(LT, -ScalarMath.EXP_MAX));
            FloatVector t = y.fma(broadcast(F, ScalarMath.LOG2_E), broadcast(F, ScalarMath.ROUND));
            FloatVector n = t.sub(ScalarMath.ROUND);
            FloatVector s = t.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector r = n.fma(broadcast(F, ScalarMath.LN2_LOW), n.fma(broadcast(F, ScalarMath.LN2_HIGH), y));
            FloatVector q = r.fma(broadcast(F, ScalarMath.E4), broadcast(F, ScalarMath.E3))
                    .fma(r, broadcast(F, ScalarMath.E2))
                    .fma(r, broadcast(F, ScalarMath.E1)).fma(r, broadcast(F, ScalarMath.E0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector e = p.fma(s, s.sub(1f));
            FloatVector hh = e.div(e.add(2f));
            FloatVector before = fromMemorySegment(F, h, state, ORDER);
            FloatVector output = fromMemorySegment(F, b, at, ORDER).fma(before.sub(hh), hh);
            output.intoMemorySegment(h, state, ORDER);
            output.intoArray(x, x0 + i * LENGTH);
        }
    }

    static void lstmState(MemorySegment z, long zo, MemorySegment c, long co, int count) {
        long gate = 4L * count;
        if (z.byteSize() < zo + 4 * gate || c.byteSize() < co + gate) {
            throw tooShort("LSTM state", z, c);
        }
        for (int i = 0; i < count; i += LENGTH) {
            long at = zo + 4L * i;
            FloatVector added = fromMemorySegment(F, z, at, ORDER).mul(fromMemorySegment(F, z, at + 3 * gate, ORDER));
            fromMemorySegment(F, z, at + gate, ORDER).fma(fromMemorySegment(F, c, co + 4L * i, ORDER), added)
                    .intoMemorySegment(c, co + 4L * i, ORDER);
        }
    }

    static void gruState(MemorySegment z, long zo, MemorySegment hh, long hho, MemorySegment h, long ho, int count) {
        if (z.byteSize() < zo + bytes(count) || hh.byteSize() < hho + bytes(count)
                || h.byteSize() < ho + bytes(count)) {
            throw tooShort("GRU state", z, hh, h);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector candidate = fromMemorySegment(F, hh, hho + 4L * i, ORDER);
            FloatVector before = fromMemorySegment(F, h, ho + 4L * i, ORDER);
            fromMemorySegment(F, z, zo + 4L * i, ORDER).fma(before.sub(candidate), candidate)
                    .intoMemorySegment(h, ho + 4L * i, ORDER);
        }
    }
}
