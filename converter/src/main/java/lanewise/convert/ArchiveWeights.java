package lanewise.convert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;
import lanewise.files.Hdf;
import lanewise.spec.LayerSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Reads Keras 3's weights files ({@code model.weights.h5}): a group per layer, named after its class and counted per
 * class, with the layer's arrays in {@code vars/0}, {@code vars/1}, ... (keras/src/saving/saving_lib.py).
 */
final class ArchiveWeights {
    /** Role of the weights of a vocabulary's terms. */
    private static final String WEIGHTS = "idf_weights";

    private final Hdf hdf;
    private final Problems problems;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();
    /** Paths of layers whose arrays were found; equal layers have one name, so there are few of each. */
    private final Map<LayerSpec, List<String>> read = new HashMap<>();

    private final Assets assets;
    /** Arrays that the config contains. */
    private final Map<String, TensorData> given;

    private ArchiveWeights(Hdf hdf, Assets assets, Map<String, TensorData> given, Problems problems) {
        this.hdf = hdf;
        this.assets = assets;
        this.given = given;
        this.problems = problems;
    }

    static Map<String, TensorData> read(Hdf hdf, Assets assets, Map<String, TensorData> given, List<KerasLayer> layers,
            Problems problems) {
        ArchiveWeights reader = new ArchiveWeights(hdf, assets, given, problems);
        reader.list("layers", "", layers);
        return reader.arrays;
    }

    private void list(String group, String prefix, List<KerasLayer> layers) {
        Map<String, Integer> counts = new HashMap<>();
        for (KerasLayer layer : layers) {
            // the one class whose groups keep an older name
            String name = layer.className().equals("GroupQueryAttention") ? "grouped_query_attention"
                    : KerasLayer.snakeCase(layer.className());
            int number = counts.merge(name, 1, Integer::sum) - 1;
            layer(group + "/" + name + (number == 0 ? "" : "_" + number), prefix, layer);
        }
    }

    private void layer(String group, String prefix, KerasLayer layer) {
        String path = prefix + layer.spec().name();
        switch (layer.spec()) {
            case LayerSpec.Nested n when layer.className().equals(RecurrentReader.STACK) ->
                list(group + "/cells", path + "/", layer.inner());
            case LayerSpec.Nested n -> list(group + "/layers", path + "/", layer.inner());
            case RecurrentLayer.Bidirectional b -> {
                layer(group + "/forward_layer", path + "/", layer.inner().get(0));
                layer(group + "/backward_layer", path + "/", layer.inner().get(1));
            }
            case LayerSpec.SpectralNormalization n -> layer(group + "/layer", path + "/", layer.inner().getFirst());
            case RecurrentLayer.TimeDistributed t -> layer(group + "/layer", path + "/", layer.inner().getFirst());
            case RecurrentLayer.Rnn r when hdf.has(group + "/cell/cells") ->
                list(group + "/cell/cells", path + "/", layer.inner());
            case RecurrentLayer.Rnn r -> layer(group + "/cell", path + "/", layer.inner().getFirst());
            default -> variables(group, path, layer);
        }
    }

    /** The arrays of a layer: in its own group, or, where a role is a path, in one below. */
    private void variables(String group, String path, KerasLayer layer) {
        Map<String, List<String>> rolesByPart = new LinkedHashMap<>();
        for (String role : layer.spec().weightRoles()) {
            int slash = role.lastIndexOf('/');
            rolesByPart.computeIfAbsent(slash < 0 ? "" : "/" + role.substring(0, slash), part -> new ArrayList<>())
                    .add(role);
        }
        boolean any = rolesByPart.isEmpty();
        for (String part : rolesByPart.keySet()) {
            any |= !hdf.children(group + part + "/vars").isEmpty();
        }
        if (!any && !hasTexts(layer) && shareWithEarlier(path, layer)) {
            return;
        }
        if (rolesByPart.size() > 1 && rolesByPart.entrySet().stream()
                .allMatch(e -> hdf.children(group + e.getKey() + "/vars").size() > e.getValue().size())) {
            problems.add(path, layer.className(), "each of its parts has more arrays in the weights file than "
                    + rolesByPart.values().iterator().next() + ": they were quantized, and Keras can't load them"
                    + " again, either" + Int8Reader.WAY_OUT);
            return;
        }
        read.computeIfAbsent(layer.spec(), spec -> new ArrayList<>()).add(path);
        if (layer.spec() instanceof NormalizationLayer.Normalization n) {
            normalization(group, path, layer, n);
        } else if (hasTexts(layer)) {
            texts(group, path, layer);
        } else if (rolesByPart.isEmpty()) {
            check(group + "/vars", path, layer, List.of());
        } else {
            rolesByPart.forEach((part, roles) -> numbers(group + part + "/vars", path, layer, roles));
        }
    }

