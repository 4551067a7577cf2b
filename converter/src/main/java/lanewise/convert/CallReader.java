package lanewise.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lanewise.files.Json;
import lanewise.spec.AttentionLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import tools.jackson.databind.JsonNode;

/** Reads the calls of layers in a Functional config ({@code inbound_nodes}), in the forms of Keras 2 and Keras 3. */
final class CallReader {
    /** Arguments that change nothing at inference when they are null or false. */
    private static final Set<String> TRAINING = Set.of("training");
    /** What layers that loop, and cells, call their states. */
    private static final Set<String> STATES = Set.of("initial_state", "states");

    private final Problems problems;
    private final String prefix;
    private final OperationReader operations;
    private final ConstantArguments constants;

    /** Arguments of attention over several heads, in the order of its call. */
    private static final List<String> HEADS = List.of("query", "value", "key", "query_mask", "value_mask", "key_mask",
            "attention_mask",
            "return_attention_scores", "training", "use_causal_mask");
    /** What stands in the list that the other attention layers are called with. */
    private static final List<String> SEQUENCES = List.of("query", "value", "key");
    private static final List<String> MASKS = List.of("query_mask", "value_mask");

    /**
     * A tensor, as Keras names it.
     *
     * @param layer  the layer that makes it
     * @param node   which of the layer's calls
     * @param tensor which of the call's outputs
     */
    record History(String layer, int node, int tensor) {}

    CallReader(LayerReader layers, String prefix) {
        this.problems = layers.problems();
        this.prefix = prefix;
        this.constants = new ConstantArguments(prefix, layers.arrays());
        this.operations = new OperationReader(problems, prefix, layers.kerasMajor());
    }

    /** Calls that make the arrays that stand in the arguments of other calls. */
    List<GraphReader.Call> constants() {
        return constants.calls();
    }

