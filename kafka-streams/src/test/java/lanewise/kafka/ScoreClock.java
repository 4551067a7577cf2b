package lanewise.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A reader of committed scores that looks at the clock. */
final class ScoreClock implements AutoCloseable {
    /** The header of an event, and so of its score, with the time at which it was sent. */
    static final String SENT = "sent";
    /** The share of scores that come while the instance starts and warms up. */
    private static final double WARM_SHARE = 0.3;
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;

    ScoreClock(String address) {
        consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", address, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor("scores")
                .forEach(info -> partitions.add(new TopicPartition("scores", info.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads so many scores, returns how many of the later ones came in a second. */
    double perSecond(int count) {
        long begin = System.nanoTime();
        int seen = 0;
        int atStart = 0;
        long start = 0;
        while (seen < count) {
            seen += consumer.poll(Duration.ofMillis(100)).count();
            needTime(begin);
            if (start == 0 && seen >= count * WARM_SHARE) {
                start = System.nanoTime();
                atStart = seen;
            }
        }
        return (seen - atStart) * 1e9 / (System.nanoTime() - start);
    }

    /** Reads so many scores of events that say when they were sent; the first third warms up. */
    String latencies(int count) {
        long begin = System.nanoTime();
        long[] nanos = new long[count];
        int seen = 0;
        while (seen < count) {
            for (ConsumerRecord<byte[], byte[]> score : consumer.poll(Duration.ofMillis(100))) {
                Header sent = score.headers().lastHeader(SENT);
                if (sent != null && seen < count) {
                    nanos[seen++] = System.nanoTime() - ByteBuffer.wrap(sent.value()).getLong();
                }
            }
            needTime(begin);
        }
        long[] warm = Arrays.copyOfRange(nanos, count / 3, count);
        Arrays.sort(warm);
        return String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", warm[warm.length / 2] / 1e6,
                warm[warm.length * 99 / 100] / 1e6);
    }

    private static void needTime(long begin) {
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
            throw new IllegalStateException("waited ten minutes for scores");
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
