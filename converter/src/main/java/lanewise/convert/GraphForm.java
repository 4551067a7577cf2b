package lanewise.convert;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import lanewise.files.Json;
import tools.jackson.databind.JsonNode;

/**
 * The form of a Functional config: what Keras insists on before it looks at what the layers are
 * (keras/src/models/functional.py, {@code functional_from_config}).
 */
final class GraphForm {
    private final Problems problems;
    private final String prefix;
    /** How often each layer is called, by its name. */
    private final Map<String, Integer> calls = new HashMap<>();

    private GraphForm(Problems problems, String prefix) {
        this.problems = problems;
        this.prefix = prefix;
    }

    /**
     * Reports what is wrong with the form.
     *
     * @param problems takes it
     * @param prefix   path of the model
     * @param config   of the model
     * @return whether it is right
     */
    static boolean check(Problems problems, String prefix, JsonNode config) {
        int known = problems.size();
        GraphForm form = new GraphForm(problems, prefix);
        form.layers(config.path("layers"));
        if (problems.size() == known) {
            config.path("layers").forEach(form::references);
            form.ends("input_layers", config.path("input_layers"), new HashSet<>());
            form.ends("output_layers", config.path("output_layers"), null);
        }
        return problems.size() == known;
    }

    private void layers(JsonNode layers) {
        for (JsonNode item : layers) {
            JsonNode name = item.has("name") ? item.get("name") : item.path("config").path("name");
            String kerasClass = item.path("class_name").asString("");
            JsonNode nodes = item.path("inbound_nodes");
            if (!name.isString()) {
                problems.add("a layer of the class " + kerasClass + " in '" + prefix + "' has no name; save the model"
                        + " again");
            } else if (calls.containsKey(name.stringValue())) {
                problems.add(prefix + name.stringValue(), kerasClass, "there is another layer of this name; names in a"
                        + " model must differ");
            } else if (!nodes.isArray()) {
                problems.add(prefix + name.stringValue(), kerasClass, "has no list of its calls, inbound_nodes");
            } else {
                boolean model = LayerReader.isModel(kerasClass) && !kerasClass.equals("Sequential");
                int own = kerasClass.equals("InputLayer") || model ? 1 : 0;
                calls.put(name.stringValue(), nodes.size() + own);
                for (JsonNode node : nodes) {
                    if (node.isObject() && !(node.path("args").isArray() && node.path("kwargs").isObject())) {
                        problems.add(prefix + name.stringValue(), kerasClass,
                                "its call has no list of arguments, args, or no object of them, kwargs");
                    }
                }
            }
        }
    }

    /** Looks at the tensors that a layer of Keras 3 is called with. */
    private void references(JsonNode item) {
        String name = item.path("name").asString("");
        String kerasClass = item.path("class_name").asString("");
        for (JsonNode node : item.path("inbound_nodes")) {
            JsonNode mask = node.path("kwargs").path("mask");
            if (node.isObject() && mask.isContainer() && mask.isEmpty()) {
                problems.add(prefix + name, kerasClass, "is called with the mask " + mask + ", expected a tensor");
            } else if (node.isObject()) {
                tensors(name, kerasClass, node);
            }
        }
    }

    private void tensors(String name, String kerasClass, JsonNode node) {
        if (!CallReader.isTensor(node)) {
            node.values().forEach(item -> tensors(name, kerasClass, item));
            return;
        }
        JsonNode config = node.path("config");
        boolean sizes = config.path("shape").isArray();
        for (JsonNode dim : config.path("shape")) {
            sizes &= dim.isNull() || Json.isInt(dim) && dim.intValue() >= 0;
        }
        if (!sizes) {
            problems.add(prefix + name, kerasClass,
                    "takes a tensor of the shape " + config.path("shape") + ", expected sizes, null for open ones");
        }
        reference(config.path("keras_history"));
    }

    /** A call that a layer doesn't have. One that no layer has is found when the graph is connected. */
    private void reference(JsonNode history) {
        Integer count = calls.get(history.path(0).asString(""));
        if (count != null && Json.isInt(history.path(1)) && history.path(1).intValue() == count) {
            problems.add(prefix + history.path(0).stringValue(), "", "call " + count + " of it is read, but it has "
                    + count + " from 0 on");
        }
    }

    /**
     * The model's inputs or outputs: one tensor, or lists and objects of them.
     *
     * @param seen takes the tensors if each may come once only, or null
     */
    private void ends(String key, JsonNode node, Set<JsonNode> seen) {
        if (node.isArray() && node.path(0).isString()) {
            if (node.size() != 3 || !Json.isInt(node.get(1)) || !Json.isInt(node.get(2))) {
                problems.add("the model" + (prefix.isEmpty() ? "" : " '" + prefix + "'") + ": its " + key + " have "
                        + node + ", expected a layer's name and two integers");
            } else if (seen != null && !seen.add(node)) {
                problems.add("the model" + (prefix.isEmpty() ? "" : " '" + prefix + "'") + ": its " + key + " have "
                        + node.get(0) + " twice");
            } else {
                reference(node);
            }
        } else if (node.isContainer()) {
            node.values().forEach(item -> ends(key, item, seen));
        } else {
            problems.add("the model" + (prefix.isEmpty() ? "" : " '" + prefix + "'") + ": its " + key + " have " + node
                    + ", expected a layer's name and two integers");
        }
    }
}
