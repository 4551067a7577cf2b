package lanewise.flink;

import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * An event that was not scored.
 *
 * @param <T>    the type of events
 * @param event  the event as it came
 * @param reason which subtask and key, and what is wrong with it
 */
public record DeadLetter<T>(T event, String reason) {
    /**
     * The type for Flink, which stores it field by field.
     *
     * @param <T>   the type of events
     * @param event the type of events
     * @return the type
     */
    @SuppressWarnings({"unchecked", "rawtypes"}) // a class object knows no type parameters
    public static <T> TypeInformation<DeadLetter<T>> type(TypeInformation<T> event) {
        return (TypeInformation) Types.POJO(DeadLetter.class, Map.of("event", event, "reason", Types.STRING));
    }
}
