package lanewise.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.options.ModelOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad events and bad models: what stops a job says why and where, what is skipped changes no state. */
class BadEventsTest {
    private static final int KEYS = 5;

    @TempDir
    private static Path folder;
    private static Path file;

    @BeforeAll
    static void write() {
        file = SmallModel.write(folder.resolve("small.gguf"), 1);
    }

    @BeforeEach
    void clear() {
        Counters.clear();
    }

    private static KeyedScorer<Event> scorer(Path model) {
        return KeyedScorer.of("small", model, Event::features);
    }

    private static StreamExecutionEnvironment cluster(String... more) {
        return Jobs.cluster(folder, "hashmap", Stream.concat(Stream.of("restart-strategy.type", "none",
                "metrics.reporter.counters.factory.class", Counters.class.getName()), Stream.of(more))
                .toArray(String[]::new));
    }

    /** Every tenth event is bad. */
    private static Event event(long number) {
        Event good = Event.of(number, KEYS);
        float[] nan = good.features().clone();
        nan[2] = Float.NaN;
        return number % 10 != 3 ? good : switch ((int) (number / 10 % 4)) {
            case 0 -> new Event(null, number, good.features());
            case 1 -> new Event(good.key(), number, null);
            case 2 -> new Event(good.key(), number, new float[3]);
            default -> new Event(good.key(), number, nan);
        };
    }

    private static String kind(String reason) {
        return Stream.of("no key", "no features", "3 values", "NaN").filter(reason::contains).findFirst()
                .orElse(reason);
    }

    /** The messages of a failure and its causes. */
    private static String failure(KeyedScorer<Event> scorer, Event event) {
        Throwable failure = assertThrows(Exception.class, () -> Jobs.run(
                Jobs.score(scorer, Jobs.events(cluster(), 1, 1000, number -> event), 2).scores()));
        StringBuilder all = new StringBuilder();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString();
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
        }
    }

    @Test
    void skippedEventsChangeNoState() throws Exception {
        int count = 1000;
        StreamExecutionEnvironment cluster = cluster();
        DataStream<Event> events = Jobs.events(cluster, count, 1e6, BadEventsTest::event);
        Scores<String, Event> scores = Jobs.score(scorer(file).skipBadEvents().forgetAfter(Duration.ofDays(1)), events,
                2);
        CloseableIterator<Scored<String, Event>> found = scores.scores().collectAsync();
        CloseableIterator<DeadLetter<Event>> skipped = scores.deadLetters().collectAsync();
        cluster.execute();
        List<Scored<String, Event>> scored = Jobs.all(found);
        List<DeadLetter<Event>> letters = Jobs.all(skipped);

        List<Event> good = LongStream.range(0, count).mapToObj(BadEventsTest::event)
                .filter(event -> event.number() % 10 != 3).toList();
        Jobs.assertExact(file, good, scored);
        assertEquals(count - good.size(), letters.size());
        assertEquals(new TreeMap<>(Map.of("no key", 25L, "no features", 25L, "3 values", 25L, "NaN", 25L)),
                letters.stream().collect(Collectors.groupingBy(letter -> kind(letter.reason()), TreeMap::new,
                        Collectors.counting())));
        assertEquals(count - good.size(), letters.stream().map(letter -> letter.event().number()).distinct().count());
        assertEquals(letters.size(), Counters.sum("skipped"));
        assertEquals(scored.size(), Counters.sum("scored"));
    }

    @Test
    void stopsWithTheReason() {
        assertSays(failure(scorer(file), event(33)), "small, subtask ", " of 2, key '" + event(33).key() + "'", "NaN",
                "No state was changed", "skipBadEvents()");
        assertSays(failure(scorer(file), event(3)), "small, subtask 1 of 1, event Event[key=null, number=3", "no key");
    }

    @Test
    void wrongModelsStopTheJobBeforeTheFirstEvent() throws Exception {
        Event good = event(0);
        assertSays(failure(scorer(folder.resolve("absent.gguf")), good), "small, subtask ", "absent.gguf",
                "every task manager");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 40] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.gguf"), bytes);
        assertSays(failure(scorer(damaged), good), "small, subtask ", "damaged.gguf");
        String found;
        try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false))) {
            found = model.fingerprint();
        }
        assertSays(failure(scorer(file).withFingerprint("0123456789abcdef"), good), "small, subtask ", found,
                "0123456789abcdef");
    }
}
