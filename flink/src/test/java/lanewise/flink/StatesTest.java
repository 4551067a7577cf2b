package lanewise.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import lanewise.Model;
import lanewise.State;
import lanewise.Stepper;
import lanewise.options.ModelOptions;
import lanewise.spec.WeightFormat;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that finds states in its savepoint which are not those of its model. */
class StatesTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final int KEYS = 4;
    private static final String OWN = "key-0";
    private static final String OTHER = "key-1";
    private static final String NARROW = "key-2";
    private static final String DAMAGED = "key-3";
    /** What the savepoint holds. */
    private static final Map<String, byte[]> STATES = new ConcurrentHashMap<>();
    private static final Map<String, Boolean> WRITTEN = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    /** Writes states in the scorer's place. */
    private static final class Writes extends KeyedProcessFunction<String, Event, String> {
        private static final long serialVersionUID = 1L;

        private transient ValueState<byte[]> states;

        @Override
        public void open(OpenContext context) {
            states = getRuntimeContext().getState(
                    new ValueStateDescriptor<>("lanewise", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(Event event, Context context, Collector<String> out) throws Exception {
            states.update(STATES.get(event.key()));
            WRITTEN.put(event.key(), true);
        }
    }

    private String savepoint() throws Exception {
        StreamExecutionEnvironment cluster = Jobs.cluster(folder, "hashmap");
        DataStreamSource<Event> events = Jobs.events(cluster, 1_000_000, 200, number -> Event.of(number, KEYS));
        events.uid("other events");
        events.keyBy(Event::key, Types.STRING).process(new Writes()).uid("small")
                .sinkTo(new DiscardingSink<>()).uid("sink");
        JobClient job = cluster.executeAsync();
        while (WRITTEN.size() < KEYS) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return job.stopWithSavepoint(false, folder.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
    }

    private static State state(Model model) {
        try (Stepper stepper = model.stepper()) {
            stepper.step(Event.of(5, KEYS).features(), new float[1]);
            return stepper.state();
        }
    }

    private static Map<String, List<float[]>> expected(Model model, List<String> keys, List<Event> events) {
        return keys.stream().collect(Collectors.toMap(key -> key, key -> {
            try (Stepper stepper = model.stepper()) {
                stepper.restore(model.adoptState(STATES.get(key)));
                return events.stream().filter(event -> event.key().equals(key)).map(event -> {
                    float[] y = new float[1];
                    stepper.step(event.features(), y);
                    return y;
                }).toList();
            }
        }));
    }

    /** Runs on from the savepoint; asserts that these keys go on, and returns why others don't. */
    private Map<String, String> run(Path file, boolean adopts, String savepoint, List<String> keys) throws Exception {
        StreamExecutionEnvironment cluster = Jobs.cluster(folder, "hashmap", "execution.state-recovery.path",
                savepoint, "execution.state-recovery.ignore-unclaimed-state", "true");
        int count = 40;
        KeyedScorer<Event> scorer = KeyedScorer.of("small", file, Event::features).skipBadEvents();
        Scores<String, Event> scores = Jobs.score(adopts ? scorer.adoptStates() : scorer,
                Jobs.events(cluster, count, 1e6, number -> Event.of(number, KEYS)), 2);
        CloseableIterator<Scored<String, Event>> found = scores.scores().collectAsync();
        CloseableIterator<DeadLetter<Event>> skipped = scores.deadLetters().collectAsync();
        cluster.execute();
        Map<String, List<Scored<String, Event>>> scored = Jobs.all(found).stream()
                .sorted(Comparator.comparingLong(one -> one.event().number()))
                .collect(Collectors.groupingBy(Scored::key));
        List<Event> events = LongStream.range(0, count).mapToObj(number -> Event.of(number, KEYS)).toList();
        assertEquals(Set.copyOf(keys), scored.keySet());
        try (Model model = Model.open(file, QUIET)) {
            expected(model, keys, events).forEach((key, scoresOfKey) -> {
                assertEquals(scoresOfKey.size(), scored.get(key).size(), key);
                for (int i = 0; i < scoresOfKey.size(); i++) {
                    assertArrayEquals(scoresOfKey.get(i), scored.get(key).get(i).scores(), 0f, key);
                }
            });
        }
        List<DeadLetter<Event>> letters = Jobs.all(skipped);
        assertEquals(events.stream().filter(event -> !keys.contains(event.key())).count(), letters.size());
        return letters.stream()
                .collect(Collectors.toMap(letter -> letter.event().key(), DeadLetter::reason, (a, b) -> a));
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
        }
    }

    @Test
    void continuesOnlyWhatFits() throws Exception {
        Path file = SmallModel.write(folder.resolve("small.gguf"), 1);
        Path next = SmallModel.write(folder.resolve("next.gguf"), 2);
        ModelOptions narrow = QUIET.withWeights(WeightFormat.BFLOAT16);
        String of;
        try (Model model = Model.open(file, QUIET);
                Model other = Model.open(next, QUIET);
                Model bfloat = Model.open(file, narrow)) {
            of = other.fingerprint();
            STATES.put(OWN, state(model).toBytes());
            STATES.put(OTHER, state(other).toBytes());
            STATES.put(NARROW, state(bfloat).toBytes());
            byte[] damaged = state(model).toBytes();
            damaged[damaged.length / 2] ^= 1;
            STATES.put(DAMAGED, damaged);
        }
        String savepoint = savepoint();
        Map<String, String> refused = run(file, false, savepoint, List.of(OWN));
        assertSays(refused.get(OTHER), "small, subtask ", "key '" + OTHER + "'", "another model", of);
        assertSays(refused.get(NARROW), "key '" + NARROW + "'", "another model");
        assertSays(refused.get(DAMAGED), "key '" + DAMAGED + "'", "damaged");
        // weights may differ, their formats may not
        refused = run(file, true, savepoint, List.of(OWN, OTHER));
        assertSays(refused.get(NARROW), "key '" + NARROW + "'", "formats");
        assertSays(refused.get(DAMAGED), "key '" + DAMAGED + "'", "damaged");
    }
}
