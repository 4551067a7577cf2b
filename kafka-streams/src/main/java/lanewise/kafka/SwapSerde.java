package lanewise.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Outcomes of swaps, for people and programs: the value is a sentence in UTF-8, the headers {@code lanewise.task},
 * {@code lanewise.control}, {@code lanewise.from}, {@code lanewise.to}, {@code lanewise.accepted} and
 * {@code lanewise.reason} are the parts. Null stays null. Any number of threads may use it.
 */
public final class SwapSerde implements Serde<Swap> {
    /** Creates the serde. */
    public SwapSerde() {}

    @Override
    public Serializer<Swap> serializer() {
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, Swap swap) {
                return swap == null ? null : bytes(swap.toString());
            }

            @Override
            public byte[] serialize(String topic, Headers headers, Swap swap) {
                if (swap != null) {
                    set(headers, "task", swap.task());
                    set(headers, "control", swap.control());
                    set(headers, "from", swap.from());
                    set(headers, "to", swap.to());
                    set(headers, "accepted", Boolean.toString(swap.accepted()));
                    set(headers, "reason", swap.reason());
                }
                return serialize(topic, swap);
            }
        };
    }

    /**
     * Reads outcomes from the headers.
     *
     * @return throws {@link SerializationException} if one is missing
     */
    @Override
    public Deserializer<Swap> deserializer() {
        return new Deserializer<>() {
            @Override
            public Swap deserialize(String topic, byte[] value) {
                if (value == null) {
                    return null;
                }
                throw new SerializationException("topic " + topic + ": an outcome of a swap is in the headers");
            }

            @Override
            public Swap deserialize(String topic, Headers headers, byte[] value) {
                return value == null ? null
                        : new Swap(get(topic, headers, "task"), get(topic, headers, "control"),
                                get(topic, headers, "from"), get(topic, headers, "to"),
                                Boolean.parseBoolean(get(topic, headers, "accepted")),
                                get(topic, headers, "reason"));
            }
        };
    }

    private static void set(Headers headers, String part, String value) {
        headers.remove("lanewise." + part).add("lanewise." + part, bytes(value));
    }

    private static String get(String topic, Headers headers, String part) {
        Header header = headers.lastHeader("lanewise." + part);
        if (header == null || header.value() == null) {
            throw new SerializationException("topic " + topic + ": the record has no header 'lanewise." + part
                    + "', so it is no outcome of a swap");
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
