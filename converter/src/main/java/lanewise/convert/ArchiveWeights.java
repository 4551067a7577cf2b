package lanewise.convert;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.ModelFileException;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * Reads Keras 3's weights files ({@code model.weights.h5}): a group per layer, named after its class and counted per class, with
 * the layer's arrays in {@code vars/0}, {@code vars/1}, ... (keras/src/saving/saving_lib.py).
 */
final class ArchiveWeights {
    private final Hdf hdf;
    private final Problems problems;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();
    /** Layers whose arrays were found, by path. */
    private final Map<String, LayerSpec> read = new LinkedHashMap<>();

    private ArchiveWeights(Hdf hdf, Problems problems) {
        this.hdf = hdf;
        this.problems = problems;
    }

    static Weights read(Hdf hdf, List<KerasLayer> layers, Problems problems) {
        ArchiveWeights reader = new ArchiveWeights(hdf, problems);
        reader.list("layers", "", layers);
        return new Weights(reader.arrays);
    }

    private void list(String group, String prefix, List<KerasLayer> layers) {
        Map<String, Integer> counts = new HashMap<>();
        for (KerasLayer layer : layers) {
            String name = KerasLayer.snakeCase(layer.className());
            int number = counts.merge(name, 1, Integer::sum) - 1;
            layer(group + "/" + name + (number == 0 ? "" : "_" + number), prefix, layer);
        }
    }

    private void layer(String group, String prefix, KerasLayer layer) {
        String path = prefix + layer.spec().name();
        switch (layer.spec()) {
            case LayerSpec.Nested n -> list(group + "/layers", path + "/", layer.inner());
            case RecurrentLayer.Bidirectional b -> {
                layer(group + "/forward_layer", path + "/", layer.inner().get(0));
                layer(group + "/backward_layer", path + "/", layer.inner().get(1));
            }
            case RecurrentLayer.TimeDistributed t -> layer(group + "/layer", path + "/", layer.inner().getFirst());
            case RecurrentLayer.Rnn r when hdf.has(group + "/cell/cells") -> list(group + "/cell/cells", path + "/", layer.inner());
            case RecurrentLayer.Rnn r -> layer(group + "/cell", path + "/", layer.inner().getFirst());
            default -> variables(group + "/vars", path, layer);
        }
    }

    private void variables(String group, String path, KerasLayer layer) {
        List<String> roles = layer.spec().weightRoles();
        int found = hdf.children(group).size();
        if (found == 0 && !roles.isEmpty() && shareWithEarlier(path, layer)) {
            return;
        }
        read.put(path, layer.spec());
        if (found > roles.size()) {
            problems.add(path, layer.className(), "has " + found + " arrays at " + group + " in the weights file, expected "
                    + roles);
        }
        for (int i = 0; i < roles.size(); i++) {
            String dataset = group + "/" + i;
            if (!hdf.has(dataset)) {
                problems.add(path, layer.className(), "its array '" + roles.get(i) + "' is not in the weights file at " + dataset);
                continue;
            }
            try {
                arrays.put(path + "/" + roles.get(i), hdf.floats(dataset));
            } catch (ModelFileException e) {
                problems.add(path, layer.className(), "its array '" + roles.get(i) + "': " + e.getMessage());
            }
        }
    }

    /**
     * Keras writes a layer that it reaches twice at the first place only: one that stands in two nested models, or in a nested model
     * and beside it. The config holds it at both places under the same name.
     */
    private boolean shareWithEarlier(String path, KerasLayer layer) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        List<String> same = read.entrySet().stream().filter(e -> e.getValue().equals(layer.spec())).map(Map.Entry::getKey)
                .filter(earlier -> earlier.endsWith("/" + path) || path.endsWith("/" + earlier)
                        || earlier.endsWith("/" + name) && parent(earlier).equals(parent(path))).toList();
        if (same.size() != 1) {
            return false;
        }
        for (String role : layer.spec().weightRoles()) {
            TensorData data = arrays.get(same.getFirst() + "/" + role);
            if (data != null) {
                arrays.put(path + "/" + role, data);
            }
        }
        return true;
    }

    /** Name of the model that holds a layer. */
    private static String parent(String path) {
        String[] parts = path.split("/");
        return parts.length < 2 ? "" : parts[parts.length - 2];
    }
}