    /**
     * Reads one call.
     *
     * @param name   of the layer
     * @param number which of its calls
     * @param entry  the layer's entry in the config
     * @param layer  the layer, or null for an operation
     * @param given  the call
     * @return the call, or null with the reason among the problems
     */
    GraphReader.Call read(String name, int number, JsonNode entry, LayerSpec layer, JsonNode given) {
        String kerasClass = entry.path("class_name").asString("");
        try {
            if (layer == null) {
                return operation(name, number, entry, given);
            }
            JsonNode node = constants.inLayer(name, given);
            if (layer instanceof AttentionLayer attention) {
                return attention(name, number, attention, node);
            }
            boolean takesStates = isRecurrent(layer) || layer instanceof RecurrentLayer.Cell
                    || kerasClass.equals(RecurrentReader.STACK);
            return node.isObject() ? keras3(name, number, layer, node, takesStates)
                    : keras2(name, number, layer, node, takesStates);
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

    private GraphReader.Call keras3(String name, int number, LayerSpec layer, JsonNode node, boolean takesStates) {
        List<History> inputs = new ArrayList<>();
        JsonNode args = node.path("args");
        if (args.isObject()) {
            throw new BadCall("is called with " + args + ", expected a list of arguments");
        }
        for (int i = 0; i < args.size(); i++) {
            if (i == 0 && args.get(0).isObject() && !isTensor(args.get(0))) {
                inputs.addAll(byKey(args.get(0)));
            } else if (i == 0 || i == 1 && takesStates) {
                collect(args.get(i), inputs);
            } else if (!args.get(i).isNull()) {
                throw new BadCall("is called with " + args.size() + " positional arguments, expected "
                        + (takesStates ? "an input and its states" : "its input"));
            }
        }
        History mask = null;
        JsonNode kwargs = node.path("kwargs");
        for (String key : kwargs.propertyNames()) {
            JsonNode value = kwargs.get(key);
            if (takesStates && STATES.contains(key)) {
                collect(value, inputs);
            } else if (key.equals("mask") && layer instanceof LayerSpec.Nested && value.size() == inputs.size()
                    && value.isArray()) {
                attachMasks(name, value, inputs);
            } else if (key.equals("mask")) {
                mask = mask(value);
            } else if (key.equals("count_weights") && layer instanceof PreprocessingLayer.CategoryEncoding
                    && isTensor(value)) {
                collect(value, inputs);
            } else if (!isNothing(value) && !(TRAINING.contains(key) && value.isBoolean() && !value.booleanValue())) {
                throw new BadCall(
                        "is called with " + key + " = " + ConstantArguments.text(value) + ", which is not supported");
            }
        }
        return new GraphReader.Call(name, number, layer, inputs, mask, null, List.of());
    }

    /** A nested model of several inputs takes a mask for each: they travel with the inputs. */
    private void attachMasks(String name, JsonNode masks, List<History> inputs) {
        for (int i = 0; i < masks.size(); i++) {
            History mask = mask(masks.get(i));
            if (mask != null) {
                inputs.set(i, constants.masked(name, inputs.get(i), mask));
            }
        }
    }

    private static boolean isRecurrent(LayerSpec layer) {
        return layer instanceof RecurrentLayer.TimeLoop || layer instanceof RecurrentLayer.Bidirectional;
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

    private GraphReader.Call keras2(String name, int number, LayerSpec layer, JsonNode node, boolean takesStates) {
        List<History> inputs = new ArrayList<>();
        History mask = null;
        // a call with one tensor may stand without the list around it
        List<JsonNode> tensors = node.path(0).isString() ? List.of(node) : List.copyOf(node.values());
        for (JsonNode tensor : tensors) {
            inputs.add(history(tensor));
            JsonNode kwargs = tensor.path(3);
            for (String key : kwargs.propertyNames()) {
                JsonNode value = kwargs.get(key);
                if (takesStates && STATES.contains(key)) {
                    value.forEach(state -> inputs.add(history(state)));
                } else if (key.equals("mask") && !value.isNull()) {
                    mask = history(value);
                } else if (!value.isNull() && !(TRAINING.contains(key) && value.isBoolean() && !value.booleanValue())) {
                    throw new BadCall("is called with " + key + " = " + ConstantArguments.text(value)
                            + ", which is not supported");
                }
            }
        }
        // Keras 2 lets the mask of the sequence count also where initial states are given, Keras 3 does not
        History maskOf = isRecurrent(layer) && inputs.size() > 1 && mask == null ? inputs.getFirst() : null;
        return new GraphReader.Call(name, number, layer, inputs, mask, maskOf, List.of());
    }

    private static History history(JsonNode node) {
        if (!node.isArray() || node.size() < 3 || !node.get(0).isString() || !Json.isInt(node.get(1))
                || !Json.isInt(node.get(2))) {
            throw new BadCall("is called with " + node + ", expected a tensor");
        }
        return new History(node.get(0).stringValue(), node.get(1).intValue(), node.get(2).intValue());
    }

    /** The tensor that {@code __keras_tensor__} names. */
    static History tensor(JsonNode value) {
        return history(value.path("config").path("keras_history"));
    }

    static boolean isTensor(JsonNode value) {
        return value.path("class_name").asString("").equals("__keras_tensor__");
    }

    private static void collect(JsonNode value, List<History> into) {
        if (isTensor(value)) {
            into.add(tensor(value));
        } else if (value.isArray()) {
            value.forEach(item -> collect(item, into));
        } else if (!value.isNull()) {
            throw new BadCall("is called with " + ConstantArguments.text(value) + ", expected a tensor");
        }
    }

    /** The values of an object of tensors, in the order in which Keras flattens it: by key. */
    private static List<History> byKey(JsonNode object) {
        List<History> found = new ArrayList<>();
        new TreeSet<>(object.propertyNames()).forEach(key -> collect(object.get(key), found));
        return found;
    }

    private GraphReader.Call operation(String name, int number, JsonNode entry, JsonNode node) {
        if (Keras2Operation.is(entry)) {
            Keras2Operation old = Keras2Operation.of(entry, node);
            if (old == null) {
                JsonNode config = entry.path("config");
                throw new BadCall("the function " + config.path("function")
                        .asString(config.path("node_def").path("op").asString("")) + " of TensorFlow, called with "
                        + ConstantArguments.text(node) + ", is not supported; use layers instead");
            }
            return operation(name, number, old.className(), old.config(), old.arguments());
        }
        List<JsonNode> arguments = new ArrayList<>();
        List<JsonNode> given = new ArrayList<>(List.copyOf(node.path("args").values()));
        JsonNode kwargs = node.path("kwargs");
        kwargs.propertyNames().forEach(key -> given.add(kwargs.get(key)));
        for (JsonNode argument : given) {
            if (isListOfTensors(argument)) {
                argument.forEach(arguments::add);
            } else if (!argument.isNull()) {
                arguments.add(argument);
            }
        }
        return operation(name, number, entry.path("class_name").asString(""), entry.path("config"), arguments);
    }

    private GraphReader.Call operation(String name, int number, String className, JsonNode config,
            List<JsonNode> given) {
        GraphReader.Call layer = constants.asLayer(name, className, config, given);
        if (layer != null) {
            return layer;
        }
        List<JsonNode> arguments = constants.inOperation(name, className, given);
        List<History> inputs = new ArrayList<>();
        arguments.stream().filter(CallReader::isTensor).forEach(tensor -> collect(tensor, inputs));
        LayerSpec spec = operations.read(name, className, config, arguments);
        return spec == null ? null : new GraphReader.Call(name, number, spec, inputs, null, null, List.of());
    }

    private static boolean isListOfTensors(JsonNode value) {
        boolean tensors = false;
        for (JsonNode item : value.isArray() ? value.values() : List.<JsonNode>of()) {
            if (!isTensor(item) && !ConstantArguments.is(item)) {
                return false;
            }
            tensors |= isTensor(item);
        }
        return tensors;
    }

    /** A call whose arguments are identified by name: sequences, masks and flags. */
    private GraphReader.Call attention(String name, int number, AttentionLayer layer, JsonNode node) {
        Map<String, JsonNode> given = new LinkedHashMap<>();
        boolean heads = layer instanceof AttentionLayer.MultiHeadAttention;
        if (node.isObject()) {
            List<JsonNode> args = List.copyOf(node.path("args").values());
            name(heads ? args : args.isEmpty() ? List.of() : List.copyOf(args.getFirst().values()),
                    heads ? HEADS : SEQUENCES, given);
            if (!heads && args.size() > 1) {
                throw new BadCall("is called with " + args.size()
                        + " positional arguments, expected a list of query, value and key");
            }
            JsonNode kwargs = node.path("kwargs");
            for (String key : kwargs.propertyNames()) {
                put(key, kwargs.get(key), given);
            }
        } else {
            // Keras 2: the first list of tensors, and the others in the arguments beside each
            List<JsonNode> tensors = node.path(0).isString() ? List.of(node) : List.copyOf(node.values());
            name(tensors, SEQUENCES, given);
            for (JsonNode tensor : tensors) {
                JsonNode kwargs = tensor.path(3);
                kwargs.propertyNames().forEach(key -> put(key, kwargs.get(key), given));
            }
        }
        List<History> inputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> flags = new ArrayList<>();
        given.forEach((key, value) -> {
            if (!HEADS.contains(key)) {
                throw new BadCall(
                        "is called with " + key + " = " + ConstantArguments.text(value) + ", which is unknown");
            } else if (isTensor(value) || value.isArray() && value.path(0).isString()) {
                inputs.add(isTensor(value) ? tensor(value) : history(value));
                names.add(key);
            } else if (value.isBoolean()) {
                flags.addAll(value.booleanValue() ? List.of(key) : List.of());
            } else {
                throw new BadCall("is called with " + key + " = " + ConstantArguments.text(value)
                        + ", expected a tensor or true or false");
            }
        });
        if (flags.contains("training")) {
            throw new BadCall("is called for training");
        }
        names.addAll(flags);
        return new GraphReader.Call(name, number, layer, inputs, null, null, names);
    }

    private static void name(List<JsonNode> values, List<String> names, Map<String, JsonNode> into) {
        if (values.size() > names.size()) {
            throw new BadCall(
                    "is called with " + values.size() + " arguments, expected at most " + names.size() + ": " + names);
        }
        for (int i = 0; i < values.size(); i++) {
            put(names.get(i), values.get(i), into);
        }
    }

    private static void put(String name, JsonNode value, Map<String, JsonNode> into) {
        if (name.equals("mask") && value.isArray() && !isNothing(value)) {
            name(List.copyOf(value.values()), MASKS, into);
        } else if (!isNothing(value)) {
            into.put(name, value);
        }
    }

    /** The tensors of {@code input_layers}: one, a list, or an object, nested as the model was given them. */
    List<History> flatten(JsonNode structure) {
        return new ArrayList<>(flattenNamed(structure).values());
    }

    /** The tensors of {@code output_layers} under their names: the key in an object, else the layer. */
    Map<String, History> flattenNamed(JsonNode structure) {
        Map<String, History> named = new LinkedHashMap<>();
        try {
            flatten(structure, null, named);
        } catch (BadCall e) {
            problems.add("the model's inputs or outputs are " + structure + ", expected tensors");
        }
        return named;
    }

    private static void flatten(JsonNode node, String key, Map<String, History> into) {
        if (node.isObject()) {
            new TreeSet<>(node.propertyNames()).forEach(name -> flatten(node.get(name), name, into));
        } else if (node.isArray() && node.path(0).isString() && node.size() >= 3 && Json.isInt(node.path(1))) {
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
