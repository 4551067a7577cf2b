package lanewise.convert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.LayerSpec;
import lanewise.spec.TensorData;

/**
 * The arrays of a file that keeps them in one list, under Keras's names of the variables:
 * {@code lstm/lstm_cell/kernel}. They are given to layers by the layer's name among the parts of theirs, so that their
 * order between layers does not matter; in a file where that fails for one layer (two of one name in nested models, a
 * renamed layer), all by their order.
 */
final class NamedArrays implements LayerArrays {
    private final String file;
    private final Map<String, List<Entry>> byLayer = new LinkedHashMap<>();

    /**
     * An array.
     *
     * @param name Keras's name of the variable
     * @param data its numbers
     */
    record Entry(String name, TensorData data) {
        /** What it is to its layer: {@code kernel}. */
        String base() {
            return name.substring(name.lastIndexOf('/') + 1);
        }
    }

    /**
     * Gives arrays to layers.
     *
     * @param file     what holds them, for messages
     * @param entries  the arrays
     * @param layers   the model's layers
     * @param given    arrays that the config contains
     * @param problems takes what is wrong
     */
    NamedArrays(String file, List<Entry> entries, List<KerasLayer> layers, Map<String, TensorData> given,
            Problems problems) {
        this.file = file;
        Map<String, List<String>> keys = new LinkedHashMap<>();
        layers.forEach(layer -> keys.put(layer.spec().name(), ListedWeights.keys(layer, given)));
        if (byName(entries, layers, keys)) {
            return;
        }
        byLayer.clear();
        long expected = keys.values().stream().mapToInt(List::size).sum();
        if (entries.size() != expected) {
            problems.add("the file has " + entries.size() + " arrays, but the layers need " + expected + ": it has "
                    + entries.stream().map(Entry::name).toList() + ", expected "
                    + keys.values().stream().flatMap(List::stream).toList());
        }
        int next = 0;
        for (Map.Entry<String, List<String>> layer : keys.entrySet()) {
            int end = Math.min(entries.size(), next + layer.getValue().size());
            byLayer.put(layer.getKey(), entries.subList(next, end));
            next = end;
        }
    }

    /** Whether each array found its place. */
    private boolean byName(List<Entry> entries, List<KerasLayer> layers, Map<String, List<String>> keys) {
        Map<String, String> names = new LinkedHashMap<>();
        layers.forEach(layer -> leaves("", layer, names));
        if (names.values().stream().distinct().count() != names.size()) {
            return false;
        }
        Map<String, Deque<Entry>> owned = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Arrays.stream(entry.name().split("/")).filter(names::containsValue).findFirst()
                    .ifPresent(name -> owned.computeIfAbsent(name, n -> new ArrayDeque<>()).add(entry));
        }
        int placed = 0;
        for (Map.Entry<String, List<String>> layer : keys.entrySet()) {
            List<Entry> found = new ArrayList<>();
            for (String key : layer.getValue()) {
                String leaf = key;
                while (!names.containsKey(leaf) && leaf.contains("/")) {
                    leaf = leaf.substring(0, leaf.lastIndexOf('/'));
                }
                String base = key.substring(key.lastIndexOf('/') + 1);
                Deque<Entry> own = owned.getOrDefault(names.get(leaf), new ArrayDeque<>());
                Entry entry = own.stream().filter(e -> e.base().equals(base)).findFirst().orElse(null);
                if (entry == null) {
                    return false;
                }
                own.remove(entry);
                found.add(entry);
                placed++;
            }
            byLayer.put(layer.getKey(), found);
        }
        return placed == entries.size();
    }

    /** Names by path of the layers that are no models. */
    private static void leaves(String prefix, KerasLayer layer, Map<String, String> names) {
        String path = prefix + layer.spec().name();
        if (layer.spec() instanceof LayerSpec.Nested) {
            layer.inner().forEach(inner -> leaves(path + "/", inner, names));
        } else {
            names.put(path, layer.spec().name());
        }
    }

    @Override
    public String name() {
        return file;
    }

    @Override
    public List<String> layers() {
        return List.copyOf(byLayer.keySet());
    }

    @Override
    public List<String> arrays(String layer) {
        return byLayer.getOrDefault(layer, List.of()).stream().map(Entry::name).toList();
    }

    @Override
    public TensorData array(String layer, int index) {
        return byLayer.get(layer).get(index).data();
    }
}
