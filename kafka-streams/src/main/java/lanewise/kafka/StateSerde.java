package lanewise.kafka;

import java.util.Objects;
import lanewise.Model;
import lanewise.State;
import lanewise.error.InvalidInputException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * States as bytes, {@link State#toBytes}: to look into the store or the changelog of a {@link KeyedScorer}. Null stays
 * null. Any number of threads may use it.
 */
public final class StateSerde implements Serde<State> {
    private final Model model;

    /**
     * Creates the serde.
     *
     * @param model whose states are read; must stay open
     */
    public StateSerde(Model model) {
        this.model = Objects.requireNonNull(model);
    }

    @Override
    public Serializer<State> serializer() {
        return (topic, state) -> state == null ? null : state.toBytes();
    }

    /**
     * Reads states of the model, and of others that fit, see {@link Model#adoptState(byte[])}.
     *
     * @return throws {@link InvalidInputException} for bytes that are no state, or one that does not fit
     */
    @Override
    public Deserializer<State> deserializer() {
        return (topic, bytes) -> bytes == null ? null : model.adoptState(bytes);
    }
}
