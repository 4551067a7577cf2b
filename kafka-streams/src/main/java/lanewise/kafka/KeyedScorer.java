package lanewise.kafka;

import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Scores a topic of keyed events in Kafka Streams: each key is a stream of its own, whose state lies in a store with a
 * changelog. Needs {@code processing.guarantee=exactly_once_v2}; each event then changes its key's state once and gives
 * one score, over restarts and moves between machines, in all bits what one {@link lanewise.Stepper} gives for the
 * key's events in order.
 *
 * <p>A record on a control topic swaps the model: its value is the fingerprint of a model of the {@link ModelSource}.
 * The newest record counts; each task looks for it several times a second. The keys go on with their states, so a model
 * is accepted if its states have the same names and shapes, its arithmetic and formats of weights are the same, and it
 * takes and gives as many values; weights may differ. Otherwise the old one stays, and a {@link Swap} gives the reason.
 * Topics are not ordered against each other: which event is the first of the new model is known from its {@link Score},
 * which names the model. Each task keeps its active model's fingerprint in a store with a changelog, and goes on with
 * that model wherever it starts again.
 *
 * <p>An event is refused with an exception that names topic, partition and offset, before anything has changed: without
 * a key, with another number of features, with NaN, or when its key's state is damaged or of a model that does not fit.
 * Kafka's {@code processing.exception.handler} then stops or goes on with the next, and writes a record for
 * {@code errors.dead.letter.queue.topic.name}. An event without a value ends its key's stream: the next starts anew.
 *
 * <p>A model that can't be opened when a task starts stops it: nothing could be scored. One that can't be opened for a
 * swap is refused, and is then an exception for the same handler. Immutable; the methods that change something return a
 * copy.
 *
 * @param <K> the type of keys
 */
public final class KeyedScorer<K> implements ProcessorSupplier<K, float[], K, Outcome> {
    private final Serde<K> keys;
    private final ModelSource models;
    private final String first;
    private final String name;
    private final String controlTopic;
    private final boolean inMemory;

    private KeyedScorer(Serde<K> keys, ModelSource models, String first, String name, String controlTopic,
            boolean inMemory) {
        this.keys = Objects.requireNonNull(keys);
        this.models = Objects.requireNonNull(models);
        this.first = Objects.requireNonNull(first);
        this.name = Objects.requireNonNull(name);
        this.controlTopic = controlTopic;
        this.inMemory = inMemory;
    }

    /**
     * Creates a scorer with one model, that is called {@code lanewise} and keeps its states in RocksDB.
     *
     * @param <K>    the type of keys
     * @param keys   how keys are written to the store of states
     * @param models where the models are
     * @param first  the fingerprint of the model that tasks start with which have none yet; tasks that have one ignore
     *               it
     * @return the scorer
     */
    public static <K> KeyedScorer<K> of(Serde<K> keys, ModelSource models, String first) {
        return new KeyedScorer<>(keys, models, first, "lanewise", null, false);
    }

    /**
     * Sets the name, which stores, changelogs and the processor start with. Two scorers in one topology need two names.
     *
     * @param newName letters, digits, dots, dashes, underscores
     * @return a scorer of that name
     */
    public KeyedScorer<K> named(String newName) {
        return new KeyedScorer<>(keys, models, first, newName, controlTopic, inMemory);
    }

    /**
     * Lets the records of a topic swap the model.
     *
     * @param topic a topic of one partition, with values that are texts
     * @return a scorer that follows it
     */
    public KeyedScorer<K> controlledBy(String topic) {
        return new KeyedScorer<>(keys, models, first, name, Objects.requireNonNull(topic), inMemory);
    }

    /**
     * Keeps states on the heap instead of in RocksDB: faster, needs no native code, and is restored from the changelog
     * at each start.
     *
     * @return a scorer that does
     */
    public KeyedScorer<K> inMemory() {
        return new KeyedScorer<>(keys, models, first, name, controlTopic, true);
    }

    /**
     * The two streams that come out.
     *
     * @param <K>    the type of keys
     * @param scores one for each event, with its key, timestamp and headers; where the model's output is not due after
     *               each step, fewer
     * @param swaps  one for each record of the control topic and task, without a key; empty without a control topic
     */
    public record Streams<K>(KStream<K, Score> scores, KStream<K, Swap> swaps) {}

    /**
     * Adds the scorer to a topology, with its stores.
     *
     * @param builder the topology
     * @param events  features by key
     * @return scores, and what became of swaps
     */
    public Streams<K> score(StreamsBuilder builder, KStream<K, float[]> events) {
        if (controlTopic != null) {
            builder.addGlobalStore(
                    Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(controlStore()), Serdes.String(),
                            Serdes.String()).withLoggingDisabled(),
                    controlTopic, Consumed.with(Serdes.ByteArray(), Serdes.String()),
                    () -> new ControlReader(controlStore()));
        }
        KStream<K, Outcome> outcomes = events.process(this, Named.as(name));
        return new Streams<>(only(outcomes, Score.class), only(outcomes, Swap.class));
    }

    private <T extends Outcome> KStream<K, T> only(KStream<K, Outcome> outcomes, Class<T> kind) {
        return outcomes
                .filter((key, outcome) -> kind.isInstance(outcome), Named.as(name + "-is-" + kind.getSimpleName()))
                .mapValues(kind::cast, Named.as(name + "-" + kind.getSimpleName()));
    }

    /**
     * Creates the processor of a task. Kafka Streams calls it.
     *
     * @return a new one
     */
    @Override
    public Processor<K, float[], K, Outcome> get() {
        return new ScoringTask<>(this);
    }

    /**
     * The stores of a task: states by key, and the active model. {@link #score} adds the third, of control records.
     *
     * @return their builders
     */
    @Override
    public Set<StoreBuilder<?>> stores() {
        // the cache writes a key that comes often to the changelog once a commit; statestore.cache.max.bytes sets its
        // size
        StoreBuilder<KeyValueStore<K, byte[]>> states = Stores.keyValueStoreBuilder(store(statesStore()), keys,
                Serdes.ByteArray()).withCachingEnabled();
        StoreBuilder<KeyValueStore<String, String>> active = Stores.keyValueStoreBuilder(store(modelsStore()),
                Serdes.String(), Serdes.String());
        return Set.of(states, active);
    }

    private KeyValueBytesStoreSupplier store(String storeName) {
        return inMemory ? Stores.inMemoryKeyValueStore(storeName) : Stores.persistentKeyValueStore(storeName);
    }

    /**
     * The name of the store of states: by key, {@link lanewise.State#toBytes}; {@link StateSerde} reads them.
     *
     * @return the name
     */
    public String statesStore() {
        return name + "-states";
    }

    String name() {
        return name;
    }

    String modelsStore() {
        return name + "-models";
    }

    String controlStore() {
        return name + "-control";
    }

    String controlTopic() {
        return controlTopic;
    }

    ModelSource models() {
        return models;
    }

    String first() {
        return first;
    }
}
