package lanewise.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.ModelFileException;
import lanewise.spec.LayerSpec;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * Reads the weights of whole-model HDF5 files: a group per layer of the model, whose attribute {@code weight_names} lists its arrays
 * in order, those of layers inside it flattened: trained ones first, then the others; those of frozen layers count as others.
 */
final class LegacyWeights {
    private static final Set<String> NOT_TRAINED = Set.of("moving_mean", "moving_variance");

    private final Hdf hdf;
    private final String root;
    private final Problems problems;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();

    private LegacyWeights(Hdf hdf, String root, Problems problems) {
        this.hdf = hdf;
        this.root = root;
        this.problems = problems;
    }

    /**
     * Reads the weights.
     *
     * @param hdf    the file
     * @param root   the group that holds a group per layer
     * @param layers the model's layers
     */
    static Weights read(Hdf hdf, String root, List<KerasLayer> layers, Problems problems) {
        LegacyWeights reader = new LegacyWeights(hdf, root, problems);
        reader.read(layers);
        return new Weights(reader.arrays);
    }

    private void read(List<KerasLayer> layers) {
        List<String> groups = hdf.strings(root, "layer_names");
        if (groups == null) {
            throw new ModelFileException(hdf.name() + ": the group " + root + " has no attribute layer_names, so its weights can't be "
                    + "matched to layers");
        }
        List<KerasLayer> weighted = layers.stream().filter(l -> !roles("", l).isEmpty()).toList();
        List<String> filled = groups.stream().filter(g -> !names(g).isEmpty()).toList();
        boolean byName = weighted.stream().allMatch(l -> filled.contains(l.spec().name()));
        if (!byName && filled.size() != weighted.size()) {
            problems.add("the file has weights for the layers " + filled + ", but the model has " + weighted.stream()
                    .map(l -> l.spec().name()).toList());
            return;
        }
        for (int i = 0; i < weighted.size(); i++) {
            // a renamed layer keeps its place
            layer(byName ? weighted.get(i).spec().name() : filled.get(i), weighted.get(i));
        }
    }

    private List<String> names(String group) {
        List<String> names = hdf.strings(root + "/" + group, "weight_names");
        return names == null ? List.of() : names;
    }

    private void layer(String group, KerasLayer layer) {
        List<String> roles = roles("", layer);
        List<String> names = names(group);
        if (names.size() != roles.size()) {
            problems.add(layer.spec().name(), layer.className(), "has " + names.size() + " arrays in the file, expected "
                    + roles.size() + ": " + roles);
            return;
        }
        for (int i = 0; i < roles.size(); i++) {
            try {
                arrays.put(roles.get(i), hdf.floats(root + "/" + group + "/" + names.get(i)));
            } catch (ModelFileException e) {
                problems.add(layer.spec().name(), layer.className(), "its array " + roles.get(i) + ": " + e.getMessage());
            }
        }
    }

    /** The keys of a layer's arrays in the order of the file. */
    private static List<String> roles(String prefix, KerasLayer layer) {
        List<String> trained = new ArrayList<>();
        List<String> others = new ArrayList<>();
        collect(prefix, layer, true, trained, others);
        trained.addAll(others);
        return trained;
    }

    private static void collect(String prefix, KerasLayer layer, boolean trainable, List<String> trained, List<String> others) {
        String path = prefix + layer.spec().name();
        boolean learns = trainable && layer.trainable();
        for (String role : layer.spec().weightRoles()) {
            (learns && !NOT_TRAINED.contains(role) ? trained : others).add(path + "/" + role);
        }
        if (layer.spec() instanceof LayerSpec.InputLayer) {
            return;
        }
        layer.inner().forEach(inner -> collect(path + "/", inner, learns, trained, others));
    }
}
