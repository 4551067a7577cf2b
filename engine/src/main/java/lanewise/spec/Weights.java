package lanewise.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a model, in Keras's own layout.
 *
 * <p>A key is the path of a layer and the role of the array in it: {@code "encoder/lstm/cell/recurrent_kernel"}. Paths
 * are those of {@link Graph#walk}; roles are those of {@link LayerSpec#weightRoles()}.
 *
 * @param arrays float arrays by key, in the order of the layers
 */
public record Weights(Map<String, TensorData> arrays) {
    /** Copies the map, keeping its order. */
    public Weights {
        arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }

    /**
     * Finds an array.
     *
     * @param layerPath path of the layer
     * @param role      what the array is to the layer, for example {@code "kernel"}
     * @return the array, or empty if there is none
     */
    public Optional<TensorData> find(String layerPath, String role) {
        return Optional.ofNullable(arrays.get(layerPath + "/" + role));
    }

    /**
     * The number of trained parameters.
     *
     * @return the sum of all sizes
     */
    public long count() {
        return arrays.values().stream().mapToLong(a -> a.shape().size()).sum();
    }
}
