package lanewise.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import tools.jackson.databind.JsonNode;

/** Reads the calls of layers in a Functional config ({@code inbound_nodes}), in the forms of Keras 2 and Keras 3. */
final class CallReader {
    /** Arguments that change nothing at inference when they are null or false. */
    private static final Set<String> TRAINING = Set.of("training");

    private final Problems problems;
    private final String prefix;

    /**
     * A tensor, as Keras names it.
     *
     * @param layer  the layer that makes it
     * @param node   which of the layer's calls
     * @param tensor which of the call's outputs
     */
    record History(String layer, int node, int tensor) {}

    CallReader(Problems problems, String prefix) {
        this.problems = problems;
        this.prefix = prefix;
    }

    /**
     * Reads one call.
     *
     * @param name   of the layer
     * @param number which of its calls
     * @param entry  the layer's entry in the config
     * @param layer  the layer, or null for an operation
     * @param node   the call
     * @return the call, or null with the reason among the problems
     */
    GraphReader.Call read(String name, int number, JsonNode entry, LayerSpec layer, JsonNode node) {
        String kerasClass = entry.path("class_name").asString("");
        try {
            if (layer == null) {
                return operation(name, number, entry, node);
            }
            return node.isObject() ? keras3(name, number, layer, node) : keras2(name, number, layer, node);
        } catch (BadCall e) {
            problems.add(prefix + name, kerasClass, e.getMessage());
            return null;
        }
    }

