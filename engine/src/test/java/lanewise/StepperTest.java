package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WindowLayer;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.Windows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Streams: states as values, many streams at once, windows, and what is refused. */
class StepperTest {
    private static final int STEPS = 11;
    private static final int FEATURES = 3;

    private final TestModels models = new TestModels(7);
    private final float[] series = series();

    private static float[] series() {
        float[] values = new TestModels(3).floats(STEPS * FEATURES, 1);
        // a masked step
        Arrays.fill(values, 4 * FEATURES, 5 * FEATURES, 0);
        return values;
    }

    private LayerSpec lstm(String name, int inputs, int units, boolean sequences) {
        models.array(name + "/cell/kernel", inputs, 4 * units);
        models.array(name + "/cell/recurrent_kernel", units, 4 * units);
        models.array(name + "/cell/bias", 4 * units);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID,
                true);
        return new RecurrentLayer.Rnn(name, List.of(cell), sequences, false, false, false, false);
    }

    private LayerSpec dense(int inputs) {
        String name = "dense" + inputs;
        models.array(name + "/kernel", inputs, 2);
        models.array(name + "/bias", 2);
        return new CoreLayer.Dense(name, 2, Activation.SOFTMAX, true);
    }

    /** Two recurrent layers; masked steps. */
    private ModelSpec recurrent() {
        return TestModels.chain(TestModels.floats(-1, -1, FEATURES), new CoreLayer.Masking("masking", 0),
                lstm("first", FEATURES, 20, true), lstm("second", 20, 9, false), dense(9));
    }

    /** Windows of three steps, every other one. */
    private ModelSpec windowed() {
        models.array("conv/kernel", 3, FEATURES, 5);
        models.array("conv/bias", 5);
        Windows windows = new Windows(List.of(3), List.of(2), List.of(1), Padding.VALID);
        return TestModels.chain(TestModels.floats(-1, -1, FEATURES),
                new WindowLayer.Conv("conv", 5, windows, 1, Activation.TANH, true, false),
                lstm("windows", 5, 17, false), dense(17));
    }

    private float[] step(int t) {
        return Arrays.copyOfRange(series, t * FEATURES, (t + 1) * FEATURES);
    }

    private static float[] whole(Model model, float[] steps) {
        try (Predictor predictor = model.predictor(1, STEPS)) {
            return predictor.predict(steps);
        }
    }

    /** For each step what a sequence gives that ends there. */
    private float[][] expected(Model model, int shortest) {
        float[][] all = new float[STEPS][];
        for (int t = shortest - 1; t < STEPS; t++) {
            all[t] = whole(model, Arrays.copyOf(series, (t + 1) * FEATURES));
        }
        return all;
    }

    @Test
    void everyStepGivesWhatTheSequenceUpToNowGives() {
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(recurrent(), twin); Stepper stepper = model.stepper()) {
                float[][] expected = expected(model, 1);
                float[] y = new float[2];
                for (int t = 0; t < STEPS; t++) {
                    assertTrue(stepper.step(step(t), y));
                    assertArrayEquals(expected[t], y, "step " + t);
                }
                stepper.reset();
                for (int t = 0; t < STEPS; t++) {
                    stepper.prepare();
                    assertTrue(stepper.fire(step(t), y));
                    assertArrayEquals(expected[t], y, "prepared step " + t);
                }
                assertThrows(IllegalStateException.class, () -> stepper.fire(step(0), y));
            }
        }
    }

    @Test
    void outputsComeWhenWindowsAreFull() {
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(windowed(), twin); Stepper stepper = model.stepper()) {
                float[][] expected = expected(model, 3);
                float[] y = {-1, -1};
                for (int t = 0; t < STEPS; t++) {
                    boolean due = stepper.step(step(t), y);
                    assertEquals(t >= 2 && t % 2 == 0, due, "step " + t);
                    assertArrayEquals(t < 2 ? new float[] {-1, -1} : expected[t], y, "step " + t);
                }
            }
        }
    }

    @Test
    void streamsJoinAndLeaveAtAnyStep() {
        for (ModelSpec spec : List.of(recurrent(), windowed())) {
            for (ModelOptions.KernelChoice twin : TestModels.twins()) {
                try (Model model = models.model(spec, twin);
                        Stepper alone = model.stepper();
                        Stepper together = model.stepper(6);
                        StateStore one = model.stateStore(6);
                        StateStore many = model.stateStore(6)) {
                    Random random = new Random(1);
                    int[] done = new int[6];
                    for (int round = 0; round < 40; round++) {
                        long[] keys = random.longs(0, 6).distinct().limit(1 + random.nextInt(6))
                                .filter(k -> done[(int) k] < STEPS).toArray();
                        float[] x = new float[keys.length * FEATURES];
                        float[] y = new float[keys.length * 2];
                        float[] expected = new float[y.length];
                        int due = 0;
                        for (int i = 0; i < keys.length; i++) {
                            float[] step = step(done[(int) keys[i]]++);
                            System.arraycopy(step, 0, x, i * FEATURES, FEATURES);
                            float[] row = new float[2];
                            due += alone.step(one, keys[i], step, row) ? 1 : 0;
                            System.arraycopy(row, 0, expected, 2 * i, 2);
                        }
                        if (keys.length > 0) {
                            assertEquals(due, together.step(many, keys, x, y));
                            assertArrayEquals(expected, y, "round " + round);
                        }
                    }
                }
            }
        }
    }

    @Test
    void statesAreValues() {
        try (Model model = models.model(recurrent(), ModelOptions.KernelChoice.SCALAR);
                Stepper stepper = model.stepper();
                Stepper other = model.stepper();
                StateStore slab = model.stateStore(3)) {
            float[][] expected = expected(model, 1);
            float[] y = new float[2];
            for (int t = 0; t < 6; t++) {
                stepper.step(step(t), y);
            }
            State state = stepper.state();
            // two layers with h and c, and whether a step was not masked
            assertEquals(4 * (2 * 20 + 1 + 2 * 9 + 1), state.bytes());
            assertEquals(3 * state.bytes(), slab.bytes());
            slab.set(2, model.readState(state.toBytes()));
            State copy = other.state();
            slab.get(2, copy);
            other.restore(copy);
            for (int t = 6; t < STEPS; t++) {
                stepper.step(step(t), y);
                assertArrayEquals(expected[t], y);
                other.prepare();
                other.step(step(t), y);
                assertArrayEquals(expected[t], y);
            }
        }
    }

    @Test
    void windowsSeeTheLastStepsOnly() {
        for (ModelSpec spec : List.of(recurrent(), windowed(), bidirectional())) {
            try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR);
                    Window window = model.window(4);
                    Window early = model.window(4)) {
                float[] y = new float[2];
                float[] z = new float[2];
                for (int t = 0; t < STEPS; t++) {
                    early.prepare();
                    boolean full = t >= 3;
                    assertEquals(full, window.step(step(t), y));
                    assertEquals(full, early.step(step(t), z));
                    if (full) {
                        float[] expected = whole(model,
                                Arrays.copyOfRange(series, (t - 3) * FEATURES, (t + 1) * FEATURES));
                        assertArrayEquals(expected, y, "step " + t);
                        assertArrayEquals(expected, z, "prepared step " + t);
                    }
                }
            }
        }
    }

    private ModelSpec bidirectional() {
        RecurrentLayer.Rnn forward = (RecurrentLayer.Rnn) lstm("both/forward", FEATURES, 6, false);
        RecurrentLayer.Rnn backward = (RecurrentLayer.Rnn) lstm("both/backward", FEATURES, 6, false);
        return TestModels.chain(TestModels.floats(-1, -1, FEATURES), new RecurrentLayer.Bidirectional("both",
                new RecurrentLayer.Rnn("forward", forward.cells(), false, false, false, false, false),
                new RecurrentLayer.Rnn("backward", backward.cells(), false, false, true, false, false),
                RecurrentLayer.MergeMode.CONCAT),
                dense(12));
    }

    @Test
    void badInputIsNamedAndChangesNothing() {
        try (Model model = models.model(recurrent(), ModelOptions.KernelChoice.SCALAR);
                Model other = models.model(windowed(), ModelOptions.KernelChoice.SCALAR);
                Stepper stepper = model.stepper(2);
                Stepper foreign = other.stepper();
                StateStore slab = model.stateStore(3)) {
            float[] y = new float[2];
            stepper.step(step(0), y);
            byte[] before = stepper.state().toBytes();
            refused(() -> stepper.step(new float[] {1, Float.NaN, 2}, y), "NaN at 1", "computeNaN");
            refused(() -> stepper.step(new float[2], y), "2 values");
            refused(() -> stepper.step(new float[6], y), "2 steps", "one step at a time");
            refused(() -> stepper.restore(foreign.state()), "another model");
            refused(() -> other.readState(before), "another model");
            byte[] damaged = before.clone();
            damaged[40] ^= 1;
            refused(() -> model.readState(damaged), "damaged");
            refused(() -> model.readState(Arrays.copyOf(before, 50)), "damaged");
            refused(() -> model.readState(new byte[3]), "no state");
            byte[] newer = before.clone();
            newer[4] = 3;
            refused(() -> model.readState(newer), "version 3", "newer");
            assertArrayEquals(before, stepper.state().toBytes());
            refused(() -> stepper.step(slab, 3, step(0), y), "key 3", "3 streams");
            refused(() -> stepper.step(slab, new long[] {1, 1}, new float[6], new float[4]), "given twice");
            refused(() -> stepper.step(slab, new long[] {0, 1, 2}, new float[9], new float[6]), "at most 2 rows");
            refused(() -> stepper.step(slab, new long[] {0, 3}, new float[6], new float[4]), "key 3");
            refused(() -> foreign.step(slab, 0, step(0), y), "another model");
            stepper.computeNaN(true);
            stepper.reset();
            assertTrue(stepper.step(new float[] {1, Float.NaN, 2}, y));
            assertTrue(Float.isNaN(y[0]));
        }
    }

    @Test
    void closedMeansClosed() {
        Model model = models.model(recurrent(), ModelOptions.KernelChoice.SCALAR);
        Stepper stepper = model.stepper();
        Window window = model.window(2);
        model.close();
        assertThrows(IllegalStateException.class, () -> stepper.step(step(0), new float[2]));
        assertThrows(IllegalStateException.class, stepper::prepare);
        assertThrows(IllegalStateException.class, () -> window.step(step(0), new float[2]));
        assertThrows(IllegalStateException.class, model::stepper);
        stepper.close();
        assertThrows(IllegalStateException.class, stepper::state);
        window.close();
        window.close();
    }

    @Test
    void noStreamIsChangedWhereOneIsRefused() {
        try (Model model = models.model(windowed(), ModelOptions.KernelChoice.SCALAR);
                Stepper stepper = model.stepper(2);
                StateStore slab = model.stateStore(2);
                StateStore untouched = model.stateStore(2)) {
            float[] x = Arrays.copyOf(series, 2 * FEATURES);
            x[FEATURES + 1] = Float.NaN;
            refused(() -> stepper.step(slab, new long[] {0, 1}, x, new float[4]), "NaN at 4");
            State first = stepper.state();
            State second = stepper.state();
            slab.get(0, first);
            untouched.get(0, second);
            assertArrayEquals(second.toBytes(), first.toBytes());
        }
    }

    @Test
    void segmentsGiveTheSameAsArrays() {
        try (Model model = models.model(recurrent(), ModelOptions.KernelChoice.SCALAR);
                Stepper stepper = model.stepper();
                Arena arena = Arena.ofConfined()) {
            MemorySegment y = arena.allocate(8);
            assertTrue(stepper.step(MemorySegment.ofArray(step(0)), y));
            assertArrayEquals(expected(model, 1)[0], y.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @Test
    void modelsThatNeedTheFutureAreRefusedByName() {
        try (Model model = models.model(bidirectional(), ModelOptions.KernelChoice.SCALAR)) {
            UnsupportedModelException e = assertThrows(UnsupportedModelException.class, model::stepper);
            assertTrue(e.getMessage().contains("'both/backward' (Bidirectional)")
                    && e.getMessage().contains("model.window"), e.getMessage());
        }
    }

    @Test
    void steadyStepsAllocateNothing() {
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(recurrent(), twin);
                    Stepper stepper = model.stepper(3);
                    StateStore slab = model.stateStore(3);
                    Window window = model.window(3)) {
                float[] x = step(1);
                float[] y = new float[2];
                long[] keys = {2, 0, 1};
                float[] three = Arrays.copyOf(series, 3 * FEATURES);
                float[] outputs = new float[6];
                State state = stepper.state();
                TestModels.allocatesNothing(twin + " step", () -> stepper.step(x, y));
                TestModels.allocatesNothing(twin + " prepare and fire", () -> {
                    stepper.prepare();
                    stepper.fire(x, y);
                });
                TestModels.allocatesNothing(twin + " state", () -> {
                    stepper.copyState(state);
                    stepper.restore(state);
                });
                TestModels.allocatesNothing(twin + " keyed", () -> stepper.step(slab, 1, x, y));
                TestModels.allocatesNothing(twin + " several keys", () -> stepper.step(slab, keys, three, outputs));
                TestModels.allocatesNothing(twin + " window", () -> {
                    window.prepare();
                    window.step(x, y);
                });
            }
        }
    }

    private static void refused(Executable call, String... words) {
        InvalidInputException e = assertThrows(InvalidInputException.class, call);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
    }
}
