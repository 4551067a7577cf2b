package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one call needs belongs to one thread at a time: no other gets an answer from it, right or wrong. */
class OwnershipTest {
    /** Calls of each race; {@code -Dlanewise.race.calls=10000000} is the long form. */
    private static final long CALLS = Long.getLong("lanewise.race.calls", 100_000);
    private static final int STEPS = 4;
    private static final float[][] X = {{0.1f, -0.2f, 0.3f, 0.9f}, {-0.7f, 0.6f, 0.5f, -0.4f}};

    private final Model model = model();

    private static Model model() {
        TestModels models = new TestModels(4);
        models.array("rnn/cell/kernel", 1, 3);
        models.array("rnn/cell/recurrent_kernel", 3, 3);
        models.array("rnn/cell/bias", 3);
        models.array("dense/kernel", 3, 2);
        models.array("dense/bias", 2);
        RecurrentLayer.Cell cell = new RecurrentLayer.SimpleRnnCell("cell", 3, Activation.TANH, true);
        return Model.of(
                TestModels.chain(TestModels.floats(-1, STEPS, 1),
                        new RecurrentLayer.Rnn("rnn", List.of(cell), false, false, false, false, false),
                        new CoreLayer.Dense("dense", 2, Activation.LINEAR, true)),
                models.weights(), Examples.NONE, ModelOptions.DEFAULT.withWarmUpThread(false));
    }

    @AfterEach
    void close() {
        model.close();
    }

    /** What one thread does with something shared: an answer for an input. */
    private interface Use {
        float[] answer(float[] x);
    }

    /** Runs in another thread; returns what it threw, or null. */
    private static Throwable elsewhere(Runnable action) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
        join(thread);
        return thrown.get();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertForeign(Throwable thrown, String name) {
        assertTrue(thrown instanceof IllegalStateException, name + ": " + thrown);
        assertTrue(thrown.getMessage().contains("belongs to thread 'main'")
                || thrown.getMessage().contains("belongs to thread '" + Thread.currentThread().getName() + "'"),
                name + ": " + thrown);
    }