    /** A call that can't be understood. */
    private static final class BadCall extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadCall(String message) {
            super(message, null, false, false);
        }
    }

    private GraphReader.Call keras3(String name, int number, LayerSpec layer, JsonNode node) {
        List<History> inputs = new ArrayList<>();
        JsonNode args = node.path("args");
        for (int i = 0; i < args.size(); i++) {
            if (i == 0 && args.get(0).isObject() && !isTensor(args.get(0))) {
                inputs.addAll(byKey(args.get(0)));
            } else if (i == 0 || i == 1 && isRecurrent(layer)) {
                collect(args.get(i), inputs);
            } else if (!args.get(i).isNull()) {
                throw new BadCall("is called with " + args.size() + " positional arguments, expected "
                        + (isRecurrent(layer) ? "an input and initial states" : "its input"));
            }
        }
        History mask = null;
        JsonNode kwargs = node.path("kwargs");
        for (String key : kwargs.propertyNames()) {
            JsonNode value = kwargs.get(key);
            if (key.equals("initial_state") && isRecurrent(layer)) {
                collect(value, inputs);
            } else if (key.equals("mask")) {
                mask = mask(value);
            } else if (!isNothing(value) && !(TRAINING.contains(key) && value.isBoolean() && !value.booleanValue())) {
                throw new BadCall("is called with " + key + " = " + value + ", which is not supported");
            }
        }
        return new GraphReader.Call(name, number, layer, inputs, mask, null);
    }

    private static boolean isRecurrent(LayerSpec layer) {
        return layer instanceof RecurrentLayer.Rnn || layer instanceof RecurrentLayer.Bidirectional;
    }

    /** Null, or nested lists and objects of nulls. */
    private static boolean isNothing(JsonNode value) {
        if (value.isContainer() && !isTensor(value)) {
            for (JsonNode item : value.values()) {
                if (!isNothing(item)) {
                    return false;
                }
            }
            return true;
        }
        return value.isNull();
    }

    private static History mask(JsonNode value) {
        if (isNothing(value)) {
            return null;
        }
        List<History> found = new ArrayList<>();
        collect(value, found);
        if (found.size() != 1) {
            throw new BadCall("is called with " + found.size() + " masks, expected one");
        }
        return found.getFirst();
    }

    private GraphReader.Call keras2(String name, int number, LayerSpec layer, JsonNode node) {
        List<History> inputs = new ArrayList<>();
        History mask = null;
        // a call with one tensor may stand without the list around it
        List<JsonNode> tensors = node.path(0).isString() ? List.of(node) : List.copyOf(node.values());
        for (JsonNode tensor : tensors) {
            inputs.add(history(tensor));
            JsonNode kwargs = tensor.path(3);
            for (String key : kwargs.propertyNames()) {
                JsonNode value = kwargs.get(key);
                if (key.equals("initial_state") && isRecurrent(layer)) {
                    value.forEach(state -> inputs.add(history(state)));
                } else if (key.equals("mask") && !value.isNull()) {
                    mask = history(value);
                } else if (!value.isNull() && !(TRAINING.contains(key) && value.isBoolean() && !value.booleanValue())) {
                    throw new BadCall("is called with " + key + " = " + value + ", which is not supported");
                }
            }
        }
        // Keras 2 lets the mask of the sequence count also where initial states are given, Keras 3 does not
        History maskOf = isRecurrent(layer) && inputs.size() > 1 && mask == null ? inputs.getFirst() : null;
        return new GraphReader.Call(name, number, layer, inputs, mask, maskOf);
    }

    private static History history(JsonNode node) {
        if (!node.isArray() || node.size() < 3 || !node.get(0).isString() || !node.get(1).isIntegralNumber()
                || !node.get(2).isIntegralNumber()) {
            throw new BadCall("is called with " + node + ", expected a tensor");
        }
        return new History(node.get(0).stringValue(), node.get(1).intValue(), node.get(2).intValue());
    }

    private static boolean isTensor(JsonNode value) {
        return value.path("class_name").asString("").equals("__keras_tensor__");
    }

    private static void collect(JsonNode value, List<History> into) {
        if (isTensor(value)) {
            into.add(history(value.path("config").path("keras_history")));
        } else if (value.isArray()) {
            value.forEach(item -> collect(item, into));
        } else if (!value.isNull()) {
            throw new BadCall("is called with " + value + ", expected a tensor");
        }
    }

    /** The values of an object of tensors, in the order in which Keras flattens it: by key. */
    private static List<History> byKey(JsonNode object) {
        List<History> found = new ArrayList<>();
        new TreeSet<>(object.propertyNames()).forEach(key -> collect(object.get(key), found));
        return found;
    }

    private GraphReader.Call operation(String name, int number, JsonNode entry, JsonNode node) {
        List<History> inputs = new ArrayList<>();
        List<JsonNode> constants = new ArrayList<>();
        for (JsonNode argument : node.path("args")) {
            if (argument.isNumber()) {
                constants.add(argument);
            } else {
                collect(argument, inputs);
            }
        }
        LayerSpec spec = OperationReader.read(name, entry, inputs.size(), constants);
        if (spec == null) {
            throw new BadCall("the operation " + entry.path("class_name").asString("") + " with " + inputs.size()
                    + " tensors and the numbers " + constants + " is not supported; use layers instead");
        }
        return new GraphReader.Call(name, number, spec, inputs, null, null);
    }

    /** The tensors of {@code input_layers}: one, a list, or an object, nested as the model was given them. */
    static List<History> flatten(JsonNode structure) {
        return new ArrayList<>(flattenNamed(structure).values());
    }

    /** The tensors of {@code output_layers} under their names: the key in an object, else the layer. */
    static Map<String, History> flattenNamed(JsonNode structure) {
        Map<String, History> named = new LinkedHashMap<>();
        flatten(structure, null, named);
        return named;
    }

    private static void flatten(JsonNode node, String key, Map<String, History> into) {
        if (node.isObject()) {
            new TreeSet<>(node.propertyNames()).forEach(name -> flatten(node.get(name), name, into));
        } else if (node.isArray() && node.path(0).isString() && node.size() >= 3 && node.path(1).isIntegralNumber()) {
            History history = history(node);
            String name = key != null ? key : history.layer();
            String unique = name;
            // several outputs of one layer, or one tensor twice
            for (int n = 1; into.containsKey(unique); n++) {
                unique = name + "_" + n;
            }
            into.put(unique, history);
        } else if (node.isArray()) {
            node.forEach(item -> flatten(item, key, into));
        }
    }
}
