package lanewise.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import lanewise.Model;
import lanewise.State;
import lanewise.Stepper;
import lanewise.options.ModelOptions;
import lanewise.spec.WeightFormat;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that take the place of others, or are refused. */
class SwapTest {
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
        return trial(Trial.settings(work.resolve("state")), folder);
    }

    private Trial trial(Properties settings, ModelSource models) {
        return new Trial(KeyedScorer.of(Serdes.String(), models, first).inMemory(), settings);
    }

    private static void refused(Swap swap, String from, String... parts) {
        assertEquals(from, swap.from());
        assertTrue(!swap.accepted(), swap.toString());
        for (String part : parts) {
            assertTrue(swap.reason().contains(part), swap.toString());
        }
    }

    @Test
    void streamsGoOnInAModelTrainedFurther() {
        String next = TrialModel.seeded(2).addTo(folder);
        try (Trial trial = trial();
                Model before = TrialModel.open(folder, first);
                Model after = TrialModel.open(folder, next);
                Stepper old = before.stepper();
                Stepper stepper = after.stepper()) {
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            trial.ask(next);
            trial.events.pipeInput("k", TrialModel.event("k", 1));
            trial.events.pipeInput("k", TrialModel.event("k", 2));
            float y = TrialModel.step(old, TrialModel.event("k", 0));
            assertEquals(new Score(first, new float[] {y}), trial.scores.readValue());
            stepper.restore(after.adoptState(old.state()));
            for (int i = 1; i < 3; i++) {
                y = TrialModel.step(stepper, TrialModel.event("k", i));
                assertEquals(new Score(next, new float[] {y}), trial.scores.readValue());
            }
            assertEquals(new Swap("0_0", "control-0@0", first, next, true, ""), trial.swap());
            assertEquals(1, trial.metric("swap-total"));
            assertEquals(0, trial.metric("refused-swap-total"));
            State kept = after.readState(trial.states().get("k"));
            assertEquals(next, kept.fingerprint());
        }
    }

    @Test
    void theNewestRecordCountsAndIsDealtWithOnce() {
        String second = TrialModel.seeded(2).addTo(folder);
        String third = TrialModel.seeded(3).addTo(folder);
        try (Trial trial = trial()) {
            trial.control.pipeInput("model", second);
            trial.ask(third + "\n");
            assertEquals(new Swap("0_0", "control-0@1", first, third, true, ""), trial.swap());
            trial.look();
            trial.ask(first);
            assertEquals(new Swap("0_0", "control-0@2", third, first, true, ""), trial.swap());
            trial.ask(first);
            assertEquals(new Swap("0_0", "control-0@3", first, first, true, ""), trial.swap());
            assertTrue(trial.swaps.isEmpty());
        }
    }

    @Test
    void theReportHasNoKeyAndCarriesItsPartsInHeaders() {
        try (Trial trial = trial()) {
            trial.ask("nonsense");
            TestRecord<byte[], Swap> report = trial.swaps.readRecord();
            assertNull(report.key());
            assertEquals("nonsense", Trial.header(report.headers(), "lanewise.to"));
        }
    }

    @Test
    void aModelWhoseStatesDoNotFitIsRefusedAndNothingChanges() {
        String larger = new TrialModel(2, TrialModel.FEATURES, 9).addTo(folder);
        String wider = new TrialModel(2, TrialModel.FEATURES + 1, 8).addTo(folder);
        try (Trial trial = trial(); Model model = TrialModel.open(folder, first); Stepper stepper = model.stepper()) {
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            byte[] kept = trial.states().get("k");
            trial.ask(larger);
            refused(trial.swap(), first, "'lstm' (LSTM) keeps [9, 9] numbers", "other model (LSTM) [8, 8]");
            trial.ask(wider);
            refused(trial.swap(), first, "it takes FLOAT32", "4", "expected FLOAT32", "3");
            assertEquals(2, trial.metric("refused-swap-total"));
            assertEquals(model.readState(kept), model.readState(trial.states().get("k")));
            trial.events.pipeInput("k", TrialModel.event("k", 1));
            for (int i = 0; i < 2; i++) {
                float y = TrialModel.step(stepper, TrialModel.event("k", i));
                assertEquals(new Score(first, new float[] {y}), trial.scores.readValue());
            }
        }
    }

    @Test
    void aModelOfOtherWeightFormatsIsRefused() {
        ModelOptions narrow = TrialModel.QUIET.withWeights(WeightFormat.BFLOAT16);
        ModelFolder rounded = new ModelFolder(work.resolve("rounded"), narrow);
        String next = TrialModel.seeded(1).addTo(rounded);
        assertNotEquals(first, next);
        try (Trial trial = trial(Trial.settings(work.resolve("state")),
                fingerprint -> (fingerprint.equals(next) ? rounded : folder).open(fingerprint))) {
            trial.ask(next);
            refused(trial.swap(), first, "lstm/cell/kernel", "bfloat16", "float32");
        }
    }

    @Test
    void whatIsNoFingerprintIsRefused() {
        try (Trial trial = trial()) {
            for (String junk : new String[] {"", "latest", first.toUpperCase(Locale.ROOT) + "A", "../" + first,
                null}) {
                trial.ask(junk);
                refused(trial.swap(), first, "no fingerprint");
            }
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            assertEquals(first, trial.scores.readValue().model());
        }
    }

    @Test
    void aModelThatIsMissingHereStopsOrIsSkipped() {
        String missing = "0123456789abcdef";
        try (Trial trial = trial()) {
            String message = KeyedScorerTest
                    .rootMessage(assertThrows(RuntimeException.class, () -> trial.ask(missing)));
            assertTrue(message.contains("task 0_0, control-0@0: 0123456789abcdef can't be opened on this machine"),
                    message);
            assertTrue(message.contains("0123456789abcdef.gguf is missing"), message);
        }
        try (Trial trial = trial(Trial.skipping(work.resolve("skipping")), folder)) {
            trial.ask(missing);
            refused(trial.swap(), first, "0123456789abcdef.gguf is missing");
            trial.look();
            assertTrue(trial.swaps.isEmpty());
            trial.events.pipeInput("k", TrialModel.event("k", 0));
            assertEquals(first, trial.scores.readValue().model());
            assertEquals(1, trial.metric("refused-swap-total"));
        }
    }

    @Test
    void aModelThatIsDamagedHereIsSkippedUntilItIsMendedAndAskedForAgain() throws IOException {
        String next = TrialModel.seeded(2).addTo(folder);
        Path file = folder.folder().resolve(next + ".gguf");
        byte[] good = Files.readAllBytes(file);
        try (Trial trial = trial(Trial.skipping(work.resolve("skipping")), folder)) {
            byte[] changed = good.clone();
            changed[3 * changed.length / 4] ^= 1;
            Files.write(file, changed);
            trial.ask(next);
            refused(trial.swap(), first, "can't be opened on this machine", "checksum");
            Files.copy(folder.folder().resolve(first + ".gguf"), file, StandardCopyOption.REPLACE_EXISTING);
            trial.ask(next);
            refused(trial.swap(), first, "holds the model " + first + ", not " + next);
            Files.write(file, Arrays.copyOf(good, 100));
            trial.ask(next);
            refused(trial.swap(), first, "can't be opened on this machine");
            Files.write(file, good);
            trial.ask(next);
            assertEquals(new Swap("0_0", "control-0@3", first, next, true, ""), trial.swap());
        }
    }

    @Test
    void aSourceThatGivesAnotherModelIsRefused() {
        String other = TrialModel.seeded(2).addTo(folder);
        String asked = TrialModel.seeded(3).addTo(folder);
        try (Trial trial = trial(Trial.skipping(work.resolve("skipping")),
                fingerprint -> folder.open(fingerprint.equals(asked) ? other : fingerprint))) {
            trial.ask(asked);
            refused(trial.swap(), first, "gave the model " + other + " for " + asked);
        }
    }

    @Test
    void aControlTopicOfSeveralPartitionsIsRefused() {
        assertTrue(Control.of("control", 1, 12, first).problem().contains("several partitions"));
        Control control = Control.of("a topic-0", 0, 12, " " + first + "\r\n");
        assertEquals("", control.problem());
        assertEquals(first, control.asked());
        assertEquals("a?b", Control.of("control", 0, 1, "a\nb").asked());
        assertEquals(63, Control.of("control", 0, 1, "x".repeat(100_000)).asked().length());
    }
}
