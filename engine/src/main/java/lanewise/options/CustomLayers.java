package lanewise.options;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The user's own layers, by the names of their classes. Immutable.
 *
 * @param kinds what each class is
 */
public record CustomLayers(Map<String, Kind> kinds) {
    /** None. */
    public static final CustomLayers NONE = new CustomLayers(Map.of());

    /** Copies the map. */
    public CustomLayers {
        kinds = Map.copyOf(kinds);
    }

    /**
     * One class of layers.
     *
     * @param weights names for its arrays, in the order in which the class makes them ({@code add_weight})
     * @param factory makes a layer
     */
    public record Kind(List<String> weights, CustomLayer.Factory factory) {
        /** Copies the list. */
        public Kind {
            weights = List.copyOf(weights);
        }
    }

    /**
     * These and one more.
     *
     * @param className the class in Keras: its name, or with its package as it was registered, {@code "package>Class"}
     * @param weights   names for its arrays, in the order in which the class makes them ({@code add_weight})
     * @param factory   makes a layer
     * @return a new value
     */
    public CustomLayers and(String className, List<String> weights, CustomLayer.Factory factory) {
        Map<String, Kind> more = new HashMap<>(kinds);
        more.put(className, new Kind(weights, factory));
        return new CustomLayers(more);
    }

    /**
     * Finds what was registered for a class.
     *
     * @param className  its name
     * @param registered its name with its package, or empty
     * @return what was registered under the second name, else under the first; empty if nothing was
     */
    public Optional<Kind> find(String className, String registered) {
        return Optional.ofNullable(kinds.get(registered)).or(() -> Optional.ofNullable(kinds.get(className)));
    }
}
