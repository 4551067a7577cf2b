package lanewise.kafka;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Scores as bytes: the eight of the model's fingerprint, then each float's four, the highest first. Null stays null.
 * Any number of threads may use it.
 */
public final class ScoreSerde implements Serde<Score> {
    /** Creates the serde. */
    public ScoreSerde() {}

    @Override
    public Serializer<Score> serializer() {
        return (topic, score) -> score == null ? null
                : FeaturesSerde.put(ByteBuffer.allocate(Long.BYTES + Float.BYTES * score.values().length)
                        .putLong(HexFormat.fromHexDigitsToLong(score.model())), score.values()).array();
    }

    /**
     * Reads scores.
     *
     * @return throws {@link SerializationException} for bytes that are no score
     */
    @Override
    public Deserializer<Score> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            if (bytes.length < Long.BYTES || bytes.length % Float.BYTES != 0) {
                throw new SerializationException("topic " + topic + ": " + bytes.length
                        + " bytes are no score, expected 8 of a fingerprint and 4 for each float");
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Score(HexFormat.of().toHexDigits(in.getLong()), FeaturesSerde.get(in));
        };
    }
}
