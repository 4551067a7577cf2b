package lanewise.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/** A topology of one scorer without a broker: topics events and control in, scores, swaps and dead out. */
final class Trial implements AutoCloseable {
    final TopologyTestDriver driver;
    final TestInputTopic<String, float[]> events;
    final TestInputTopic<byte[], byte[]> raw;
    final TestInputTopic<String, String> control;
    final TestOutputTopic<String, Score> scores;
    final TestOutputTopic<byte[], Swap> swaps;
    final TestOutputTopic<byte[], byte[]> dead;

    Trial(KeyedScorer<String> scorer, Properties settings) {
        StreamsBuilder builder = new StreamsBuilder();
        KeyedScorer.Streams<String> scored = scorer.controlledBy("control").score(builder,
                builder.stream("events", Consumed.with(Serdes.String(), new FeaturesSerde())));
        scored.scores().to("scores", Produced.with(Serdes.String(), new ScoreSerde()));
        scored.swaps().to("swaps", Produced.with(Serdes.String(), new SwapSerde()));
        driver = new TopologyTestDriver(builder.build(), settings);
        events = driver.createInputTopic("events", new StringSerializer(), new FeaturesSerde().serializer());
        raw = driver.createInputTopic("events", new ByteArraySerializer(), new ByteArraySerializer());
        control = driver.createInputTopic("control", new StringSerializer(), new StringSerializer());
        scores = driver.createOutputTopic("scores", new StringDeserializer(), new ScoreSerde().deserializer());
        swaps = driver.createOutputTopic("swaps", new ByteArrayDeserializer(), new SwapSerde().deserializer());
        dead = driver.createOutputTopic("dead", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Settings that stop at the first error. */
    static Properties settings(Path stateFolder) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "trial");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        return settings;
    }

    /** Settings that skip what is refused and write it to the topic dead. */
    static Properties skipping(Path stateFolder) {
        Properties settings = settings(stateFolder);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                "org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler");
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                "org.apache.kafka.streams.errors.LogAndContinueExceptionHandler");
        settings.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, "dead");
        return settings;
    }

    /** Sends a control record, and lets the task look. */
    void ask(String fingerprint) {
        control.pipeInput("model", fingerprint);
        look();
    }

    void look() {
        driver.advanceWallClockTime(Duration.ofMillis(200));
    }

    Swap swap() {
        return swaps.readValue();
    }

    /** The bits of the scores that came since the last call. */
    List<KeyValue<String, Score>> readScores() {
        return scores.readKeyValuesToList();
    }

    KeyValueStore<String, byte[]> states() {
        return driver.getKeyValueStore("lanewise-states");
    }

    /** The sum of a metric over all tasks and threads. */
    double metric(String name) {
        return driver.metrics().entrySet().stream().filter(entry -> entry.getKey().name().equals(name))
                .mapToDouble(entry -> ((Number) entry.getValue().metricValue()).doubleValue()).sum();
    }

    /** The text of the header whose name ends so. */
    static String header(Headers headers, String suffix) {
        for (Header header : headers) {
            if (header.key().endsWith(suffix)) {
                return new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError("no header " + suffix + " in " + headers);
    }

    @Override
    public void close() {
        driver.close();
    }
}
