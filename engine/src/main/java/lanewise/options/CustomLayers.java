package lanewise.options;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The custom layers, by class name. Immutable.
 *
 * @param kinds the definition of each class, by its name
 */
public record CustomLayers(Map<String, Kind> kinds) {
    /** No custom layers. */
    public static final CustomLayers NONE = new CustomLayers(Map.of());

    /** Copies the map. */
    public CustomLayers {
        kinds = Map.copyOf(kinds);
    }

    /**
     * One class of custom layers.
     *
     * @param weights names for its arrays, in the order in which the class creates them ({@code add_weight})
     * @param factory creates a layer
     */
    public record Kind(List<String> weights, CustomLayer.Factory factory) {
        /** Copies the list. */
        public Kind {
            weights = List.copyOf(weights);
        }
    }

    /**
     * These layers and one more.
     *
     * @param className the class in Keras: its name, or its registered name with the package, {@code "package>Class"}
     * @param weights   names for its arrays, in the order in which the class creates them ({@code add_weight})
     * @param factory creates a layer
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
