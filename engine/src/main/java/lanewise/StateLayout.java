package lanewise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import lanewise.format.ModelIdentity;
import lanewise.plan.WeightMatrix;
import lanewise.plan.stream.StreamPlan;
import lanewise.spec.LayerInfo;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.WeightFormat;

/**
 * What a state of a stream consists of, whatever the weights: models of the same layout can continue each other's
 * streams.
 *
 * @param layers  what each layer keeps, by its path, in the order in which it lies in a state
 * @param formats the formats of the matrices of 16 bits, by their keys
 */
record StateLayout(Map<String, Kept> layers, Map<String, WeightFormat> formats) {
    /**
     * What a layer keeps.
     *
     * @param kind    its class in Keras
     * @param sizes   how many numbers each part of it has
     * @param options a number made of the layer's options
     */
    record Kept(String kind, List<Integer> sizes, int options) {
        @Override
        public String toString() {
            return kind + " " + sizes;
        }
    }

    static StateLayout of(ModelSpec spec, StreamPlan plan) {
        Map<String, LayerSpec> specs = new LinkedHashMap<>();
        spec.graph().walk(specs::putIfAbsent);
        Map<String, Kept> layers = new LinkedHashMap<>();
        for (StreamPlan.Part part : plan.parts()) {
            Kept kept = layers.computeIfAbsent(part.layer(), path -> new Kept(kind(plan.plan().layers(), path),
                    new ArrayList<>(), ModelIdentity.of(specs.get(owner(specs, path)))));
            kept.sizes().add(part.numbers());
        }
        Map<String, WeightFormat> formats = new TreeMap<>();
        for (WeightMatrix matrix : plan.plan().matrices()) {
            if (matrix.format().isNarrow()) {
                formats.put(matrix.layer() + "/" + matrix.role(), matrix.format());
            }
        }
        return new StateLayout(layers, formats);
    }

    /** The innermost layer of a path that has a description. */
    private static String owner(Map<String, LayerSpec> specs, String path) {
        String found = path;
        while (!specs.containsKey(found)) {
            found = found.substring(0, found.lastIndexOf('/'));
        }
        return found;
    }

    private static String kind(List<LayerInfo> listed, String path) {
        return listed.stream().filter(layer -> path.equals(layer.path()) || path.startsWith(layer.path() + "/"))
                .map(LayerInfo::kerasClass).reduce("layer", (first, longer) -> longer);
    }

    /** A number that is the same for the same layers; states carry it. */
    int layersSum() {
        return layers.entrySet().stream()
                .map(entry -> Objects.hash(entry.getKey(), entry.getValue().sizes(), entry.getValue().options()))
                .toList().hashCode();
    }

    /** A number that is the same for the same formats of weights; states carry it. */
    int formatsSum() {
        return formats.entrySet().stream()
                .map(entry -> Objects.hash(entry.getKey(), entry.getValue().name())).toList().hashCode();
    }

    /** Why states of another layout can't be continued in this one, a sentence each. */
    List<String> differences(StateLayout other) {
        List<String> found = new ArrayList<>();
        layers.forEach((path, here) -> {
            Kept there = other.layers.get(path);
            if (there == null) {
                found.add("layer '" + path + "' (" + here.kind() + ") keeps " + here.sizes()
                        + " numbers of a stream, the other model has no such state");
            } else if (!there.sizes().equals(here.sizes())) {
                found.add("layer '" + path + "' (" + here.kind() + ") keeps " + here.sizes()
                        + " numbers of a stream, that of the other model (" + there.kind() + ") " + there.sizes());
            } else if (there.options() != here.options()) {
                found.add("layer '" + path + "' (" + here.kind() + ") computes its state in another way than that of "
                        + "the other model (" + there.kind() + "): their options differ");
            }
        });
        other.layers.forEach((path, there) -> {
            if (!layers.containsKey(path)) {
                found.add("the other model's layer '" + path + "' (" + there.kind() + ") keeps " + there.sizes()
                        + " numbers of a stream, this model has no such state");
            }
        });
        if (found.isEmpty() && !List.copyOf(layers.keySet()).equals(List.copyOf(other.layers.keySet()))) {
            found.add("the layers with states come in the order " + layers.keySet() + ", those of the other model in "
                    + other.layers.keySet());
        }
        formats.forEach((key, format) -> {
            if (other.formats.get(key) != format) {
                found.add(formatDiffers(key, format, other.formats.getOrDefault(key, WeightFormat.FLOAT32)));
            }
        });
        other.formats.forEach((key, format) -> {
            if (!formats.containsKey(key)) {
                found.add(formatDiffers(key, WeightFormat.FLOAT32, format));
            }
        });
        return found;
    }

    private static String formatDiffers(String key, WeightFormat here, WeightFormat there) {
        return "the weights '" + key + "' are " + name(here) + ", those of the other model " + name(there);
    }

    private static String name(WeightFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** The formats of the weights in words. */
    String formatsText() {
        return formats.isEmpty() ? "float32"
                : "float32, except " + String.join(", ", formats.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + name(entry.getValue())).toList());
    }
}
