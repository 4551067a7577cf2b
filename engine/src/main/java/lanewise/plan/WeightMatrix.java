package lanewise.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * A weight matrix of a model that is open: one that may have 16 bits.
 *
 * @param layer  path of its layer
 * @param role   what it is to the layer, for example {@code "kernel"}
 * @param shape  of the array; all axes but the last are rows
 * @param format in which it is kept
 * @param lookup whether single rows of it are read, as an embedding's are, instead of all of it
 */
public record WeightMatrix(String layer, String role, Shape shape, WeightFormat format, boolean lookup) {
    /**
     * The matrices of a model.
     *
     * @param spec    what the model is
     * @param weights its weights, as they are kept
     * @return in the order of the layers
     */
    static List<WeightMatrix> of(ModelSpec spec, Weights weights) {
        Map<String, WeightMatrix> matrices = new LinkedHashMap<>();
        Map<String, Shape> shapes = weights.shapes();
        spec.graph().walk((path, layer) -> {
            for (String role : layer.weightRoles()) {
                String key = path + "/" + role;
                boolean narrow = weights.narrow().containsKey(key);
                if (narrow || shapes.containsKey(key) && layer.matrixRoles().contains(role)) {
                    WeightFormat format = narrow ? weights.narrow().get(key).format() : WeightFormat.FLOAT32;
                    matrices.put(key, new WeightMatrix(path, role, shapes.get(key), format, isTable(layer)));
                }
            }
        });
        return List.copyOf(matrices.values());
    }

    private static boolean isTable(LayerSpec layer) {
        return layer.matrixRoles().contains("embeddings");
    }

    /**
     * The memory that it takes in some format.
     *
     * @param other the format
     * @return bytes, those of scales included
     */
    public long bytes(WeightFormat other) {
        long columns = Math.max(1, shape.dims().getLast());
        long rows = shape.size() / columns;
        long words = (other.isNarrow() ? (rows + 1) / 2 : rows) * columns;
        return Float.BYTES * (words + (other == WeightFormat.INT16 ? columns : 0));
    }
}
