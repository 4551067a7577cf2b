package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.kernel.OffHeap;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The states of many streams outlive the process, and those with texts as keys stay within their room. */
class SavedStatesTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final int STREAMS = 50;

    private final float[] y = new float[1];

    private static Model model(long seed, int units, ModelOptions options) {
        TestModels models = new TestModels(seed);
        models.array("rnn/cell/kernel", 1, 3 * units);
        models.array("rnn/cell/recurrent_kernel", units, 3 * units);
        models.array("rnn/cell/bias", 2, 3 * units);
        models.array("dense/kernel", units, 1);
        models.array("dense/bias", 1);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 1),
                new RecurrentLayer.Rnn("rnn", List.of(new RecurrentLayer.GruCell("cell", units, Activation.TANH,
                        Activation.SIGMOID, true, true)), false, false, false, false, false),
                new CoreLayer.Dense("dense", 1, Activation.LINEAR, true));
        return Model.of(spec, models.weights(), Examples.NONE, options);
    }

    private static Model model(long seed) {
        return model(seed, 5, QUIET);
    }

    private static byte[] bytes(StateStore store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.save(out);
        return out.toByteArray();
    }

    private static StateStore stepped(Model model) {
        StateStore store = model.stateStore(STREAMS);
        try (Stepper stepper = model.stepper()) {
            float[] y = new float[1];
            for (int key = 0; key < STREAMS; key++) {
                for (int t = 0; t <= key % 4; t++) {
                    stepper.step(store, key, new float[] {0.1f * key - t}, y);
                }
            }
        }
        return store;
    }

    private static State state(Model model, StateStore store, long key) {
        State state = model.readState(freshState(model));
        store.get(key, state);
        return state;
    }

    private static byte[] freshState(Model model) {
        try (Stepper stepper = model.stepper()) {
            return stepper.state().toBytes();
        }
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, String part) {
        String message = assertThrows(InvalidInputException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void statesAreTheSameAfterARestart(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("states");
        try (Model model = model(1); StateStore store = stepped(model)) {
            store.save(file);
            byte[] saved = bytes(store);
            assertArrayEquals(Files.readAllBytes(file), saved);
            try (Model again = model(1); StateStore read = again.readStateStore(file)) {
                assertEquals(STREAMS, read.count());
                for (int key = 0; key < STREAMS; key++) {
                    assertEquals(state(model, store, key), state(again, read, key));
                }
            }
            // in the middle of a stream, of which no byte more is read
            byte[] two = new byte[2 * saved.length + 3];
            System.arraycopy(saved, 0, two, 0, saved.length);
            System.arraycopy(saved, 0, two, saved.length, saved.length);
            ByteArrayInputStream in = new ByteArrayInputStream(two);
            model.readStateStore(in).close();
            model.readStateStore(in).close();
            assertEquals(3, in.available());
        }
    }

    @Test
    void aModelTrainedFurtherTakesThemAll(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("states");
        try (Model model = model(1);
                Model next = model(2);
                Model other = model(1, 6, QUIET);
                StateStore store = stepped(model)) {
            store.save(file);
            refused(() -> next.readStateStore(file), "another model");
            refused(() -> next.readStateStore(file), file.toString());
            refused(() -> other.adoptStateStore(file), "names, sizes, kinds or options");
            try (StateStore adopted = next.adoptStateStore(file)) {
                for (int key = 0; key < STREAMS; key++) {
                    assertEquals(next.adoptState(state(model, store, key)), state(next, adopted, key));
                }
            }
            next.adoptStateStore(new ByteArrayInputStream(bytes(store))).close();
        }
    }

    @Test
    void whatIsDamagedIsRefusedAndNothingIsLeft(@TempDir Path folder) throws IOException {
        try (Model model = model(1); StateStore store = stepped(model)) {
            byte[] saved = bytes(store);
            long before = OffHeap.reserved();
            Random random = new Random(3);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = saved.clone();
                int at = i < 50 ? i : random.nextInt(saved.length);
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                assertThrows(InvalidInputException.class,
                        () -> model.readStateStore(new ByteArrayInputStream(damaged)));
            }
            for (int length = 0; length < saved.length; length += 7) {
                byte[] cut = Arrays.copyOf(saved, length);
                assertThrows(InvalidInputException.class, () -> model.readStateStore(new ByteArrayInputStream(cut)));
            }
            assertEquals(before, OffHeap.reserved());
            Path file = folder.resolve("states");
            Files.write(file, Arrays.copyOf(saved, saved.length + 1));
            refused(() -> model.readStateStore(file), "more bytes follow");
            assertThrows(ModelFileException.class, () -> model.readStateStore(folder.resolve("none")));
            assertThrows(ModelFileException.class, () -> store.save(folder));
            try (KeyedStates keyed = model.keyedStates(3)) {
                refused(() -> keyed.load(new ByteArrayInputStream(saved), false), "numbers for keys");
            }
            assertEquals(before, OffHeap.reserved());
            StateStore closed = stepped(model);
            closed.close();
            assertThrows(IllegalStateException.class, () -> closed.save(file));
            assertThrows(IllegalStateException.class, () -> closed.save(new ByteArrayOutputStream()));
        }
    }

    /** A number of streams that nobody has memory for is refused before any is reserved. */
    @Test
    void theLimitHolds() throws IOException {
        try (Model model = model(1);
                Model small = model(1, 5, QUIET.withLimits(Limits.DEFAULT.with(Limit.SCRATCH, 100)));
                StateStore store = stepped(model)) {
            byte[] saved = bytes(store);
            assertThrows(LimitExceededException.class, () -> small.readStateStore(new ByteArrayInputStream(saved)));
        }
    }

    @Test
    void theStreamSteppedLongestAgoIsForgotten() {
        try (Model model = model(1);
                Stepper stepper = model.stepper();
                KeyedStates states = model.keyedStates(3);
                StateStore alone = model.stateStore(4)) {
            float[] expected = new float[1];
            String[] keys = {"ä", "b", "c", "d"};
            for (int t = 0; t < 5; t++) {
                for (int key = 0; key < 3; key++) {
                    float[] x = {0.3f * t - key};
                    assertEquals(stepper.step(alone, key, x, expected), states.step(stepper, keys[key], x, y));
                    assertArrayEquals(expected, y);
                }
            }
            assertEquals(3, states.size());
            // the fourth takes the place of the first; a refused step that of none
            refused(() -> states.step(stepper, "d", new float[2], y), "2 steps");
            refused(() -> states.step(stepper, "d", new float[] {Float.NaN}, y), "NaN");
            refused(() -> states.step(stepper, "x".repeat(KeyedStates.MAX_KEY_BYTES + 1), new float[1], y), "bytes");
            assertEquals(3, states.size());
            assertEquals(state(model, alone, 0), states.get("ä").orElseThrow());
            states.step(stepper, "d", new float[] {1}, y);
            stepper.step(alone, 3, new float[] {1}, expected);
            assertArrayEquals(expected, y);
            assertEquals(3, states.size());
            assertEquals(1, states.forgotten());
            assertTrue(states.get("ä").isEmpty());
            assertEquals(state(model, alone, 1), states.get("b").orElseThrow());
            // a new stream of an old key
            states.step(stepper, "ä", new float[] {1}, y);
            assertArrayEquals(expected, y);
            assertTrue(states.get("b").isEmpty());
            assertTrue(states.remove("ä"));
            assertFalse(states.remove("ä"));
            states.set("b", state(model, alone, 1));
            assertEquals(3, states.size());
            assertEquals(state(model, alone, 1), states.get("b").orElseThrow());
        }
    }

    @Test
    void oldStreamsAreForgottenAlsoWhileTheProcessIsDown(@TempDir Path folder) {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        Path file = folder.resolve("states");
        try (Model model = model(1);
                Stepper stepper = model.stepper();
                KeyedStates states = new KeyedStates(model.loaded, 10, Duration.ofSeconds(60), now::get);
                KeyedStates later = new KeyedStates(model.loaded, 10, Duration.ofSeconds(60), now::get);
                KeyedStates few = new KeyedStates(model.loaded, 1, null, now::get)) {
            states.step(stepper, "a", new float[] {1}, y);
            now.set(Instant.ofEpochSecond(50));
            states.step(stepper, "b", new float[] {1}, y);
            State b = states.get("b").orElseThrow();
            states.save(file);
            now.set(Instant.ofEpochSecond(61));
            assertEquals(1, states.size());
            assertTrue(states.get("a").isEmpty());
            later.load(file, false);
            assertEquals(1, later.size());
            assertEquals(b, later.get("b").orElseThrow());
            refused(() -> later.load(file, false), "1 streams here already");
            few.load(file, false);
            assertEquals(b, few.get("b").orElseThrow());
            assertEquals(1, few.size());
            now.set(Instant.ofEpochSecond(111));
            assertEquals(0, later.size());
            assertEquals(1, few.size());
        }
    }

    @Test
    void refusedKeyedStatesLeaveNothing() throws IOException {
        try (Model model = model(1);
                Model next = model(2);
                Stepper stepper = model.stepper();
                KeyedStates states = model.keyedStates(STREAMS);
                KeyedStates target = next.keyedStates(STREAMS)) {
            for (int i = 0; i < STREAMS; i++) {
                states.step(stepper, "key " + i, new float[] {i}, y);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            states.save(out);
            byte[] saved = out.toByteArray();
            Random random = new Random(4);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = saved.clone();
                damaged[i < 50 ? i : random.nextInt(saved.length)] ^= (byte) (1 << random.nextInt(8));
                assertThrows(InvalidInputException.class, () -> target.load(new ByteArrayInputStream(damaged), true));
                byte[] cut = Arrays.copyOf(saved, random.nextInt(saved.length));
                assertThrows(InvalidInputException.class, () -> target.load(new ByteArrayInputStream(cut), true));
                assertEquals(0, target.size());
            }
            refused(() -> target.load(new ByteArrayInputStream(saved), false), "another model");
            target.load(new ByteArrayInputStream(saved), true);
            assertEquals(STREAMS, target.size());
            assertEquals(0, target.forgotten());
            for (int i = 0; i < STREAMS; i++) {
                assertEquals(next.adoptState(states.get("key " + i).orElseThrow()),
                        target.get("key " + i).orElseThrow());
            }
            KeyedStates closed = model.keyedStates(1);
            closed.close();
            assertThrows(IllegalStateException.class, closed::size);
            assertTrue(closed.toString().contains("closed"));
        }
    }

    @Test
    void threadsTakeTurns() throws InterruptedException {
        try (Model model = model(1); KeyedStates states = model.keyedStates(2004); Stepper check = model.stepper()) {
            List<Thread> threads = new ArrayList<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (int i = 0; i < 4; i++) {
                int me = i;
                threads.add(Thread.ofPlatform().uncaughtExceptionHandler((t, e) -> failure.set(e)).start(() -> {
                    try (Stepper stepper = model.stepper()) {
                        float[] out = new float[1];
                        for (int t = 0; t < 500; t++) {
                            states.step(stepper, "thread " + me, new float[] {(t + me) % 7}, out);
                            states.step(stepper, "other " + me + " " + t, new float[] {1}, out);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(null, failure.get());
            for (int me = 0; me < 4; me++) {
                check.reset();
                for (int t = 0; t < 500; t++) {
                    check.step(new float[] {(t + me) % 7}, y);
                }
                assertEquals(check.state(), states.get("thread " + me).orElseThrow());
            }
        }
    }

    @Test
    void aStepOfAKnownKeyAllocatesNothing() {
        try (Model model = model(1); KeyedStates states = model.keyedStates(4); Stepper stepper = model.stepper()) {
            float[] x = {0.5f};
            states.step(stepper, "a", x, y);
            TestModels.allocatesNothing("KeyedStates.step", () -> states.step(stepper, "a", x, y));
        }
    }
}
