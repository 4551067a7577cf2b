package lanewise.flink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import lanewise.Model;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Scores a stream of keyed events: one step of the model for each event, from the state that the key's earlier events
 * left. The state of each key is in Flink's keyed state, so checkpoints, savepoints and rescaling move it. All scores
 * have the bits that one {@link lanewise.Stepper} per key gives.
 *
 * <p>The model is a file that every task manager finds under the same path; it is opened once for each of their JVMs.
 * It has one input and one output of numbers, and {@link Model#stepper()} takes it.
 *
 * <p>An event is bad if its key or its features are null, or the model refuses its features, or the state of its key is
 * damaged or of a model that does not fit. No state is changed then. The job fails, or {@link #skipBadEvents skips} it.
 *
 * <p>Immutable: the {@code with} methods return another scorer. Used while a job is put together.
 *
 * @param <T> the type of events
 */
public final class KeyedScorer<T> {
    private final Settings<T> settings;

    private KeyedScorer(Settings<T> settings) {
        this.settings = settings;
    }

    /**
     * Creates a scorer.
     *
     * @param <T>      the type of events
     * @param name     names the operators, their uids and the errors; one for each scorer of a job, and the same in the
     *                 jobs that go on from its savepoints
     * @param model    a {@code .gguf} file that every task manager has under this path
     * @param features gives an event's features, as many as the model's input takes at a step; row-major
     * @return the scorer
     */
    public static <T> KeyedScorer<T> of(String name, Path model, MapFunction<T, float[]> features) {
        return new KeyedScorer<>(new Settings<>(name, model.toString(), features, null, false, false, null));
    }

    /**
     * Refuses to start where the file holds another model, for example on a machine that was forgotten.
     *
     * @param fingerprint {@link Model#fingerprint} of the right model
     * @return another scorer
     */
    public KeyedScorer<T> withFingerprint(String fingerprint) {
        return new KeyedScorer<>(settings.withFingerprint(Objects.requireNonNull(fingerprint)));
    }

    /**
     * Puts bad events into {@link Scores#deadLetters}, counts them ({@code lanewise.skipped}), and goes on. By default
     * the job fails with the reason.
     *
     * @return another scorer
     */
    public KeyedScorer<T> skipBadEvents() {
        return new KeyedScorer<>(settings.withSkips(true));
    }

    /**
     * Goes on with the states of another model, if they fit, see {@link Model#adoptState(byte[])}: for a job that
     * starts from a savepoint with a model that was trained further. By default they are refused.
     *
     * @return another scorer
     */
    public KeyedScorer<T> adoptStates() {
        return new KeyedScorer<>(settings.withAdopts(true));
    }

    /**
     * Forgets keys that had no event for some time on the clock of the machine; the next event of such a key starts
     * anew. By default no key is ever forgotten. Keep the choice in jobs that go on from a savepoint.
     *
     * @param idle how long
     * @return another scorer
     */
    public KeyedScorer<T> forgetAfter(Duration idle) {
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("keys are forgotten after " + idle + ", expected more than nothing");
        }
        return new KeyedScorer<>(settings.withIdle(idle));
    }

    /**
     * Scores a stream. Events without a key are bad events like others.
     *
     * @param <K>     the type of keys
     * @param events  the events; those of a key come from one subtask, in order
     * @param key     gives an event's key
     * @param keyType the type of keys
     * @return the scored events, and those that were skipped
     */
    public <K> Scores<K, T> score(DataStream<T> events, KeySelector<T, K> key, TypeInformation<K> keyType) {
        OutputTag<DeadLetter<T>> tag = tag(events.getType());
        // forward: no event of a key may overtake another
        SingleOutputStreamOperator<T> keyed = events.forward()
                .process(new KeyCheck<>(settings, key, tag), events.getType())
                .setParallelism(events.getParallelism()).name(settings.name() + " keys")
                .uid(settings.name() + "-keys");
        Scores<K, T> scores = score(keyed.keyBy(key, keyType));
        return new Scores<>(scores.scores(), keyed.getSideOutput(tag).union(scores.deadLetters()));
    }

    /**
     * Scores a stream that has keys already. Flink refuses keys of null before the scorer sees them.
     *
     * @param <K>    the type of keys
     * @param events the events; those of a key come in order
     * @return the scored events, and those that were skipped
     */
    public <K> Scores<K, T> score(KeyedStream<T, K> events) {
        OutputTag<DeadLetter<T>> tag = tag(events.getType());
        SingleOutputStreamOperator<Scored<K, T>> scores = events
                .process(new KeyedScoring<K, T>(settings, tag), Scored.type(events.getKeyType(), events.getType()))
                .name(settings.name()).uid(settings.name());
        return new Scores<>(scores, scores.getSideOutput(tag));
    }

    private OutputTag<DeadLetter<T>> tag(TypeInformation<T> event) {
        return new OutputTag<>(settings.name() + " dead letters", DeadLetter.type(event));
    }
}
