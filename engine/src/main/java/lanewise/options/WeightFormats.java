package lanewise.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.error.InvalidInputException;
import lanewise.error.InvalidSpecException;
import lanewise.error.UnsupportedModelException;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * In which format the weight matrices of a model are kept: one for all, and others for some layers. A layer stands for
 * all that lies in it: {@code lstm} for its cell. Which arrays are matrices: {@link LayerSpec#matrixRoles}; all others
 * stay float32.
 *
 * @param format for all layers that are not named
 * @param layers other formats by the paths of layers
 */
public record WeightFormats(WeightFormat format, Map<String, WeightFormat> layers) {
    /** Copies the map. */
    public WeightFormats {
        layers = Map.copyOf(layers);
    }

    /**
     * Reads a text such as {@code int16} or {@code int16,embedding=float32}.
     *
     * @param text a format, then {@code LAYER=FORMAT} for layers with another one, separated by commas
     * @return what it says
     * @throws InvalidInputException if it has another form, or names a format that does not exist
     */
    public static WeightFormats parse(String text) {
        String[] parts = text.split(",", -1);
        Map<String, WeightFormat> layers = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].lastIndexOf('=');
            if (equals < 1) {
                throw new InvalidInputException("weights '" + text + "': '" + parts[i]
                        + "' is not LAYER=FORMAT, expected for example int16,embedding=float32");
            }
            String layer = parts[i].substring(0, equals);
            if (layers.put(layer, format(text, parts[i].substring(equals + 1))) != null) {
                throw new InvalidInputException("weights '" + text + "': layer '" + layer + "' is named twice");
            }
        }
        return new WeightFormats(format(text, parts[0]), layers);
    }

    private static WeightFormat format(String text, String name) {
        return Stream.of(WeightFormat.values()).filter(f -> f.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
                .orElseThrow(() -> new InvalidInputException("weights '" + text + "': there is no format '" + name
                        + "', expected float32, bfloat16 or int16, then LAYER=FORMAT for other layers"));
    }

    /**
     * Rounds the matrices of a model.
     *
     * @param spec    the model
     * @param weights its weights, float32
     * @return the same, matrices in these formats
     * @throws UnsupportedModelException if an array can't be rounded, if there is no layer of a name or it has no
     *                                   matrices, or if the weights are rounded already, with every reason
     */
    public Weights apply(ModelSpec spec, Weights weights) {
        if (!weights.narrow().isEmpty()) {
            String found = weights.narrow().values().stream()
                    .map(array -> array.format().name().toLowerCase(Locale.ROOT))
                    .distinct().sorted().collect(Collectors.joining(" and "));
            throw new UnsupportedModelException(List.of("the weights are " + found
                    + " already and would be rounded twice; open the model as it is, or convert the original again"));
        }
        Rounding rounding = new Rounding(weights);
        spec.graph().walk((path, layer) -> {
            for (String role : layer.matrixRoles()) {
                rounding.add(path, role);
            }
        });
        return rounding.finish();
    }

    /** The format of a layer: that of the nearest name in its path, or the common one. */
    private String nearest(String path) {
        for (String name = path; !name.isEmpty(); name = name.substring(0, Math.max(0, name.lastIndexOf('/')))) {
            if (layers.containsKey(name)) {
                return name;
            }
        }
        return null;
    }

    /** Walks through the layers and collects what is wrong. */
    private final class Rounding {
        private final Map<String, TensorData> arrays;
        private final Map<String, NarrowArray> narrow = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private final Set<String> unused = new LinkedHashSet<>(layers.keySet());
        private final Set<String> known = new LinkedHashSet<>();

        Rounding(Weights weights) {
            arrays = new LinkedHashMap<>(weights.arrays());
        }

        void add(String path, String role) {
            String key = path + "/" + role;
            known.add(path);
            String name = nearest(path);
            unused.remove(name);
            WeightFormat chosen = name == null ? format : layers.get(name);
            TensorData data = arrays.get(key);
            if (!chosen.isNarrow() || data == null) {
                return;
            }
            try {
                narrow.put(key, NarrowArray.of(chosen, data));
                arrays.remove(key);
            } catch (InvalidSpecException e) {
                problems.add(
                        "layer '" + path + "': its array '" + role + "' " + e.getMessage() + "; keep it as it is with "
                                + path + "=float32");
            }
        }

        Weights finish() {
            for (String name : unused) {
                problems.add("weights: no layer '" + name + "' has matrices, those that have are "
                        + String.join(", ", known));
            }
            if (!problems.isEmpty()) {
                throw new UnsupportedModelException(problems);
            }
            return new Weights(arrays, narrow);
        }
    }

    /**
     * As {@link #parse} reads it.
     *
     * @return for example {@code int16,embedding=float32}
     */
    @Override
    public String toString() {
        return Stream.concat(Stream.of(format.name()), layers.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(layer -> layer.getKey() + "=" + layer.getValue())).collect(Collectors.joining(","))
                .toLowerCase(Locale.ROOT);
    }
}
