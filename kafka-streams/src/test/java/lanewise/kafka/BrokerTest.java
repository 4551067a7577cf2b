package lanewise.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.example.ScoreEvents;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker: what instances find that start where others have ended. */
class BrokerTest {
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    @TempDir
    private Path work;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int instances;
    private int sent;

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "waited too long");
            Thread.sleep(20);
        }
    }

    /** An instance on a machine of its own, which knows nothing but its models. */
    private KafkaStreams start(Broker broker, ModelFolder models, String first) {
        Properties settings = ScoreEvents.settings(broker.address(), work.resolve("state-" + instances++));
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 20);
        KafkaStreams streams = new KafkaStreams(ScoreEvents.topology(models.folder(), first), settings);
        streams.setUncaughtExceptionHandler(thrown -> {
            failure.set(thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        return streams;
    }

    private static void stop(KafkaStreams streams) {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private ModelFolder folder(String name) {
        return new ModelFolder(work.resolve(name).resolve("models"));
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int count) {
        for (int i = 0; i < count; i++) {
            byte[] features = new FeaturesSerde().serializer().serialize("events", TrialModel.event("k", sent++));
            producer.send(new ProducerRecord<>("events", new byte[] {'k'}, features));
        }
        producer.flush();
    }

    @Test
    void anInstanceGoesOnWithTheModelThatItsStatesAreOf() throws Exception {
        ModelFolder both = folder("both");
        ModelFolder newer = folder("newer");
        ModelFolder older = folder("older");
        for (ModelFolder models : List.of(both, newer, older)) {
            Files.createDirectories(models.folder());
        }
        String first = TrialModel.seeded(1).addTo(both);
        String next = TrialModel.seeded(2).addTo(both);
        TrialModel.seeded(1).addTo(older);
        TrialModel.seeded(2).addTo(newer);
        try (Broker broker = new Broker(Files.createDirectory(work.resolve("broker")))) {
            broker.createTopics(1);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
            try (Seen seen = new Seen(broker.address());
                    var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                    var control = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                KafkaStreams one = start(broker, both, first);
                send(producer, 2);
                await(() -> seen.scored() == 2);
                control.send(new ProducerRecord<>("control", "model", next)).get();
                await(() -> seen.reports() == 1);
                producer.send(new ProducerRecord<>("events", new byte[] {'k'}, new byte[13]));
                send(producer, 2);
                await(() -> seen.scored() == 4 && seen.letters() == 1);
                stop(one);
                assertNull(failure.get());

                // this machine has the first model only, and the states are of the next one
                KafkaStreams broken = start(broker, older, first);
                await(() -> failure.get() != null);
                stop(broken);
                String message = KeyedScorerTest.rootMessage(failure.getAndSet(null));
                assertTrue(
                        message.contains("task 0_0 can't open the model " + next + " on this machine, and goes on with"
                                + " it since control-0@0: there is no model " + next),
                        message);

                KafkaStreams mended = start(broker, newer, first);
                send(producer, 2);
                await(() -> seen.scored() == 6);
                stop(mended);
                assertNull(failure.get());
                seen.readToEnd();
                compare(seen, both, first, next);
            }
        }
    }

    private static void compare(Seen seen, ModelFolder folder, String first, String next) {
        try (Model old = TrialModel.open(folder, first);
                Model model = TrialModel.open(folder, next);
                Stepper before = old.stepper();
                Stepper after = model.stepper()) {
            List<Score> scores = seen.scores.get("k");
            assertEquals(6, scores.size());
            for (int i = 0; i < 6; i++) {
                if (i == 2) {
                    after.restore(model.adoptState(before.state()));
                }
                float y = TrialModel.step(i < 2 ? before : after, TrialModel.event("k", i));
                assertEquals(new Score(i < 2 ? first : next, new float[] {y}), scores.get(i));
            }
            assertEquals(List.of(new Swap("0_0", "control-0@0", first, next, true, "")), seen.swaps);
            var dead = seen.dead.getFirst();
            assertArrayEquals(new byte[13], dead.value());
            assertEquals("events", Trial.header(dead.headers(), "errors.topic"));
            assertEquals("0", Trial.header(dead.headers(), "errors.partition"));
            assertEquals("2", Trial.header(dead.headers(), "errors.offset"));
        }
    }
}
