package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
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
    /** The input of a single step. */
    private float[] inputs = new float[0];
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
            boolean known = s == 0 && (run.summed || run.zero);
            boolean alone = run.rows == 1 && !known;
            if (alone) {
                lstmSums(w, from, run.a, 4 * run.input(0, s), run.scratch);
            } else {
                sums(w, run, s, from);
            }
            for (int r = 0; r < run.rows; r++) {
                long z = r * 4 * gate;
                if (!alone) {
                    lstmGates(run.a, 4 * run.input(r, s), gate, run.scratch, z, panels);
                }
                lstmOutput(run.scratch, z, run.c, run.h, 4 * run.state + r * gate, outputs, half - from + r * padded,
                        panels);
            }
            run.putOut(s, w.units, padded);
        }
    }

    /** See {@link Kernels#lstmStep}. */
    void lstmStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        long a = 4 * run.aOffset;
        if (VectorStep.fits(w, u)) {
            start(2 * u.padded());
            VectorStep.sums(w, u, x, xOffset, run.h, 4 * run.state, run.a, a, run.scratch);
            lstmGates(run.a, a, PANEL, run.scratch, 0, 1);
        } else {
            inputPart(w, x, xOffset, run.a, a);
            start(u, run);
            lstmSums(u, 0, run.a, a, run.scratch);
        }
        lstmOutput(run.scratch, 0, run.c, run.h, 4 * run.state, outputs, u.padded(), u.groups());
        putOut(run, u.padded());
    }

    /**
     * The gates of one row, two panels at a time: the functions of some panels are computed while the weights of the
     * next are on their way.
     */
    private void lstmSums(Panels u, int from, MemorySegment a, long ao, MemorySegment z) {
        int panels = u.groups();
        int last = panels - 1 & -2;
        long gate = 4L * u.padded();
        forwards = !forwards;
        for (int i = 0; i < panels; i += 2) {
            int q = forwards ? i : last - i;
            long zo = q * 4L * PANEL;
            if (q + 1 == panels) {
                VectorMatMul.one(u, q, outputs, from, z, zo, PANEL);
                lstmGates(a, ao + q * PANEL, gate, z, zo, 1);
            } else {
                VectorMatMul.two(u, q, outputs, from, z, zo, PANEL, 4 * PANEL);
                lstmGates(a, ao + q * PANEL, gate, z, zo, 2);
            }
        }
    }

    /** See {@link Kernels#gruStep}. */
    void gruStep(Panels w, Panels u, MemorySegment x, long xOffset, StepRun run) {
        int padded = u.padded();
        long gate = 4L * padded;
        long a = 4 * run.aOffset;
        if (VectorStep.fits(w, u)) {
            start(2 * u.padded());
            VectorStep.sums(w, u, x, xOffset, run.h, 4 * run.state, run.a, a, run.scratch);
        } else {
            inputPart(w, x, xOffset, run.a, a);
            start(u, run);
            sums(u, run, 0, 0);
        }
        gruGates(run.a, a, gate, run.scratch, 0, u.groups());
        gruOutput(run.a, a + 2 * gate, run.scratch, 0, run.h, 4 * run.state, outputs, padded, u.groups());
        putOut(run, padded);
    }

    /** The input part of one row, {@code [gates][padded]}. */
    private void inputPart(Panels w, MemorySegment x, long xOffset, MemorySegment a, long ao) {
        copyInput(w, x, xOffset);
        VectorMatMul.row(w, inputs, 0, a, ao, 4L * w.padded(), PANEL, forwards);
    }

    private void copyInput(Panels w, MemorySegment x, long xOffset) {
        int n = w.evenInputs();
        if (inputs.length < n + Panels.WIDTH) {
            inputs = new float[n + Panels.WIDTH];
        }
        VectorMatMul.copy(x, xOffset, inputs, 0, w.inputs);
        if (w.inputs < n) {
            inputs[w.inputs] = 0f;
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
        start(2 * half);
        for (int r = 0; r < run.rows; r++) {
            VectorMatMul.copy(run.h, 4 * (run.state + (long) r * padded), outputs, r * padded, padded);
        }
        return half;
    }

    private void start(int room) {
        if (outputs.length < room) {
            outputs = new float[room];
        }
    }

    /** The outputs of a single step, as a whole panel may be written. */
    private void putOut(StepRun run, int padded) {
        MemorySegment out = run.out;
        long at = 4 * run.outOffset;
        if (out.byteSize() < at + 4L * padded) {
            throw tooShort("outputs of a step", out);
        }
        for (int i = 0; i < padded; i += LENGTH) {
            fromArray(F, outputs, padded + i).intoMemorySegment(out, at + 4L * i, ORDER);
        }
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
        long bytes = (long) panels * PANEL;
        if (a.byteSize() < ao + 3 * gate + bytes || z.byteSize() < zo + 4 * bytes) {
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
