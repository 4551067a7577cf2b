package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.watch.SpeedWatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of JDK Flight Recorder shows of a model, and what {@code explain} says of slow calls. */
class FlightRecorderTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);
    /** Units of a layer that calls take some time for. */
    private static final int UNITS = 64;
    private static final long HOUR = Duration.ofHours(1).toNanos();

    @TempDir
    private Path folder;

    private final TestModels models = new TestModels(5);

    private ModelSpec spec() {
        models.array("rnn/cell/kernel", 4, UNITS);
        models.array("rnn/cell/recurrent_kernel", UNITS, UNITS);
        models.array("rnn/cell/bias", UNITS);
        RecurrentLayer.Cell cell = new RecurrentLayer.SimpleRnnCell("cell", UNITS, Activation.TANH, true);
        return TestModels.chain(TestModels.floats(-1, -1, 4),
                new RecurrentLayer.Rnn("rnn", List.of(cell), false, false, false, false, false),
                new CoreLayer.Activate("relu", Activation.RELU));
    }

    private Model model() {
        return Model.of(spec(), models.weights(), Examples.NONE, OPTIONS);
    }

    private List<RecordedEvent> record(String name, Runnable calls) throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable(name);
            recording.start();
            calls.run();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static void call(Predictor predictor, int times) {
        predictor.onlyInput().set(new float[16 * 4], 1);
        for (int i = 0; i < times; i++) {
            predictor.run();
        }
    }

    private static LoadedModel vectors(Predictor predictor) {
        predictor.model.useVectors();
        return predictor.model;
    }

    private static void needsVectors() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    private static String watch(Model model) {
        return model.explain().lines().filter(line -> line.startsWith("watch")).collect(Collectors.joining("; "));
    }

    @Test
    void slowCallsAreRecordedAndExplained() throws IOException {
        needsVectors();
        try (Model model = model(); Predictor predictor = model.predictor()) {
            SpeedWatch watch = vectors(predictor).watch();
            call(predictor, 10);
            // a kernel that takes far longer than it did, allocating as vectors do that C2 has not compiled
            watch.expect(1, 16 * 4, predictor.execution.frame().count());
            List<RecordedEvent> events = record("lanewise.SlowCall", () -> {
                for (int i = 0; i < SpeedWatch.PERIOD + 20; i++) {
                    watch.note(1000, 48, 16 * 4, 0);
                }
            });
            assertEquals(SpeedWatch.PERIOD + 20, events.size());
            // a file does not hold events in their order
            RecordedEvent last = events.stream().max(Comparator.comparingInt(event -> event.getInt("inARow")))
                    .orElseThrow();
            assertEquals("chain", last.getString("model"));
            assertEquals("call", last.getString("kind"));
            assertEquals(64, last.getLong("inputs"));
            assertEquals(Duration.ofNanos(1000), last.getDuration("taken"));
            assertEquals(Duration.ofNanos(1), last.getDuration("expected"));
            assertEquals(48, last.getLong("allocated"));
            assertEquals(SpeedWatch.PERIOD + 20, last.getInt("inARow"));
            assertTrue(watch(model).contains(SpeedWatch.PERIOD + 20 + " were slow"), watch(model));
            assertEquals(SpeedWatch.PERIOD + 20, model.slowCalls());
            assertTrue(watch(model).contains("also the"), watch(model));
            watch.note(3, 0, 16 * 4, 0);
            assertTrue(watch(model).contains("later ones were not"), watch(model));
        }
    }

    @Test
    void oneOfManyCallsIsTimedAndAllAfterASlowOne() throws IOException {
        needsVectors();
        try (Model model = model(); Predictor predictor = model.predictor(1, 20_000)) {
            vectors(predictor).watch().expect(1, Integer.MAX_VALUE, Integer.MAX_VALUE);
            call(predictor, SpeedWatch.PERIOD - 1);
            // so long that it takes more than an empty cache explains
            predictor.onlyInput().set(new float[20_000 * 4], 1);
            assertEquals(5, record("lanewise.SlowCall", () -> {
                for (int i = 0; i < 5; i++) {
                    predictor.run();
                }
            }).size());
            assertTrue(watch(model).contains("also the 5 before"), watch(model));
        }
    }

    @Test
    void stepsAreWatchedToo() throws IOException {
        needsVectors();
        try (Model model = model(); Stepper stepper = model.stepper()) {
            LoadedModel loaded = stepper.model;
            loaded.useVectors();
            loaded.stepWatch().expect(HOUR, 1, 1);
            assertEquals(List.of(), record("lanewise.SlowCall", () -> {
                for (int i = 0; i < 3 * SpeedWatch.PERIOD; i++) {
                    stepper.step(new float[4], new float[UNITS]);
                }
            }));
            assertTrue(watch(model).startsWith("watch     a step with 1 numbers"), watch(model));
            loaded.stepWatch().note(10 * HOUR, 0, 1, 1);
            assertTrue(watch(model).contains("1 was slow"), watch(model));
        }
    }

    @Test
    void largerCallsMayTakeLonger() {
        SpeedWatch watch = new SpeedWatch("model", "call", 4_000);
        assertFalse(watch.isOn());
        watch.expect(100_000, 10, 1000);
        watch.expect(200_000, 99, 9999);
        assertTrue(watch.isOn());
        int limit = SpeedWatch.FACTOR * 100_000;
        // without allocation, a little more may be the caches
        assertTrue(watch.note(limit + 1, 8, 10, 1000));
        assertFalse(watch.note(limit + 1, 0, 10, 1000));
        assertTrue(watch.note(limit + 50_000, 0, 10, 1000));
        // more rows, or more values between them, as attention has
        assertFalse(watch.note(3L * limit, 8, 30, 1000));
        assertFalse(watch.note(3L * limit, 8, 10, 3000));
        assertTrue(watch.note(3L * limit + 1, 8, 30, 3000));
        // fewer need not take less
        assertFalse(watch.note(limit, 8, 1, 10));
    }

    @Test
    void nothingIsWatchedBeforeTheSwitch() {
        try (Model model = model(); Predictor predictor = model.predictor()) {
            call(predictor, 2 * SpeedWatch.PERIOD);
            assertEquals("", watch(model));
        }
    }

    @Test
    void theSwitchSaysWhatCallsShouldTake() {
        needsVectors();
        try (Model model = model(); Stepper stepper = model.stepper()) {
            assertTrue(model.warmUp(Duration.ofSeconds(30)), model.explain());
            assertTrue(watch(model).contains("a call with 64 numbers as input should take "), watch(model));
            assertTrue(watch(model).contains("a step with 4 numbers as input should take "), watch(model));
            assertEquals(4, stepper.onlyInput().size());
        }
    }

    @Test
    void loadingAndVerifyingAreRecorded() throws IOException {
        Map<String, RecordedEvent> events = new TreeMap<>();
        TensorData x = TensorData.of(Shape.of(1, 1, 4), new float[4]);
        TensorData y = TensorData.of(Shape.of(1, UNITS), new float[UNITS]);
        Examples examples = new Examples(List.of(new Example(false, List.of(x), List.of(y))), 1e-9, 0);
        ModelSpec spec = spec();
        try (Recording recording = new Recording()) {
            recording.enable("lanewise.ModelLoad");
            recording.enable("lanewise.ModelVerification");
            recording.start();
            try (Model model = Model.of(spec, models.weights(), examples, OPTIONS)) {
                assertFalse(model.verify().passed());
            }
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            RecordingFile.readAllEvents(file).forEach(event -> events.put(event.getEventType().getName(), event));
        }
        RecordedEvent load = events.get("lanewise.ModelLoad");
        assertEquals("chain", load.getString("model"));
        assertEquals(2, load.getInt("operations"));
        assertTrue(load.getLong("weightBytes") >= 4 * UNITS * UNITS);
        RecordedEvent verification = events.get("lanewise.ModelVerification");
        assertFalse(verification.getBoolean("passed"));
        assertEquals(1, verification.getInt("calls"));
        assertTrue(verification.getString("failure").contains("expected"), verification.getString("failure"));
    }
}
