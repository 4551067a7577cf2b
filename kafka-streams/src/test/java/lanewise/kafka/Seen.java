package lanewise.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a reader of committed records sees of the topics scores, swaps and dead, from their start. */
final class Seen implements AutoCloseable {
    /** By key, in order. Read it after {@link #readToEnd}. */
    final Map<String, List<Score>> scores = new HashMap<>();
    /** Read it after {@link #readToEnd}. */
    final List<Swap> swaps = new ArrayList<>();
    /** Headers tell why. Read it after {@link #readToEnd}. */
    final List<ConsumerRecord<String, byte[]>> dead = new ArrayList<>();

    private final AtomicInteger scored = new AtomicInteger();
    private final AtomicInteger reports = new AtomicInteger();
    private final AtomicInteger letters = new AtomicInteger();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Deserializer<Score> scoreReader = new ScoreSerde().deserializer();
    private final Deserializer<Swap> swapReader = new SwapSerde().deserializer();
    private final Thread thread;

    Seen(String brokers) {
        thread = new Thread(() -> {
            try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                    new StringDeserializer(), new ByteArrayDeserializer())) {
                read(consumer);
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        }, "seen");
        thread.start();
    }

    private void read(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of("scores", "swaps", "dead")) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (true) {
            boolean isLast = ends.get();
            Map<TopicPartition, Long> end = isLast ? consumer.endOffsets(partitions) : Map.of();
            do {
                consumer.poll(Duration.ofMillis(50)).forEach(this::take);
            } while (end.entrySet().stream().anyMatch(at -> consumer.position(at.getKey()) < at.getValue()));
            if (isLast) {
                return;
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        switch (record.topic()) {
            case "scores" -> {
                Score score = scoreReader.deserialize(record.topic(), record.value());
                scores.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(score);
                scored.incrementAndGet();
            }
            case "swaps" -> {
                swaps.add(swapReader.deserialize(record.topic(), record.headers(), record.value()));
                reports.incrementAndGet();
            }
            default -> {
                dead.add(record);
                letters.incrementAndGet();
            }
        }
    }

    int scored() {
        check();
        return scored.get();
    }

    int reports() {
        check();
        return reports.get();
    }

    int letters() {
        check();
        return letters.get();
    }

    private void check() {
        if (failure.get() != null) {
            throw new IllegalStateException("the reader failed", failure.get());
        }
    }

    /** Reads everything that is committed, then ends. */
    void readToEnd() throws InterruptedException {
        ends.set(true);
        thread.join();
        check();
    }

    @Override
    public void close() {
        ends.set(true);
    }
}
