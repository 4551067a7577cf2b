package lanewise.kafka;

import java.time.Duration;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the events of one partition. What it writes to its stores, what it puts out and how far it has read are one
 * transaction of Kafka's, so each event changes its key's state once.
 */
final class ScoringTask<K> implements Processor<K, float[], K, Outcome> {
    /** Keys of the store of models: the active one's fingerprint, and the newest control record that was dealt with. */
    private static final String ACTIVE = "active";
    private static final String HANDLED = "handled";
    /** How often to look for a control record. Looking costs one read from memory. */
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Logger LOG = LoggerFactory.getLogger(KeyedScorer.class);

    private final KeyedScorer<K> scorer;
    private ProcessorContext<K, Outcome> context;
    private KeyValueStore<K, byte[]> states;
    private KeyValueStore<String, String> models;
    /** Null without a control topic. */
    private ReadOnlyKeyValueStore<String, String> control;
    /** Null without a control topic. */
    private Cancellable looking;
    private OpenModel active;
    /** Whether the store holds the active model's fingerprint. */
    private boolean isNoted;
    private String handled;
    private Sensor scoring;
    private Sensor swapped;
    private Sensor refused;

    ScoringTask(KeyedScorer<K> scorer) {
        this.scorer = scorer;
    }

    @Override
    public void init(ProcessorContext<K, Outcome> given) {
        context = given;
        Object guarantee = given.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG);
        if (!StreamsConfig.EXACTLY_ONCE_V2.equals(guarantee)) {
            throw new IllegalStateException(StreamsConfig.PROCESSING_GUARANTEE_CONFIG + " is " + guarantee
                    + ", expected " + StreamsConfig.EXACTLY_ONCE_V2
                    + ": an event that is read twice would change its key's state twice");
        }
        states = given.getStateStore(scorer.statesStore());
        models = given.getStateStore(scorer.modelsStore());
        handled = models.get(HANDLED);
        String noted = models.get(ACTIVE);
        isNoted = noted != null;
        active = openFirst(isNoted ? noted : scorer.first());
        StreamsMetrics metrics = given.metrics();
        String task = given.taskId() + "-" + scorer.name();
        scoring = metrics.addLatencyRateTotalSensor("lanewise", task, "score", Sensor.RecordingLevel.DEBUG);
        swapped = metrics.addRateTotalSensor("lanewise", task, "swap", Sensor.RecordingLevel.INFO);
        refused = metrics.addRateTotalSensor("lanewise", task, "refused-swap", Sensor.RecordingLevel.INFO);
        if (scorer.controlTopic() != null) {
            control = given.getStateStore(scorer.controlStore());
            looking = given.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::lookForSwap);
        }
    }

    private OpenModel openFirst(String fingerprint) {
        try {
            return OpenModel.open(scorer.models(), fingerprint);
        } catch (LanewiseException e) {
            String since = !isNoted ? "is to start with it"
                    : handled == null ? "started with it" : "goes on with it since " + Control.of(handled).position();
            throw new ModelFileException("task " + context.taskId() + " can't open the model " + fingerprint
                    + " on this machine, and " + since + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void process(Record<K, float[]> record) {
        K key = record.key();
        if (key == null) {
            throw refusal("the event has no key, so it belongs to no stream", null);
        }
        if (record.value() == null) {
            states.delete(key);
            return;
        }
        for (int i = 0; i < record.value().length; i++) {
            if (Float.isNaN(record.value()[i])) {
                throw refusal(
                        "feature " + i + " of " + record.value().length + " is NaN, which would stay in the state of"
                                + " the key for ever: send a number, or no event",
                        null);
            }
        }
        byte[] kept = states.get(key);
        boolean isTimed = scoring.shouldRecord();
        long start = isTimed ? System.nanoTime() : 0;
        float[] values;
        byte[] state;
        try {
            values = active.step(kept, record.value());
            state = active.state();
        } catch (InvalidInputException e) {
            throw refusal(e.getMessage(), e);
        }
        if (isTimed) {
            scoring.record(System.nanoTime() - start);
        }
        states.put(key, state);
        if (!isNoted) {
            models.put(ACTIVE, active.fingerprint());
            isNoted = true;
        }
        if (values != null) {
            context.forward(record.withValue(new Score(active.fingerprint(), values)));
        }
    }

    /** Nothing is changed yet: Kafka's handler of processing exceptions stops, or goes on after this event. */
    private InvalidInputException refusal(String why, Exception cause) {
        String where = context.recordMetadata()
                .map(at -> "topic " + at.topic() + ", partition " + at.partition() + ", offset " + at.offset() + ": ")
                .orElse("");
        InvalidInputException refusal = new InvalidInputException(where + why);
        refusal.initCause(cause);
        return refusal;
    }

    private void lookForSwap(long now) {
        String newest = control.get(ControlReader.NEWEST);
        if (newest == null || newest.equals(handled)) {
            return;
        }
        Control record = Control.of(newest);
        String from = active.fingerprint();
        OpenModel next = null;
        String reason = record.problem();
        ModelFileException failure = null;
        if (reason.isEmpty()) {
            try {
                next = OpenModel.open(scorer.models(), record.asked());
                List<String> differences = next.differences(active);
                reason = String.join("; ", differences);
            } catch (LanewiseException e) {
                reason = "it can't be opened on this machine: " + e.getMessage();
                failure = new ModelFileException("task " + context.taskId() + ", " + record.position() + ": "
                        + record.asked() + " can't be opened on this machine: " + e.getMessage(), e);
            }
        }
        boolean accepted = reason.isEmpty();
        models.put(HANDLED, newest);
        models.put(ACTIVE, accepted ? record.asked() : from);
        handled = newest;
        isNoted = true;
        OpenModel old = accepted ? active : next;
        if (accepted) {
            active = next;
        }
        if (old != null) {
            old.close();
        }
        report(new Swap(context.taskId().toString(), record.position(), from, record.asked(), accepted, reason), now);
        if (failure != null) {
            throw failure;
        }
    }

    private void report(Swap swap, long now) {
        if (swap.accepted()) {
            swapped.record();
            LOG.info("{}", swap);
        } else {
            refused.record();
            LOG.warn("{}", swap);
        }
        context.forward(new Record<>(null, swap, now));
    }

    /** May be initialized again afterwards, when the task's state had to be restored. */
    @Override
    public void close() {
        if (looking != null) {
            looking.cancel();
        }
        if (active != null) {
            active.close();
            active = null;
        }
        for (Sensor sensor : new Sensor[] {scoring, swapped, refused}) {
            if (sensor != null) {
                context.metrics().removeSensor(sensor);
            }
        }
    }
}
