package lanewise.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import lanewise.example.ScoreEvents;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;

/** Shows everything once: a broker, an instance, events of two keys, a swap, a refusal, a dead letter. */
final class Demo {
    private Demo() {}

    static void run(Path work) throws Exception {
        ModelFolder folder = new ModelFolder(work.resolve("models"));
        String first = TrialModel.seeded(1).addTo(folder);
        String next = TrialModel.seeded(2).addTo(folder);
        String unfit = new TrialModel(3, TrialModel.FEATURES, 9).addTo(folder);
        try (Broker broker = new Broker(Files.createDirectory(work.resolve("broker")))) {
            broker.createTopics(1);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
            try (Seen seen = new Seen(broker.address());
                    var events = new KafkaProducer<>(settings, new StringSerializer(),
                            new FeaturesSerde().serializer());
                    var control = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
                    var streams = new KafkaStreams(ScoreEvents.topology(folder.folder(), first),
                            ScoreEvents.settings(broker.address(), work.resolve("state")))) {
                streams.start();
                sendTwo(events, 0);
                while (seen.scored() < 2) {
                    Thread.sleep(20);
                }
                int reports = 0;
                for (String model : new String[] {next, unfit}) {
                    control.send(new ProducerRecord<>("control", "model", model)).get();
                    reports++;
                    while (seen.reports() < reports) {
                        Thread.sleep(20);
                    }
                }
                sendTwo(events, 1);
                events.send(new ProducerRecord<>("events", "ann", new float[] {1, Float.NaN, 3})).get();
                while (seen.scored() < 4 || seen.letters() < 1) {
                    Thread.sleep(20);
                }
                seen.readToEnd();
                print(seen);
            }
        }
    }

    private static void sendTwo(KafkaProducer<String, float[]> events, int number) {
        for (String key : new String[] {"ann", "bob"}) {
            events.send(new ProducerRecord<>("events", key, TrialModel.event(key, number)));
        }
        events.flush();
    }

    private static void print(Seen seen) {
        seen.scores
                .forEach((key, scores) -> scores.forEach(score -> System.out.println("scores  " + key + ": " + score)));
        seen.swaps.forEach(swap -> System.out.println("swaps   " + swap));
        seen.dead.forEach(letter -> System.out.println("dead    " + letter.key() + ": "
                + Trial.header(letter.headers(), "errors.message")));
    }
}