    /** Two threads use the same thing; each answer that one of them gets is the one for its own input. */
    private void race(Use use, Runnable acquire, Runnable release, boolean handsOver) {
        float[][] expected = new float[2][];
        for (int i = 0; i < 2; i++) {
            try (Predictor alone = model.predictor(1, STEPS)) {
                expected[i] = alone.predict(X[i]);
            }
        }
        AtomicLong refused = new AtomicLong();
        AtomicLong answered = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int me = i;
            Thread thread = new Thread(() -> {
                try {
                    for (long call = 0; call < CALLS / 2 && failure.get() == null; call++) {
                        try {
                            if (handsOver) {
                                acquire.run();
                            }
                            float[] y = use.answer(X[me]);
                            if (handsOver) {
                                release.run();
                            }
                            assertArrayEquals(expected[me], y);
                            answered.incrementAndGet();
                        } catch (IllegalStateException e) {
                            refused.incrementAndGet();
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        threads.forEach(OwnershipTest::join);
        assertNull(failure.get());
        assertEquals(CALLS / 2 * 2, refused.get() + answered.get());
        assertTrue(answered.get() >= CALLS / 2 || handsOver && answered.get() > 0, "only " + answered + " answers");
    }

    @Test
    void racingThreadsGetNoWrongAnswerFromOnePredictor() {
        for (boolean handsOver : new boolean[] {false, true}) {
            Predictor predictor = model.predictor(1, STEPS);
            float[] first = new float[2];
            float[] second = new float[2];
            race(x -> {
                float[] y = x[0] > 0 ? first : second;
                predictor.predict(x, y);
                return y;
            }, predictor::acquire, predictor::release, handsOver);
            predictor.close();
        }
    }

    @Test
    void racingThreadsGetNoWrongAnswerFromSeparateActs() {
        for (boolean handsOver : new boolean[] {false, true}) {
            Predictor predictor = model.predictor(1, STEPS);
            race(x -> {
                predictor.inputs().getFirst().set(x);
                predictor.run();
                return predictor.outputs().getFirst().toFloats();
            }, predictor::acquire, predictor::release, handsOver);
            predictor.close();
        }
    }

    @Test
    void racingThreadsGetNoWrongAnswerFromAStepperAWindowOrAScorer() {
        for (boolean handsOver : new boolean[] {false, true}) {
            Stepper stepper = model.stepper();
            race(x -> {
                float[] y = new float[2];
                stepper.reset();
                for (float value : x) {
                    stepper.step(new float[] {value}, y);
                }
                return y;
            }, stepper::acquire, stepper::release, handsOver);
            stepper.close();
            Window window = model.window(STEPS);
            race(x -> {
                float[] y = new float[2];
                window.reset();
                for (float value : x) {
                    window.prepare();
                    window.step(new float[] {value}, y);
                }
                return y;
            }, window::acquire, window::release, handsOver);
            window.close();
            Scorer scorer = model.scorer();
            race(x -> scorer.score(x).values(), scorer::acquire, scorer::release, handsOver);
            scorer.close();
        }
    }

    @Test
    void everyUseByAnotherThreadIsRefused() {
        Predictor predictor = model.predictor(1, STEPS);
        predictor.predict(X[0]);
        Stepper stepper = model.stepper();
        stepper.step(new float[] {1}, new float[2]);
        State state = stepper.state();
        StateStore store = model.stateStore(2);
        Window window = model.window(STEPS);
        window.reset();
        Scorer scorer = model.scorer();
        scorer.score(X[0]);
        InputTensor in = predictor.inputs().getFirst();
        OutputTensor out = predictor.outputs().getFirst();
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(STEPS * 4L, 4);
        Map<String, Runnable> uses = new LinkedHashMap<>();
        uses.put("predict", () -> predictor.predict(X[1]));
        uses.put("predict into", () -> predictor.predict(X[1], new float[2]));
        uses.put("predict segments", () -> predictor.predict(memory, 1, memory));
        uses.put("run", predictor::run);
        uses.put("resetStates", predictor::resetStates);
        uses.put("release", predictor::release);
        uses.put("acquire", predictor::acquire);
        uses.put("set", () -> in.set(X[1]));
        uses.put("set shape", () -> in.set(X[1], new int[] {1, STEPS, 1}));
        uses.put("set segment", () -> in.set(memory, 1));
        uses.put("set array", () -> in.set(TensorData.of(Shape.of(1, STEPS, 1), X[1])));
        uses.put("get", () -> out.get(new float[2]));
        uses.put("get segment", () -> out.get(memory));
        uses.put("toFloats", out::toFloats);
        uses.put("toArray", out::toArray);
        uses.put("size", out::size);
        uses.put("dims", in::dims);
        uses.put("dim", () -> in.dim(0));
        uses.put("answer", () -> Answer.of(predictor, List.of()));
        uses.put("step", () -> stepper.step(new float[] {2}, new float[2]));
        uses.put("step inputs", stepper::step);
        uses.put("step segments", () -> stepper.step(memory.asSlice(0, 4), memory));
        uses.put("step key", () -> stepper.step(store, 0, new float[] {2}, new float[2]));
        uses.put("step keys", () -> stepper.step(store, new long[] {1}, new float[] {2}, new float[2]));
        uses.put("prepare", stepper::prepare);
        uses.put("fire", () -> stepper.fire(new float[] {2}, new float[2]));
        uses.put("reset", stepper::reset);
        uses.put("state", stepper::state);
        uses.put("copyState", () -> stepper.copyState(state));
        uses.put("restore", () -> stepper.restore(state));
        uses.put("isDue", () -> stepper.isDue("out"));
        uses.put("computeNaN", () -> stepper.computeNaN(true));
        uses.put("window step", () -> window.step(new float[] {2}, new float[2]));
        uses.put("window prepare", window::prepare);
        uses.put("window reset", window::reset);
        uses.put("window release", window::release);
        uses.put("score", () -> scorer.score(X[1]));
        uses.put("score map", () -> scorer.score(Map.of("x", TensorData.of(Shape.of(STEPS, 1), X[1]))));
        uses.put("score predictor", () -> scorer.predictor(1, STEPS));
        uses.put("score release", scorer::release);
        float[] before = out.toFloats();
        byte[] stateBefore = stepper.state().toBytes();
        uses.forEach((name, use) -> assertForeign(elsewhere(use), name));
        assertArrayEquals(before, out.toFloats());
        assertArrayEquals(stateBefore, stepper.state().toBytes());
        assertArrayEquals(stateBefore, state.toBytes());
        List.of(predictor, stepper, store, window, scorer, arena).forEach(OwnershipTest::close);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatNobodyHasUsedBelongsToTheFirstThatUsesIt() throws InterruptedException {
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            Predictor predictor = model.predictor(1, STEPS);
            // sizes can be read beforehand
            assertEquals(3, predictor.inputs().getFirst().dims().length);
            AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("not run"));
            Thread worker = builder.start(() -> {
                predictor.predict(X[0]);
                thrown.set(assertThrows(IllegalStateException.class, () -> {
                    Throwable other = elsewhere(() -> predictor.predict(X[1]));
                    throw (IllegalStateException) other;
                }));
            });
            worker.join();
            assertTrue(thrown.get().getMessage().contains("release() in the one, then acquire() in the other"));
            // its owner has ended
            predictor.predict(X[1]);
            assertForeign(elsewhere(() -> predictor.predict(X[0])), "after its owner");
            predictor.close();
        }
    }

    @Test
    void aHandOverIsExplicitAndKeepsTheStream() {
        Stepper stepper = model.stepper();
        float[] y = new float[2];
        float[] whole = new float[2];
        try (Predictor alone = model.predictor(1, STEPS)) {
            alone.predict(X[0], whole);
        }
        for (int t = 0; t < STEPS; t++) {
            float[] x = {X[0][t]};
            if (t % 2 == 0) {
                stepper.acquire();
                stepper.step(x, y);
                stepper.release();
                IllegalStateException released = assertThrows(IllegalStateException.class,
                        () -> stepper.step(x, new float[2]));
                assertEquals("this stepper was released; call acquire() in the thread that uses it from now on",
                        released.getMessage());
            } else {
                assertNull(elsewhere(() -> {
                    stepper.acquire();
                    stepper.step(x, y);
                    stepper.release();
                }));
            }
        }
        assertArrayEquals(whole, y);
        stepper.close();
        assertEquals("this stepper is closed",
                assertThrows(IllegalStateException.class, stepper::acquire).getMessage());
        assertEquals("this stepper is closed",
                assertThrows(IllegalStateException.class, stepper::release).getMessage());
    }

    @Test
    void aScorersPredictorBelongsToTheScorersThread() {
        Scorer scorer = model.scorer();
        Predictor predictor = scorer.predictor(1, STEPS);
        float[] y = predictor.predict(X[0]);
        assertForeign(elsewhere(() -> scorer.score(X[0])), "score");
        scorer.release();
        assertThrows(IllegalStateException.class, () -> predictor.predict(X[0]));
        assertNull(elsewhere(() -> {
            scorer.acquire();
            assertArrayEquals(y, scorer.score(X[0]).values());
            assertArrayEquals(y, predictor.predict(X[0]));
        }));
        scorer.close();
    }
}
