package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lanewise.spec.Activation;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both twins give the same bits, for every kernel, over sizes around the panel width, odd offsets and awkward values.
 */
class KernelsTest extends TwinTest {
    @ParameterizedTest
    @EnumSource
    void matrixProductOfOneGate(WeightFormat format) {
        for (int inputs : SIZES) {
            for (int units : SIZES) {
                for (int rows : new int[] {1, 2, 3, 4, 5, 9, 10, 17}) {
                    Panels w = Panels.pack(arena, matrix(format, inputs, units), units, new int[] {0}, floats(units));
                    MemorySegment x = ordinary(7 + rows * (inputs + 2));
                    same("matMul " + inputs + "x" + units + " rows " + rows, rows * units, null,
                            (k, out, at) -> k.matMul(w, x, 7, inputs + 2, rows, out, at, units));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void matrixProductOfSeveralGates(WeightFormat format) {
        for (int[] order : new int[][] {{0, 1}, {0, 1, 2}, {0, 1, 3, 2}, {2}}) {
            for (int units : SIZES) {
                for (int rows : new int[] {1, 3, 4, 7, 10}) {
                    int inputs = 1 + random.nextInt(40);
                    Panels w = Panels.pack(arena, matrix(format, inputs, units * 4), units, order, floats(units * 4));
                    int stride = order.length * w.padded();
                    MemorySegment x = ordinary(rows * inputs);
                    same("matMul " + order.length + " gates of " + units, rows * stride, null,
                            (k, out, at) -> k.matMul(w, x, 0, inputs, rows, out, at, stride));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void matrixProductOfManyRowsGoesInBlocks(WeightFormat format) {
        int inputs = 257;
        Panels w = Panels.pack(arena, matrix(format, inputs, 33), 33, new int[] {0}, null);
        MemorySegment x = ordinary(100 * inputs);
        same("matMul of 100 rows", 100 * 33, null, (k, out, at) -> k.matMul(w, x, 0, inputs, 100, out, at, 33));
    }

    /** Of one chain in double precision, with the weights that a word stands for. */
    @ParameterizedTest
    @EnumSource
    void matrixProductsAreSumsOfProducts(WeightFormat format) {
        int inputs = 37;
        int units = 50;
        Matrix matrix = matrix(format, inputs, units);
        float[] weights = new float[inputs * units];
        MemorySegment table = Memory.floats(arena, units);
        RowTable rows = new RowTable(arena, matrix);
        for (int k = 0; k < inputs; k++) {
            scalar.lookup(rows, k, table, 0);
            MemorySegment.copy(table, ValueLayout.JAVA_FLOAT, 0, weights, k * units, units);
        }
        float[] bias = floats(units);
        Panels w = Panels.pack(arena, matrix, units, new int[] {0}, bias);
        MemorySegment x = ordinary(5 * inputs);
        MemorySegment out = Memory.floats(arena, 5 * units);
        vector.matMul(w, x, 0, inputs, 5, out, 0, units);
        for (int r = 0; r < 5; r++) {
            for (int j = 0; j < units; j++) {
                double sum = bias[j];
                for (int k = 0; k < inputs; k++) {
                    sum += (double) Memory.get(x, r * inputs + k) * weights[k * units + j];
                }
                assertEquals(sum, Memory.get(out, r * units + j), 1e-5, format + ", row " + r + ", unit " + j);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfTables(WeightFormat format) {
        for (int width : SIZES) {
            RowTable table = new RowTable(arena, matrix(format, 7, width));
            for (int id = 0; id < 7; id++) {
                int row = id;
                same("row " + id + " of " + width, width, null, (k, out, at) -> k.lookup(table, row, out, at));
            }
        }
    }

    @Test
    void functionsOfSingleValues() {
        for (Activation f : Activation.values()) {
            if (f.needsRow()) {
                continue;
            }
            for (int n : SIZES) {
                MemorySegment x = awkward(n + 5);
                same(f.name(), n, null, (k, out, at) -> k.activate(f, x, 5, out, at, n));
                same(f.name() + " in place", n, awkward(n), (k, out, at) -> k.activate(f, out, at, out, at, n));
            }
        }
    }

    @Test
    void functionsOfRows() {
        for (Activation f : Activation.values()) {
            if (!f.needsRow()) {
                continue;
            }
            for (int width : SIZES) {
                int even = f == Activation.GLU ? 2 * width : width;
                MemorySegment x = ordinary(3 * even);
                same(f.name(), 3 * width, null, (k, out, at) -> k.activateRows(f, x, 0, out, at, 3, even));
                if (f != Activation.GLU) {
                    same(f.name() + " in place", 3 * width, ordinary(3 * width),
                            (k, out, at) -> k.activateRows(f, out, at, out, at, 3, width));
                }
            }
        }
    }

    @Test
    void arithmetic() {
        for (BinaryOp op : BinaryOp.values()) {
            for (int n : SIZES) {
                MemorySegment a = awkward(n + 3);
                MemorySegment b = awkward(n + 5);
                float s = awkward();
                same(op.name(), n, null, (k, out, at) -> k.binary(op, a, 3, b, 5, out, at, n));
                same(op + " with " + s, n, null, (k, out, at) -> k.binary(op, a, 3, s, false, out, at, n));
                same(s + " with " + op, n, null, (k, out, at) -> k.binary(op, a, 3, s, true, out, at, n));
            }
        }
    }

    @Test
    void fusedArithmetic() {
        for (int n : SIZES) {
            MemorySegment r = awkward(n);
            MemorySegment b = awkward(n);
            MemorySegment a = awkward(n);
            same("multiplyAdd", n, null, (k, out, at) -> k.multiplyAdd(r, 0, b, 0, a, 0, out, at, n));
        }
    }

    @Test
    void layersWithOptions() {
        for (int n : SIZES) {
            MemorySegment x = awkward(n);
            MemorySegment scale = ordinary(n);
            MemorySegment shift = ordinary(n);
            sameAtStart("relu", n, (k, out, at) -> k.relu(x, out, n, 1.2f, 0.3f, 0.2f));
            sameAtStart("relu without limit", n, (k, out, at) -> k.relu(x, out, n, Float.POSITIVE_INFINITY, 0f, 0f));
            sameAtStart("elu", n, (k, out, at) -> k.elu(x, out, n, 0.6f));
            sameAtStart("scaleShift", n, (k, out, at) -> k.scaleShift(x, 0, 1.5f, -0.25f, out, n));
            MemorySegment rows = ordinary(3 * n);
            sameAtStart("scaleShiftRows", 3 * n, (k, out, at) -> k.scaleShiftRows(rows, scale, shift, out, 3, n));
            sameAtStart("normalizeRows", 3 * n, (k, out, at) -> k.normalizeRows(rows, out, 3, n, 1e-3f));
            sameAtStart("unitRows", 3 * n, (k, out, at) -> k.unitRows(rows, out, 3, n, 1e-7f));
        }
    }

    @ParameterizedTest
    @EnumSource
    void recurrentSteps(WeightFormat format) {
        for (int units : SIZES) {
            for (int rows = 1; rows <= StepRun.MAX_ROWS; rows++) {
                for (boolean zero : new boolean[] {false, true}) {
                    recurrentSteps(format, units, rows, zero);
                }
            }
        }
    }

    private void recurrentSteps(WeightFormat format, int units, int rows, boolean zero) {
        int padded = Panels.padded(units);
        Matrix matrix = matrix(format, units, 4 * units);
        float[] bias = new float[4 * units];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = i == 0 ? -0f : 0.1f * (i % 7 - 3);
        }
        Panels lstm = Panels.pack(arena, matrix, units, new int[] {0, 1, 3, 2}, bias);
        Panels gru = Panels.pack(arena, matrix, units, new int[] {0, 1, 2}, bias);
        MemorySegment a = ordinary(3 * rows * 4 * padded);
        MemorySegment c = ordinary(rows * padded);
        MemorySegment h = zero ? Memory.floats(arena, rows * padded) : ordinary(rows * padded);
        for (int gates : new int[] {4, 3}) {
            String what = (gates == 4 ? "LSTM " : "GRU ") + units + " x " + rows + (zero ? " from zeros" : "");
            sameAtStart(what, 2 * rows * padded + 3 * rows * units, (k, out, at) -> {
                MemorySegment puts = Memory.floats(arena, 3 * rows * units);
                StepRun run = stepRun(rows, padded, zero, a, copy(h, rows * padded), copy(c, rows * padded));
                run.out = puts;
                run.outRow = units;
                run.outStep = (long) rows * units;
                run(k, gates == 4 ? lstm : gru, run);
                Memory.copy(run.h, 0, out, 0, rows * padded);
                Memory.copy(run.c, 0, out, rows * padded, rows * padded);
                Memory.copy(puts, 0, out, 2 * rows * padded, 3 * rows * units);
            });
            for (Kernels k : List.of(scalar, vector)) {
                StepRun skipped = stepRun(rows, padded, zero, a, copy(h, rows * padded), copy(c, rows * padded));
                StepRun multiplied = stepRun(rows, padded, false, a, copy(h, rows * padded), copy(c, rows * padded));
                run(k, gates == 4 ? lstm : gru, skipped);
                run(k, gates == 4 ? lstm : gru, multiplied);
                assertEquals(-1, skipped.h.mismatch(multiplied.h), what + ": a product with zeros that was skipped");
            }
        }
    }

    private static void run(Kernels k, Panels w, StepRun run) {
        if (w.gates == 4) {
            k.lstmSteps(w, run);
        } else {
            k.gruSteps(w, run);
        }
    }

    /** Three steps backwards in time, so that panels are walked both ways. */
    private StepRun stepRun(int rows, int padded, boolean zero, MemorySegment a, MemorySegment h,
            MemorySegment c) {
        StepRun run = new StepRun();
        run.rows = rows;
        run.steps = 3;
        run.zero = zero;
        run.a = a;
        run.aOffset = 2L * rows * 4 * padded;
        run.aRow = 4L * padded;
        run.aStep = -rows * 4L * padded;
        run.h = h;
        run.c = c;
        run.scratch = Memory.floats(arena, rows * 5 * padded);
        return run;
    }

    /** A step with the product of its input has the bits of both products and the step, one after the other. */
    @ParameterizedTest
    @EnumSource
    void singleSteps(WeightFormat format) {
        for (int units : SIZES) {
            for (int inputs : new int[] {1, 2, 5, 16, 33}) {
                singleStep(format, units, inputs);
            }
        }
    }

    private void singleStep(WeightFormat format, int units, int inputs) {
        int padded = Panels.padded(units);
        MemorySegment x = ordinary(3 + inputs);
        MemorySegment c = Memory.floats(arena, padded);
        MemorySegment h = Memory.floats(arena, padded);
        Memory.copy(ordinary(units), 0, c, 0, units);
        Memory.copy(ordinary(units), 0, h, 0, units);
        for (int[] order : new int[][] {{0, 1, 3, 2}, {0, 1, 2}}) {
            int gates = order.length;
            Panels w = Panels.pack(arena, matrix(format, inputs, gates * units), units, order, floats(gates * units));
            Panels u = Panels.pack(arena, matrix(format, units, gates * units), units, order, floats(gates * units));
            String what = gates + " gates, step of " + inputs + " to " + units + " of " + format;
            sameAtStart(what, 3 * padded, (k, out, at) -> {
                StepRun run = new StepRun();
                run.rows = 1;
                run.steps = 1;
                run.a = Memory.floats(arena, gates * padded);
                run.h = copy(h, padded);
                run.c = copy(c, padded);
                run.scratch = Memory.floats(arena, (gates + 1) * padded);
                run.out = Memory.floats(arena, padded);
                if (k == scalar) {
                    k.matMul(w, x, 3, inputs, 1, run.a, 0, (long) gates * padded);
                    run(k, u, run);
                } else if (gates == 4) {
                    k.lstmStep(w, u, x, 3, run);
                } else {
                    k.gruStep(w, u, x, 3, run);
                }
                Memory.copy(run.h, 0, out, 0, padded);
                Memory.copy(run.c, 0, out, padded, padded);
                Memory.copy(run.out, 0, out, 2L * padded, units);
            });
        }
    }

    @Test
    void statesOfRecurrentSteps() {
        for (int units : SIZES) {
            int padded = Panels.padded(units);
            MemorySegment a = awkward(4 * padded);
            MemorySegment b = awkward(4 * padded);
            MemorySegment c = ordinary(padded);
            MemorySegment h = ordinary(padded);
            sameAtStart("lstmState", padded, (k, out, at) -> {
                Memory.copy(c, 0, out, 0, padded);
                k.lstmState(b, 0, out, 0, padded);
            });
            sameAtStart("gruState", padded, (k, out, at) -> {
                Memory.copy(h, 0, out, 0, padded);
                k.gruState(a, 0, b, 0, out, 0, padded);
            });
        }
    }

    private MemorySegment copy(MemorySegment from, int count) {
        MemorySegment copy = Memory.floats(arena, count);
        Memory.copy(from, 0, copy, 0, count);
        return copy;
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
