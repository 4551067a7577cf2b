package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;

/** Ids that a model doesn't know are found while it runs: refused steps, windows and scores leave no trace. */
class RefusedIdTest {
    private static final int UNITS = 5;
    private static final int VOCABULARY = 9;
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    private final TestModels models = new TestModels(5);

    private LayerSpec lstm(int inputs, boolean stateful) {
        models.array("lstm/cell/kernel", inputs, 4 * UNITS);
        models.array("lstm/cell/recurrent_kernel", UNITS, 4 * UNITS);
        models.array("lstm/cell/bias", 4 * UNITS);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", UNITS, Activation.TANH, Activation.SIGMOID,
                true);
        return new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, stateful, false);
    }

    private Model words() {
        models.array("embedding/embeddings", VOCABULARY, 3);
        return Model.of(TestModels.chain(TestModels.ids(-1, -1),
                new CoreLayer.Embedding("embedding", VOCABULARY, 3, false), lstm(3, false)), models.weights(),
                Examples.NONE, QUIET);
    }

    private Model stateful() {
        return Model.of(TestModels.chain(TestModels.floats(-1, -1, 3), lstm(3, true)), models.weights(),
                Examples.NONE, QUIET);
    }

    private static float[] step(Stepper stepper, int id) {
        float[] y = new float[UNITS];
        stepper.step(new int[] {id}, y);
        return y;
    }

    @Test
    void aStepGoesOnBehindAnUnknownId() {
        try (Model model = words(); Stepper plain = model.stepper(); Stepper stepper = model.stepper()) {
            for (int t = 0; t < 6; t++) {
                assertThrows(InvalidInputException.class, () -> step(stepper, VOCABULARY));
                assertThrows(IllegalStateException.class, () -> stepper.fire(new float[1], new float[UNITS]));
                assertArrayEquals(step(plain, t + 1), step(stepper, t + 1), "step " + t);
            }
        }
    }

    @Test
    void whatWasPreparedStaysPrepared() {
        try (Model model = words(); Stepper plain = model.stepper(2); Stepper stepper = model.stepper(2)) {
            step(plain, 1);
            step(stepper, 1);
            stepper.prepare();
            stepper.inputs().getFirst().set(new int[] {1, VOCABULARY}, 2);
            assertThrows(InvalidInputException.class, stepper::step);
            float[] y = new float[UNITS];
            assertTrue(stepper.fire(new float[] {2}, y));
            assertArrayEquals(step(plain, 2), y);
        }
    }

    @Test
    void nothingIsDueBeforeTheFirstStep() {
        try (Model model = words(); Stepper stepper = model.stepper()) {
            assertFalse(stepper.isDue("out"));
            step(stepper, 1);
            assertTrue(stepper.isDue("out"));
            stepper.reset();
            assertFalse(stepper.isDue("out"));
        }
    }

    @Test
    void aTargetThatCantBeWrittenIsRefusedFirst() {
        try (Model model = stateful();
                Predictor predictor = model.predictor();
                Model words = words();
                Stepper stepper = words.stepper()) {
            step(stepper, 1);
            State before = stepper.state();
            MemorySegment gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(4L * UNITS);
            }
            assertThrows(InvalidInputException.class, () -> stepper.step(MemorySegment.ofArray(new int[] {2}), gone));
            assertEquals(before, stepper.state());
            assertEquals(UNITS, predictor.predict(new float[3]).length);
        }
    }

    @Test
    void aWindowRefusesAnUnknownIdBeforeItIsFull() {
        try (Model model = words(); Window window = model.window(3); Window plain = model.window(3)) {
            float[] y = new float[UNITS];
            float[] expected = new float[UNITS];
            for (int t = 1; t < 6; t++) {
                assertThrows(InvalidInputException.class, () -> window.step(new int[] {VOCABULARY}, y));
                int[] id = {t};
                assertEquals(plain.step(id, expected), window.step(id, y));
                assertArrayEquals(expected, y);
            }
        }
    }

    /** A window starts from a state of zeros, whatever was scored before. */
    @Test
    void windowsOfStatefulModelsDoNotKnowEachOther() {
        try (Model model = stateful(); Window window = model.window(2)) {
            float[] x = {1, 2, 3};
            float[] first = new float[UNITS];
            float[] later = new float[UNITS];
            window.step(x, first);
            assertTrue(window.step(x, first));
            assertTrue(window.step(x, later));
            assertArrayEquals(first, later);
        }
    }

    @Test
    void aRefusedScoreKeepsTheStates() {
        try (Model model = stateful(); Scorer scorer = model.scorer(); Scorer plain = model.scorer()) {
            float[] x = {1, 2, 3};
            assertArrayEquals(plain.score(x).values(), scorer.score(x).values());
            assertThrows(InvalidInputException.class, () -> scorer.score(new float[301]));
            assertArrayEquals(plain.score(x).values(), scorer.score(x).values());
        }
    }

    @Test
    void nothingAnswersOnceTheModelIsClosed() {
        Model model = words();
        byte[] bytes = model.stepper().state().toBytes();
        Scorer scorer = model.scorer();
        model.close();
        assertThrows(IllegalStateException.class, () -> scorer.predictor(1, 1));
        assertThrows(IllegalStateException.class, () -> model.readState(bytes));
    }
}
