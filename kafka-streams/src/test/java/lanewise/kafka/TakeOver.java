package lanewise.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.example.ScoreEvents;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Two instances score, each in a JVM of its own. Meanwhile the model is swapped, one instance is killed with SIGKILL, a
 * third one joins, and a swap is refused. Then every score is compared, bit by bit, with that of a stepper for each
 * key.
 *
 * @param keys       how many keys
 * @param events     how many events in all
 * @param partitions of the topic of events
 * @param options    of the JVMs of instances
 */
record TakeOver(int keys, int events, int partitions, String... options) {
    /** How long to wait for anything. */
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    /** A condition that is waited for. */
    private interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns what was seen; throws an {@link AssertionError} at the first difference. */
    String run(Path work) throws Exception {
        ModelFolder folder = new ModelFolder(work.resolve("models"));
        String first = TrialModel.seeded(1).addTo(folder);
        String next = TrialModel.seeded(2).addTo(folder);
        String unfit = new TrialModel(3, TrialModel.FEATURES, 9).addTo(folder);
        Path brokerFolder = Files.createDirectory(work.resolve("broker"));
        try (Broker broker = new Broker(brokerFolder)) {
            broker.createTopics(partitions);
            try (Seen seen = new Seen(broker.address()); Run run = new Run(this, broker, seen, work, first)) {
                String told = run.go(next, unfit);
                compare(seen, folder, first, next);
                compareReports(seen.swaps, first, next, unfit);
                need(seen.dead.isEmpty(), seen.dead.size() + " dead letters, expected none");
                return told;
            }
        }
    }

    /** The processes and what is sent to them. */
    private static final class Run implements AutoCloseable {
        private final TakeOver size;
        private final Seen seen;
        private final Path work;
        private final String[] arguments;
        private final KafkaProducer<String, float[]> producer;
        private final KafkaProducer<String, String> controller;
        private final Admin admin;
        private final List<Child> children = new ArrayList<>();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private final Random random = new Random(7);
        private final int[] sentOfKey;
        private int sent;

        Run(TakeOver size, Broker broker, Seen seen, Path work, String first) {
            this.size = size;
            this.seen = seen;
            this.work = work;
            arguments = new String[] {broker.address(), work.resolve("models").toString(), first};
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.address(), "linger.ms", 5);
            producer = new KafkaProducer<>(settings, new StringSerializer(), new FeaturesSerde().serializer());
            controller = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
            admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
            sentOfKey = new int[size.keys];
        }

        String go(String next, String unfit) throws Exception {
            Child victim = start("one");
            start("two");
            await("two instances", () -> instances() == 2);
            send(0.3);
            controller.send(new ProducerRecord<>("control", "model", next)).get();
            await("reports of the swap", () -> seen.reports() == size.partitions);
            send(0.45);
            int scoredBefore = seen.scored();
            int sentBefore = sent;
            victim.kill();
            children.remove(victim);
            long killed = System.nanoTime();
            start("three");
            send(0.75);
            controller.send(new ProducerRecord<>("control", "model", unfit)).get();
            await("the third instance", () -> instances() == 2);
            double seconds = (System.nanoTime() - killed) / 1e9;
            send(1);
            await("all scores", () -> seen.scored() >= size.events);
            await("reports of the refusal", () -> seen.reports() >= 2 * size.partitions);
            children.forEach(Child::close);
            children.clear();
            seen.readToEnd();
            return String.format("killed at event %d, with %d scores seen; the third instance took part within %.1f s",
                    sentBefore, scoredBefore, seconds);
        }

        private Child start(String name) throws IOException {
            Child child = new Child(work, name, List.of(size.options), ScoreEvents.class, arguments[0], arguments[1],
                    arguments[2], work.resolve("state-" + name).toString());
            children.add(child);
            return child;
        }

        /** How many instances have partitions of events. */
        private int instances() throws ExecutionException, InterruptedException {
            var group = admin.describeConsumerGroups(List.of("score-events")).all().get().get("score-events");
            int found = 0;
            int assigned = 0;
            for (var member : group.members()) {
                long here = member.assignment().topicPartitions().stream().filter(p -> p.topic().equals("events"))
                        .count();
                assigned += (int) here;
                found += here > 0 ? 1 : 0;
            }
            return assigned == size.partitions ? found : 0;
        }

