package lanewise.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Features as bytes: each float's four, the highest first, as Kafka's {@code FloatSerializer}
 * writes one. Keeps every bit, also of NaN. Null stays null. Any number of threads may use it.
 */
public final class FeaturesSerde implements Serde<float[]> {
    /** Creates the serde. */
    public FeaturesSerde() {}

    @Override
    public Serializer<float[]> serializer() {
        return (topic, features) -> features == null ? null
                : put(ByteBuffer.allocate(Float.BYTES * features.length), features).array();
    }

    /**
     * Reads features.
     *
     * @return throws {@link SerializationException} for bytes that are no whole number of floats
     */
    @Override
    public Deserializer<float[]> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            if (bytes.length % Float.BYTES != 0) {
                throw new SerializationException("topic " + topic + ": " + bytes.length
                        + " bytes are no features, expected a multiple of 4: " + FeaturesSerde.class.getSimpleName()
                        + " writes four for each float");
            }
            return get(ByteBuffer.wrap(bytes));
        };
    }

    static ByteBuffer put(ByteBuffer out, float[] values) {
        for (float value : values) {
            out.putInt(Float.floatToRawIntBits(value));
        }
        return out;
    }

    /** Reads what remains. */
    static float[] get(ByteBuffer in) {
        float[] values = new float[in.remaining() / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(in.getInt());
        }
        return values;
    }
}
