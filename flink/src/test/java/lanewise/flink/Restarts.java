package lanewise.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/**
 * Checks that each event has one score, with the bits of one stepper for its key, whatever happens to the tasks. One
 * check at a time in a JVM: the tasks find the counters here.
 *
 * @param events how many
 * @param keys   how many
 * @param rate   events a second
 */
record Restarts(int events, int keys, int rate) implements Serializable {
    private static final AtomicInteger SEEN = new AtomicInteger();
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private static Path prepare(Path folder) {
        SEEN.set(0);
        FAILURES.set(0);
        return SmallModel.write(folder.resolve("small.gguf"), 1);
    }

    private List<Event> all() {
        return LongStream.range(0, events).mapToObj(number -> Event.of(number, keys)).toList();
    }

    /** The second half comes slowly until the failure, so that on a busy machine there is a checkpoint before it. */
    private Event event(long number) throws InterruptedException {
        if (number > events / 2 && FAILURES.get() == 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return Event.of(number, keys);
    }

    /** Fails once: in the second half of the events, after a checkpoint that holds events. */
    private static final class FailsOnce extends RichMapFunction<Scored<String, Event>, Scored<String, Event>>
            implements CheckpointListener {
        private static final long serialVersionUID = 1L;

        private final int events;
        private transient boolean checkpointed;

        FailsOnce(int events) {
            this.events = events;
        }

        @Override
        public void notifyCheckpointComplete(long id) {
            checkpointed |= SEEN.get() > events / 4;
        }

        @Override
        public Scored<String, Event> map(Scored<String, Event> scored) {
            SEEN.incrementAndGet();
            if (checkpointed && scored.event().number() > events / 2 && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("as the test wants");
            }
            return scored;
        }
    }

    private DataStream<Scored<String, Event>> scored(Path model, StreamExecutionEnvironment cluster, double aSecond,
            int parallelism) {
        return Jobs.score(KeyedScorer.of("small", model, Event::features),
                Jobs.events(cluster, events, aSecond, this::event), parallelism)
                .scores().map(new FailsOnce(events)).setParallelism(parallelism).uid("count");
    }

    /** How often a model was opened meanwhile. */
    private static long opened(Recording recording, Path folder) throws IOException {
        recording.stop();
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("lanewise.ModelLoad")).count();
    }

    /** A failure, and restore from a checkpoint. */
    void failure(Path folder) throws Exception {
        Path model = prepare(folder);
        StreamExecutionEnvironment cluster = Jobs.cluster(folder, "hashmap");
        List<Scored<String, Event>> scores;
        try (Recording recording = new Recording()) {
            recording.enable("lanewise.ModelLoad").withoutThreshold();
            recording.start();
            scores = Jobs.run(scored(model, cluster, rate, 2));
            assertEquals(1, FAILURES.get(), "failures");
            // one for both tasks, which closed it when they failed
            assertEquals(2, opened(recording, folder), "models opened");
        }
        assertTrue(SEEN.get() > events, "some events were scored again, " + SEEN + " in all");
        Jobs.assertExact(model, all(), scores);
    }

    /** A savepoint of one subtask, from which two go on. */
    void rescale(Path folder) throws Exception {
        Path model = prepare(folder);
        StreamExecutionEnvironment small = Jobs.cluster(folder, "rocksdb");
        // slow, so that it can't end before it is stopped
        CloseableIterator<Scored<String, Event>> first = scored(model, small, events / 40.0, 1).collectAsync();
        FAILURES.set(1);
        JobClient job = small.executeAsync();
        while (SEEN.get() < events / 20) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        String savepoint = job
                .stopWithSavepoint(false, folder.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
        List<Scored<String, Event>> scores = new ArrayList<>(Jobs.all(first));
        int before = scores.size();
        assertTrue(before >= events / 20 && before < events, "the job was stopped after " + before + " events");
        StreamExecutionEnvironment large = Jobs.cluster(folder, "rocksdb", "execution.state-recovery.path", savepoint,
                "execution.state-recovery.ignore-unclaimed-state", "true");
        scores.addAll(Jobs.run(scored(model, large, rate, 2)));
        assertTrue(scores.size() > before, "the second job scored some");
        Jobs.assertExact(model, all(), scores);
    }
}