        /** Sends up to a share of all events, never far ahead of the scores that are seen. */
        private void send(double share) throws Exception {
            int ahead = Math.max(1000, size.events / 20);
            int until = (int) (share * size.events);
            while (sent < until) {
                if (sent - seen.scored() >= ahead) {
                    await("scores", () -> sent - seen.scored() < ahead);
                }
                int key = random.nextInt(size.keys);
                String name = "key-" + key;
                producer.send(new ProducerRecord<>("events", name, TrialModel.event(name, sentOfKey[key]++)),
                        (metadata, thrown) -> failure.compareAndSet(null, thrown));
                sent++;
            }
            producer.flush();
            if (failure.get() != null) {
                throw failure.get();
            }
        }

        private void await(String what, Condition condition) throws Exception {
            long start = System.nanoTime();
            while (!holds(condition)) {
                for (Child child : children) {
                    child.needAlive();
                }
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    throw new AssertionError("waited too long for " + what + ": " + seen.scored() + " scores of " + sent
                            + " events, " + seen.reports() + " reports");
                }
                Thread.sleep(20);
            }
        }

        /** A group that does not exist yet is an exception. */
        private static boolean holds(Condition condition) throws Exception {
            try {
                return condition.holds();
            } catch (ExecutionException e) {
                return false;
            }
        }

        @Override
        public void close() {
            children.forEach(Child::close);
            producer.close();
            controller.close();
            admin.close();
        }
    }

    private void compare(Seen seen, ModelFolder folder, String first, String next) {
        Random random = new Random(7);
        int[] counts = new int[keys];
        for (int i = 0; i < events; i++) {
            counts[random.nextInt(keys)]++;
        }
        try (Model old = TrialModel.open(folder, first); Model model = TrialModel.open(folder, next)) {
            int ofOld = 0;
            int ofNew = 0;
            for (int key = 0; key < keys; key++) {
                String name = "key-" + key;
                List<Score> scores = seen.scores.getOrDefault(name, List.of());
                need(scores.size() == counts[key], name + " has " + scores.size() + " scores, expected " + counts[key]);
                int swappedAt = compareKey(name, scores, old, model);
                ofOld += swappedAt;
                ofNew += scores.size() - swappedAt;
            }
            need(seen.scored() == events, seen.scored() + " scores, expected " + events);
            need(ofOld > 0 && ofNew > 0, ofOld + " scores of the first model and " + ofNew + " of the second");
        }
    }

    /** Returns how many scores are of the first model. */
    private static int compareKey(String key, List<Score> scores, Model old, Model model) {
        int at = 0;
        try (Stepper before = old.stepper(); Stepper after = model.stepper()) {
            Stepper stepper = before;
            int swappedAt = scores.size();
            for (Score score : scores) {
                if (stepper == before && score.model().equals(model.fingerprint())) {
                    after.restore(model.adoptState(before.state()));
                    stepper = after;
                    swappedAt = at;
                }
                float y = TrialModel.step(stepper, TrialModel.event(key, at));
                Score expected = new Score((stepper == before ? old : model).fingerprint(), new float[] {y});
                need(score.equals(expected), key + ", event " + at + ": " + score + ", expected " + expected);
                at++;
            }
            return swappedAt;
        }
    }

    private void compareReports(List<Swap> swaps, String first, String next, String unfit) {
        Set<String> accepted = new HashSet<>();
        Set<String> refused = new HashSet<>();
        for (Swap swap : swaps) {
            boolean fits = swap.accepted() ? swap.from().equals(first) && swap.to().equals(next)
                    : swap.from().equals(next) && swap.to().equals(unfit) && swap.reason().contains("[9, 9]");
            need(fits && (swap.accepted() ? accepted : refused).add(swap.task()), swap.toString());
        }
        need(accepted.size() == partitions && refused.size() == partitions, accepted + " " + refused);
    }

    private static void need(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
