package lanewise.kafka;

import lanewise.Model;
import lanewise.error.ModelFileException;

/**
 * Where the tasks of a {@link KeyedScorer} find models. A task asks by fingerprint, not for the newest model: after a
 * restart or on another machine it goes on with the model that its states and its latest scores are of. So whatever was
 * active must stay available until every task has replaced it.
 *
 * <p>Several threads may ask at once. {@link ModelFolder} is one.
 */
@FunctionalInterface
public interface ModelSource {
    /**
     * Opens a model. The scorer checks that it has the fingerprint, shares it among the tasks of this JVM, and closes
     * it.
     *
     * @param fingerprint {@link Model#fingerprint}, 16 hex digits
     * @return the model
     * @throws ModelFileException if it is missing or damaged on this machine; other exceptions of
     *                            {@code lanewise.error} say why it can't be run
     */
    Model open(String fingerprint);
}
