package lanewise.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.error.ModelFileException;
import lanewise.spec.WeightFormat;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and states that are refused: either nothing goes on, or all goes on as if they had not come. */
class PoisonTest {
    private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path work;
    private ModelFolder folder;
    private String first;

    @BeforeEach
    void addModel() {
        folder = new ModelFolder(work.resolve("models"), TrialModel.QUIET);
        first = TrialModel.seeded(1).addTo(folder);
    }

    private static byte[] bytes(float... features) {
        return new FeaturesSerde().serializer().serialize("events", features);
    }

    /** An event that is refused, after a good one of the same key. */
    private void poison(byte[] key, byte[] value, String... parts) {
        poison(trial -> {}, key, value, parts);
    }

    private void poison(Consumer<Trial> damage, byte[] key, byte[] value, String... parts) {
        KeyedScorer<String> scorer = KeyedScorer.of(Serdes.String(), folder, first).inMemory();
        try (Trial trial = new Trial(scorer, Trial.settings(work.resolve("state")))) {
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            damage.accept(trial);
            String message = KeyedScorerTest.rootMessage(assertThrows(RuntimeException.class,
                    () -> trial.raw.pipeInput(key, value)));
            for (String part : parts) {
                assertTrue(message.contains(part), message);
            }
        }
        try (Trial trial = new Trial(scorer, Trial.skipping(work.resolve("state")));
                Model model = TrialModel.open(folder, first);
                Stepper stepper = model.stepper()) {
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            byte[] good = trial.states().get("k");
            damage.accept(trial);
            byte[] kept = trial.states().get("k");
            trial.raw.pipeInput(key, value);
            assertArrayEquals(kept, trial.states().get("k"));
            assertEquals(1, trial.metric("dropped-records-total"));
            // as if it had not come
            trial.states().put("k", good);
            trial.events.pipeInput("k", TrialModel.event("k", 1));
            List<KeyValue<String, Score>> scores = trial.readScores();
            assertEquals(2, scores.size());
            for (int i = 0; i < 2; i++) {
                float y = TrialModel.step(stepper, TrialModel.event("k", i));
                assertEquals(new Score(first, new float[] {y}), scores.get(i).value);
            }
            if (value.length % Float.BYTES == 0) {
                needDead(trial, key, value);
            }
        }
    }

    /** The test driver loses dead letters of the deserializer within a transaction: BrokerTest looks for these. */
    private static void needDead(Trial trial, byte[] key, byte[] value) {
        TestRecord<byte[], byte[]> dead = trial.dead.readRecord();
        assertArrayEquals(key, dead.key());
        assertArrayEquals(value, dead.value());
        assertEquals("events", Trial.header(dead.headers(), "errors.topic"));
        assertEquals("0", Trial.header(dead.headers(), "errors.partition"));
        assertEquals("1", Trial.header(dead.headers(), "errors.offset"));
        assertTrue(trial.dead.isEmpty());
    }

    @Test
    void wrongNumbersOfFeatures() {
        poison(KEY, bytes(1, 2), "topic events, partition 0, offset 1", "given 2 values", "3)");
        poison(KEY, bytes(1, 2, 3, 4), "topic events, partition 0, offset 1", "given 4 values");
        poison(KEY, bytes(1, 2, 3, 4, 5, 6), "topic events, partition 0, offset 1", "2 steps");
        poison(KEY, bytes(), "topic events, partition 0, offset 1", "given 0 values");
    }

    @Test
    void notANumber() {
        poison(KEY, bytes(1, Float.NaN, 3), "topic events, partition 0, offset 1", "feature 1 of 3 is NaN");
    }

    @Test
    void noKey() {
        poison(null, bytes(1, 2, 3), "topic events, partition 0, offset 1", "no key");
    }

    @Test
    void bytesThatAreNoFeatures() {
        poison(KEY, new byte[13], "topic events: 13 bytes are no features");
    }

    @Test
    void aStateThatIsDamaged() {
        poison(trial -> {
            byte[] state = trial.states().get("k").clone();
            state[state.length / 2] ^= 4;
            trial.states().put("k", state);
        }, KEY, bytes(1, 2, 3), "topic events, partition 0, offset 1", "the state is damaged");
        poison(trial -> trial.states().put("k", new byte[5]), KEY, bytes(1, 2, 3),
                "topic events, partition 0, offset 1",
                "5 bytes are no state");
    }

    @Test
    void aStateOfAModelThatDoesNotFit() {
        String larger = new TrialModel(1, TrialModel.FEATURES, 9).addTo(folder);
        try (Model model = TrialModel.open(folder, larger); Stepper stepper = model.stepper()) {
            byte[] state = stepper.state().toBytes();
            poison(trial -> trial.states().put("k", state), KEY, bytes(1, 2, 3),
                    "topic events, partition 0, offset 1", "the state does not fit");
        }
    }

    @Test
    void aStateOfOtherWeightFormats() {
        try (Model model = new ModelFolder(folder.folder(),
                TrialModel.QUIET.withWeights(WeightFormat.INT16)).open(first)) {
            throw new AssertionError(model.fingerprint() + " is the float32 model's");
        } catch (ModelFileException e) {
            assertTrue(e.getMessage().contains("other options"), e.getMessage());
        }
        try (Model model = Model.open(folder.folder().resolve(first + ".gguf"),
                TrialModel.QUIET.withWeights(WeightFormat.INT16)); Stepper stepper = model.stepper()) {
            byte[] state = stepper.state().toBytes();
            poison(trial -> trial.states().put("k", state), KEY, bytes(1, 2, 3),
                    "topic events, partition 0, offset 1", "weights of other formats");
        }
    }
}
