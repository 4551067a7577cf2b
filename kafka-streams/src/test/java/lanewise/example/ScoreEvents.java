package lanewise.example;

import java.nio.file.Path;
import java.util.Properties;
import lanewise.kafka.FeaturesSerde;
import lanewise.kafka.KeyedScorer;
import lanewise.kafka.ModelFolder;
import lanewise.kafka.ScoreSerde;
import lanewise.kafka.SwapSerde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** Scores the topic events, for a model that the topic control can swap. */
public final class ScoreEvents {
    private ScoreEvents() {}

    /** The topology: events and control in, scores and swaps out. */
    public static Topology topology(Path models, String first) {
        StreamsBuilder builder = new StreamsBuilder();
        KeyedScorer.Streams<String> scored = KeyedScorer.of(Serdes.String(), new ModelFolder(models), first)
                .controlledBy("control")
                .score(builder, builder.stream("events", Consumed.with(Serdes.String(), new FeaturesSerde())));
        scored.scores().to("scores", Produced.with(Serdes.String(), new ScoreSerde()));
        scored.swaps().to("swaps", Produced.with(Serdes.String(), new SwapSerde()));
        return builder.build();
    }

    /** The settings. */
    public static Properties settings(String brokers, Path stateFolder) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "score-events");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // skip what can't be scored and keep it in the topic dead; without these three lines the instance stops instead
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndContinueExceptionHandler.class);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndContinueProcessingExceptionHandler.class);
        settings.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, "dead");
        // another instance takes over within seconds; the defaults wait for most of a minute. States are restored fast
        settings.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 1_000_000L);
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6000);
        settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1500);
        settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 5000);
        settings.put(StreamsConfig.producerPrefix("delivery.timeout.ms"), 5000);
        settings.put(StreamsConfig.producerPrefix("request.timeout.ms"), 3000);
        return settings;
    }

    /**
     * Runs an instance until it is ended.
     *
     * @param args the brokers' addresses, the folder of models, the first model's fingerprint, a folder for the state
     */
    public static void main(String... args) {
        KafkaStreams streams = new KafkaStreams(topology(Path.of(args[1]), args[2]),
                settings(args[0], Path.of(args[3])));
        streams.setUncaughtExceptionHandler(thrown -> {
            thrown.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }
}
