package lanewise.kafka;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.example.ScoreEvents;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Measures the topology of {@link ScoreEvents} with a broker in a JVM of its own: how many events a second it scores
 * when they wait for it, how long one takes when they come slowly, and how much of that is Lanewise's.
 *
 * @param keys     how many keys
 * @param events   how many events wait
 * @param features of an event
 * @param units    of the LSTM layer
 * @param threads  that score, each with two partitions
 * @param rate     events a second when they come slowly
 * @param seconds  how long they come slowly
 */
record Throughput(int keys, int events, int features, int units, int threads, int rate, int seconds) {
    /** Runs and returns lines of figures. */
    List<String> run(Path work) throws Exception {
        ModelFolder folder = new ModelFolder(work.resolve("models"));
        String first = new TrialModel(1, features, units).addTo(folder);
        Path brokerFolder = Files.createDirectory(work.resolve("broker"));
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%d keys, LSTM(%d) of %d features, state of %d bytes in the store; "
                + "%d scoring threads, %d partitions", keys, units, features, stateBytes(folder, first), threads,
                2 * threads));
        try (Child broker = new Child(work, "broker", List.of(), Broker.class, brokerFolder.toString(),
                Integer.toString(2 * threads))) {
            String address = address(broker);
            try (ScoreClock scores = new ScoreClock(address);
                    KafkaProducer<String, float[]> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", address, "batch.size", 65536),
                            new StringSerializer(), new FeaturesSerde().serializer())) {
                sendAll(producer);
                double perSecond;
                try (KafkaStreams _ = start(address, work, first, "INFO")) {
                    perSecond = scores.perSecond(events);
                    lines.add(
                            String.format(Locale.ROOT, "%,.0f events a second when they wait, %.1f us each in a thread",
                                    perSecond, threads * 1e6 / perSecond));
                    lines.add(changelog(address));
                    Thread sender = new Thread(() -> sendSlowly(producer), "sender");
                    sender.start();
                    lines.add(String.format(Locale.ROOT, "%s from sent to seen by a reader of committed records, at %d"
                            + " events a second", scores.latencies(rate * seconds), rate));
                    sender.join();
                }
                try (KafkaStreams streams = start(address, work, first, "DEBUG")) {
                    scores.perSecond(events);
                    double micros = scoreMicros(streams);
                    lines.add(
                            String.format(Locale.ROOT, "%.1f us of these are Lanewise's: %.0f %%; in place, read state"
                                    + " to write state", micros, 100 * micros * perSecond / 1e6 / threads));
                }
            }
        }
        return lines;
    }

    private static int stateBytes(ModelFolder folder, String fingerprint) {
        try (Model model = TrialModel.open(folder, fingerprint); Stepper stepper = model.stepper()) {
            return stepper.state().toBytes().length;
        }
    }

    private static String address(Child broker) throws Exception {
        while (!broker.lastLine().startsWith("127.0.0.1:")) {
            broker.needAlive();
            Thread.sleep(50);
        }
        return broker.lastLine();
    }

    /** An application that has read nothing yet. */
    private KafkaStreams start(String address, Path work, String first, String recording) {
        Properties settings = ScoreEvents.settings(address, work.resolve("state-" + recording));
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "throughput-" + recording.toLowerCase(Locale.ROOT));
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        settings.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, recording);
        KafkaStreams streams = new KafkaStreams(ScoreEvents.topology(work.resolve("models"), first), settings);
        streams.setUncaughtExceptionHandler(thrown -> {
            thrown.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
        streams.start();
        return streams;
    }

    private float[] features(Random random) {
        float[] values = new float[features];
        for (int i = 0; i < features; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private void sendAll(KafkaProducer<String, float[]> producer) {
        Random random = new Random(5);
        for (int i = 0; i < events; i++) {
            producer.send(new ProducerRecord<>("events", "key-" + random.nextInt(keys), features(random)));
        }
        producer.flush();
    }

    /** Each event when it is due, with the time at which it was sent; late ones at once. */
    private void sendSlowly(KafkaProducer<String, float[]> producer) {
        Random random = new Random(6);
        long start = System.nanoTime();
        for (int i = 0; i < rate * seconds; i++) {
            long due = start + i * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            var event = new ProducerRecord<>("events", "key-" + random.nextInt(keys), features(random));
            event.headers().add(ScoreClock.SENT, ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array());
            producer.send(event);
        }
        producer.flush();
    }

    private String changelog(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            long bytes = 0;
            for (var logs : admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values()) {
                for (var log : logs.replicaInfos().entrySet()) {
                    bytes += log.getKey().topic().endsWith("lanewise-states-changelog") ? log.getValue().size() : 0;
                }
            }
            return String.format(Locale.ROOT, "%.0f bytes of changelog for each event, before Kafka compacts it",
                    (double) bytes / events);
        }
    }

    private static double scoreMicros(KafkaStreams streams) {
        double sum = 0;
        int tasks = 0;
        for (Metric metric : streams.metrics().values()) {
            if (metric.metricName().name().equals("score-latency-avg")) {
                double nanos = ((Number) metric.metricValue()).doubleValue();
                sum += Double.isNaN(nanos) ? 0 : nanos;
                tasks += Double.isNaN(nanos) ? 0 : 1;
            }
        }
        return sum / tasks / 1e3;
    }
}
