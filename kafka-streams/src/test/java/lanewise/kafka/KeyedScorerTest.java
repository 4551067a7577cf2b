package lanewise.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import lanewise.Model;
import lanewise.Stepper;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is scored, without a broker. */
class KeyedScorerTest {
    @TempDir
    private Path work;
    private ModelFolder folder;
    private String first;

    @BeforeEach
    void addModel() {
        folder = new ModelFolder(work.resolve("models"), TrialModel.QUIET);
        first = TrialModel.seeded(1).addTo(folder);
    }

    private Trial trial() {
        return trial(Trial.settings(work.resolve("state")));
    }

    private Trial trial(Properties settings) {
        return new Trial(KeyedScorer.of(Serdes.String(), folder, first).inMemory(), settings);
    }

    /** What a stepper for each key gives to its events in order. */
    private static List<KeyValue<String, Score>> expected(Model model, List<KeyValue<String, float[]>> events) {
        List<KeyValue<String, Score>> scores = new ArrayList<>();
        Map<String, Stepper> steppers = new LinkedHashMap<>();
        for (KeyValue<String, float[]> event : events) {
            float y = TrialModel.step(steppers.computeIfAbsent(event.key, key -> model.stepper()), event.value);
            scores.add(KeyValue.pair(event.key, new Score(model.fingerprint(), new float[] {y})));
        }
        steppers.values().forEach(Stepper::close);
        return scores;
    }

    private static List<KeyValue<String, float[]>> events(int keys, int count) {
        List<KeyValue<String, float[]>> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "key-" + i * i % keys;
            events.add(KeyValue.pair(key, TrialModel.event(key, i)));
        }
        return events;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachKeyIsAStreamOfItsOwn(boolean inMemory) {
        KeyedScorer<String> scorer = KeyedScorer.of(Serdes.String(), folder, first);
        List<KeyValue<String, float[]>> events = events(7, 200);
        try (Trial trial = new Trial(inMemory ? scorer.inMemory() : scorer, Trial.settings(work.resolve("state")));
                Model model = TrialModel.open(folder, first)) {
            trial.events.pipeKeyValueList(events);
            assertEquals(expected(model, events), trial.readScores());
        }
    }

    @Test
    void aScoreKeepsTimestampAndHeaders() {
        try (Trial trial = trial()) {
            var event = new org.apache.kafka.streams.test.TestRecord<>("k", TrialModel.event("k", 0),
                    java.time.Instant.ofEpochMilli(1234));
            event.headers().add("id", new byte[] {7});
            trial.events.pipeInput(event);
            var score = trial.scores.readRecord();
            assertEquals(1234, score.timestamp());
            assertArrayEquals(new byte[] {7}, score.headers().lastHeader("id").value());
        }
    }

    @Test
    void anEventWithoutAValueEndsTheStream() {
        float[] event = TrialModel.event("k", 0);
        try (Trial trial = trial()) {
            trial.events.pipeInput("k", event);
            trial.events.pipeInput("k", event);
            trial.events.pipeInput("k", null);
            assertEquals(null, trial.states().get("k"));
            trial.events.pipeInput("k", event);
            List<KeyValue<String, Score>> scores = trial.readScores();
            assertEquals(3, scores.size());
            assertNotEquals(scores.get(0), scores.get(1));
            assertEquals(scores.get(0), scores.get(2));
        }
    }

    @Test
    void theStoreHoldsStatesOfTheModel() {
        try (Trial trial = trial();
                Model model = TrialModel.open(folder, first);
                Stepper stepper = model.stepper();
                StateSerde serde = new StateSerde(model)) {
            float[] event = TrialModel.event("k", 0);
            trial.events.pipeInput("k", event);
            TrialModel.step(stepper, event);
            byte[] kept = trial.states().get("k");
            assertEquals(stepper.state(), serde.deserializer().deserialize("changelog", kept));
            assertArrayEquals(kept, serde.serializer().serialize("changelog", stepper.state()));
        }
    }

    @Test
    void scoringIsTimedWhenAskedFor() {
        Properties settings = Trial.settings(work.resolve("state"));
        settings.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "DEBUG");
        try (Trial trial = trial(settings)) {
            trial.events.pipeKeyValueList(events(3, 10));
            assertEquals(10, trial.metric("score-total"));
        }
    }

    @Test
    void onlyExactlyOnceWillDo() {
        Properties settings = Trial.settings(work.resolve("state"));
        settings.remove(StreamsConfig.PROCESSING_GUARANTEE_CONFIG);
        String message = rootMessage(assertThrows(RuntimeException.class, () -> trial(settings)));
        assertTrue(message.contains("processing.guarantee is at_least_once, expected exactly_once_v2"), message);
    }

    @Test
    void aModelThatIsMissingStopsTheTaskAtTheStart() {
        first = "0123456789abcdef";
        String message = rootMessage(assertThrows(RuntimeException.class, this::trial));
        assertTrue(message.contains("0123456789abcdef.gguf is missing"), message);
        assertTrue(message.contains("task 0_0 can't open the model 0123456789abcdef on this machine"), message);
    }

    /** The messages of an exception and its causes. */
    static String rootMessage(Throwable thrown) {
        StringBuilder messages = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            messages.append(at.getMessage()).append('\n');
        }
        return messages.toString();
    }
}
