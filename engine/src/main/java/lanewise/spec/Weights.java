package lanewise.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import lanewise.error.InvalidSpecException;

/**
 * The weights of a model, in Keras's own layout.
 *
 * <p>A key is the path of a layer and the role of the array in it: {@code "encoder/lstm/cell/recurrent_kernel"}. Paths
 * are those of {@link Graph#walk}; roles are those of {@link LayerSpec#weightRoles()}.
 *
 * @param arrays   arrays by key, in the order of the layers
 * @param narrow   matrices of 16 bits by key; none of these keys is in {@code arrays}
 * @param accuracy what rounding them did to the model's answers, if that was measured
 */
public record Weights(Map<String, TensorData> arrays, Map<String, NarrowArray> narrow, Optional<Accuracy> accuracy) {
    /** Copies the maps, keeping their order. */
    public Weights {
        arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
        narrow = Collections.unmodifiableMap(new LinkedHashMap<>(narrow));
        if (!Collections.disjoint(arrays.keySet(), narrow.keySet())) {
            throw new InvalidSpecException("an array is given in two formats");
        }
        Objects.requireNonNull(accuracy);
    }

    /**
     * Weights whose accuracy was not measured.
     *
     * @param arrays arrays by key, in the order of the layers
     * @param narrow matrices of 16 bits by key
     */
    public Weights(Map<String, TensorData> arrays, Map<String, NarrowArray> narrow) {
        this(arrays, narrow, Optional.empty());
    }

    /**
     * Weights of which none has 16 bits.
     *
     * @param arrays arrays by key, in the order of the layers
     */
    public Weights(Map<String, TensorData> arrays) {
        this(arrays, Map.of());
    }

    /**
     * The same weights with what was measured.
     *
     * @param measured what rounding did
     * @return new weights
     */
    public Weights with(Accuracy measured) {
        return new Weights(arrays, narrow, Optional.of(measured));
    }

    /**
     * Finds an array. A narrow one is decoded.
     *
     * @param layerPath path of the layer
     * @param role      what the array is to the layer, for example {@code "kernel"}
     * @return the array, or empty if there is none
     */
    public Optional<TensorData> find(String layerPath, String role) {
        TensorData array = arrays.get(layerPath + "/" + role);
        return array != null ? Optional.of(array) : findNarrow(layerPath, role).map(NarrowArray::decode);
    }

    /**
     * Finds a matrix of 16 bits.
     *
     * @param layerPath path of the layer
     * @param role      what the matrix is to the layer
     * @return the matrix, or empty if there is none, or it has 32 bits
     */
    public Optional<NarrowArray> findNarrow(String layerPath, String role) {
        return Optional.ofNullable(narrow.get(layerPath + "/" + role));
    }

    /**
     * The shapes of all arrays.
     *
     * @return by key
     */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        arrays.forEach((key, array) -> shapes.put(key, array.shape()));
        narrow.forEach((key, array) -> shapes.put(key, array.shape()));
        return shapes;
    }

    /**
     * The number of trained parameters.
     *
     * @return the sum of all sizes
     */
    public long count() {
        return shapes().values().stream().mapToLong(Shape::size).sum();
    }

    /** How many there are. */
    @Override
    public String toString() {
        return "Weights[" + (arrays.size() + narrow.size()) + " arrays"
                + (narrow.isEmpty() ? "" : ", " + narrow.size() + " of them of 16 bits") + ", " + count()
                + " numbers]";
    }
}
