package lanewise.flink;

import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * An event with what the model says to it, after all of the key's events before.
 *
 * @param <K>    the type of keys
 * @param <T>    the type of events
 * @param key    the event's key
 * @param event  the event
 * @param scores the model's output, row-major; not copied
 */
public record Scored<K, T>(K key, T event, float[] scores) {
    /**
     * The type for Flink, which stores it field by field.
     *
     * @param <K>   the type of keys
     * @param <T>   the type of events
     * @param key   the type of keys
     * @param event the type of events
     * @return the type
     */
    @SuppressWarnings({"unchecked", "rawtypes"}) // a class object knows no type parameters
    public static <K, T> TypeInformation<Scored<K, T>> type(TypeInformation<K> key, TypeInformation<T> event) {
        return (TypeInformation) Types.POJO(Scored.class,
                Map.of("key", key, "event", event, "scores", Types.PRIMITIVE_ARRAY(Types.FLOAT)));
    }
}
