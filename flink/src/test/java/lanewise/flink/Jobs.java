package lanewise.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.options.ModelOptions;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** Jobs on a small cluster in this JVM, and what their scores have to be. */
final class Jobs {
    static final TypeInformation<Event> EVENTS = TypeInformation.of(Event.class);
    static final int MAX_PARALLELISM = 64;

    private Jobs() {}

    /** A cluster that keeps checkpoints and what else it writes in a folder. */
    static StreamExecutionEnvironment cluster(Path folder, String backend, String... more) {
        Configuration settings = new Configuration();
        Map<String, String> all = new HashMap<>(Map.of("execution.checkpointing.interval", "200 ms",
                "execution.checkpointing.storage", "filesystem", "execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString(), "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "2", "restart-strategy.fixed-delay.delay", "100 ms",
                "io.tmp.dirs", folder.toString(), "state.backend.type", backend));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        all.forEach(settings::setString);
        StreamExecutionEnvironment cluster = StreamExecutionEnvironment.createLocalEnvironment(2, settings);
        cluster.setMaxParallelism(MAX_PARALLELISM);
        return cluster;
    }

    /** Events in the order of their numbers, so many a second; a restored source goes on where it was. */
    static DataStreamSource<Event> events(StreamExecutionEnvironment cluster, long count, double aSecond,
            GeneratorFunction<Long, Event> event) {
        DataStreamSource<Event> events = cluster.fromSource(
                new DataGeneratorSource<>(event, count, RateLimiterStrategy.perSecond(aSecond), EVENTS),
                WatermarkStrategy.noWatermarks(), "events");
        events.setParallelism(1).uid("events");
        return events;
    }

    /** Scores events of a stream by their keys. */
    static Scores<String, Event> score(KeyedScorer<Event> scorer, DataStream<Event> events, int parallelism) {
        Scores<String, Event> scores = scorer.score(events, Event::key, Types.STRING);
        scores.scores().setParallelism(parallelism);
        return scores;
    }

    /** Runs a job to its end; returns what a stream of it holds. */
    static <T> List<T> run(DataStream<T> stream) throws Exception {
        return all(stream.executeAndCollect());
    }

    /** What the iterator of a stream gives until the job's end. */
    static <T> List<T> all(CloseableIterator<T> found) throws Exception {
        List<T> all = new ArrayList<>();
        try {
            found.forEachRemaining(all::add);
        } finally {
            found.close();
        }
        return all;
    }

    /** Asserts that each event has one score, with the bits of one stepper for its key and no other. */
    static void assertExact(Path file, List<Event> events, List<Scored<String, Event>> scores) {
        assertEquals(events.size(), scores.size(), "scores");
        Map<String, List<Scored<String, Event>>> found = scores.stream()
                .sorted(Comparator.comparingLong(scored -> scored.event().number()))
                .collect(Collectors.groupingBy(Scored::key));
        Map<String, List<Event>> expected = events.stream().collect(Collectors.groupingBy(Event::key));
        assertEquals(expected.keySet(), found.keySet());
        try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false))) {
            expected.forEach((key, its) -> {
                List<float[]> bits = new ArrayList<>();
                try (Stepper stepper = model.stepper()) {
                    float[] y = new float[1];
                    for (Event event : its) {
                        stepper.step(event.features(), y);
                        bits.add(y.clone());
                    }
                }
                List<Scored<String, Event>> those = found.get(key);
                for (int i = 0; i < its.size(); i++) {
                    String which = key + ", event " + i;
                    assertEquals(its.get(i).number(), those.get(i).event().number(), which);
                    assertArrayEquals(bits.get(i), those.get(i).scores(), 0f, which);
                }
            });
        }
    }
}