    private static boolean hasTexts(KerasLayer layer) {
        return layer.spec().weightRoles().contains("vocabulary");
    }

    private void check(String group, String path, KerasLayer layer, List<String> roles) {
        int found = hdf.children(group).size();
        if (found > roles.size()) {
            problems.add(path, layer.className(),
                    "has " + found + " arrays at " + group + " in the weights file, expected "
                            + roles);
        }
    }

    private void numbers(String group, String path, KerasLayer layer, List<String> roles) {
        check(group, path, layer, roles);
        if (roles.size() > 1 && hdf.children(group).isEmpty()) {
            problems.add(path, layer.className(), "its arrays " + roles + " are not in the weights file at " + group);
            return;
        }
        for (int i = 0; i < roles.size(); i++) {
            number(group + "/" + i, path, layer, roles.get(i));
        }
    }

    private void number(String dataset, String path, KerasLayer layer, String role) {
        if (!hdf.has(dataset)) {
            problems.add(path, layer.className(), "its array '" + role + "' is not in the weights file at " + dataset);
            return;
        }
        try {
            boolean bytes = Int8Reader.isBytes(layer.spec(), role);
            arrays.put(path + "/" + role, bytes ? hdf.bytes(dataset) : hdf.floats(dataset));
        } catch (ModelFileException e) {
            problems.add(path, layer.className(), "its array '" + role + "': " + e.getMessage());
        }
    }

    /** What was learned: mean, variance, and a count that nobody needs; nothing if it was given in the config. */
    private void normalization(String group, String path, KerasLayer layer, NormalizationLayer.Normalization spec) {
        for (int i = 0; i < spec.weightRoles().size(); i++) {
            String role = spec.weightRoles().get(i);
            if (!given.containsKey(path + "/" + role)) {
                number(group + "/vars/" + i, path, layer, role);
            }
        }
    }

    private void texts(String group, String path, KerasLayer layer) {
        List<String> words = given.containsKey(path + "/vocabulary") ? null : words(group);
        if (words != null) {
            List<String> plain = Vocabularies.plain(words, Vocabularies.special(layer.spec()));
            arrays.put(path + "/vocabulary", TensorData.of(Shape.of(plain.size()), plain));
        } else if (!given.containsKey(path + "/vocabulary")) {
            problems.add(path, layer.className(),
                    "its vocabulary was learned and is not here: it is in the assets of a .keras archive;"
                            + " keep that beside the weights, or build the layer with vocabulary=...");
        }
        if (layer.spec().weightRoles().contains(WEIGHTS)) {
            weights(group, path, layer, words);
        }
    }

    /**
     * The weights of terms. Those of the config are only what Keras starts from; of TextVectorization it reads two
     * copies, and the inner layer's last.
     */
    private void weights(String group, String path, KerasLayer layer, List<String> words) {
        String key = path + "/" + WEIGHTS;
        number(group + "/vars/" + WEIGHTS, path, layer, WEIGHTS);
        TensorData weights = arrays.get(key);
        if (layer.spec() instanceof PreprocessingLayer.TextVectorization && weights != null) {
            number(group + "/_lookup_layer/vars/" + WEIGHTS, path, layer, WEIGHTS);
            TensorData inner = arrays.get(key);
            if (!inner.shape().equals(weights.shape())) {
                problems.add(path, layer.className(), "has idf_weights of the shapes " + weights.shape() + " and "
                        + inner.shape() + " in the weights file, expected the same twice; save the model again");
                arrays.remove(key);
                return;
            }
        }
        if (words != null && weights != null && weights.shape().size() != words.size()) {
            problems.add(path, layer.className(), "has " + weights.shape().size() + " idf_weights for the "
                    + words.size() + " terms of its vocabulary, which Keras refuses, too; leave out"
                    + " pad_to_max_tokens, or build the layer with vocabulary=... and idf_weights=...");
            arrays.remove(key);
        }
    }

    private List<String> words(String group) {
        // Keras reads both where both are there, and the inner layer's come last
        List<String> words = assets.vocabulary(group + "/_lookup_layer");
        return words == null ? assets.vocabulary(group) : words;
    }

    /** The files that Keras keeps beside the weights. */
    interface Assets {
        /**
         * The words of a lookup layer.
         *
         * @param group of the layer in the weights file
         * @return one a line of its vocabulary.txt, or null if there is none
         */
        List<String> vocabulary(String group);
    }

    /**
     * Keras writes a layer that it reaches twice at the first place only: one that stands in two nested models, or in a
     * nested model and beside it. The config holds it at both places under the same name.
     */
    private boolean shareWithEarlier(String path, KerasLayer layer) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        List<String> same = read.getOrDefault(layer.spec(), List.of()).stream()
                .filter(earlier -> earlier.endsWith("/" + path) || path.endsWith("/" + earlier)
                        || earlier.endsWith("/" + name) && parent(earlier).equals(parent(path)))
                .toList();
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
