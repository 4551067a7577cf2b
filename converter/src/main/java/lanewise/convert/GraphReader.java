package lanewise.convert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lanewise.error.InvalidSpecException;
import lanewise.files.Json;
import lanewise.options.Budget;
import lanewise.options.Limit;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import tools.jackson.databind.JsonNode;

/**
 * Reads the config of a model: the chain of a Sequential, or the nodes of a Functional in the forms of Keras 2 and 3.
 */
final class GraphReader {
    private final LayerReader layers;
    private final Problems problems;

    GraphReader(LayerReader layers) {
        this.layers = layers;
        this.problems = layers.problems();
    }

    /**
     * Reads the whole model.
     *
     * @param entry an object with class_name and config
     * @return a layer whose spec is a {@link LayerSpec.Nested}, or null with the reason among the problems
     */
    KerasLayer model(JsonNode entry) {
        String className = entry.path("class_name").asString("");
        if (LayerReader.isForeign(entry)) {
            problems.add("the model is of the class '" + className + "' of the module " + entry.get("module")
                    + ", registered as " + entry.path("registered_name") + ", which is none of Keras, though Keras has"
                    + " one of this name. Rebuild it with the Functional API and copy the weights");
            return null;
        }
        if (!LayerReader.isModel(className)) {
            problems.add("the model is of the class '" + className
                    + "', expected Sequential or Functional: a subclassed model has no "
                    + "layer graph in its file. Rebuild it with the Functional API and copy the weights");
            return null;
        }
        KerasLayer model = read("", entry);
        if (model.spec() instanceof LayerSpec.Nested nested) {
            // a file of a few layers can nest models that call each other twice: 2 to the power of their depth
            Budget.current().take(Limit.CALLS, (long) calls(nested.graph(), new IdentityHashMap<>()),
                    "the model, with the layers of nested models counted at each call of these,");
        }
        return model;
    }

    /** How many calls of layers a call of a graph is; each nested model is counted once. */
    private static double calls(Graph graph, Map<LayerSpec, Double> known) {
        double calls = 0;
        for (Graph.Node node : graph.nodes()) {
            Double count = known.get(node.layer());
            if (count == null) {
                count = node.layer() instanceof LayerSpec.Nested nested ? calls(nested.graph(), known) : 1;
                known.put(node.layer(), count);
            }
            calls += count;
        }
        return calls;
    }

    /** Reads a model that is a layer. */
    KerasLayer nested(String prefix, JsonNode entry) {
        String name = name(entry);
        return read(prefix + name + "/", entry);
    }

    private static String name(JsonNode entry) {
        String fallback = KerasLayer.snakeCase(entry.path("class_name").asString(""));
        return entry.path("config").path("name").asString(fallback);
    }

    private KerasLayer read(String prefix, JsonNode entry) {
        String className = entry.path("class_name").asString("");
        JsonNode config = entry.path("config");
        // Keras up to 2.2.2 wrote the config of a Sequential as the bare list of its layers
        JsonNode list = config.isArray() ? config : config.path("layers");
        boolean trainable = config.path("trainable").asBoolean(true);
        String name = name(entry);
        if (!list.isArray() || list.isEmpty()) {
            problems.add(prefix + name, className, "has no list of layers");
            return new KerasLayer(className, new LayerSpec.Identity(name, className), trainable, List.of());
        }
        List<KerasLayer> read = new ArrayList<>();
        Graph graph = className.equals("Sequential") ? sequential(prefix, config, list, read)
                : functional(prefix, config, list, read);
        LayerSpec spec = graph == null ? new LayerSpec.Identity(name, className) : new LayerSpec.Nested(name, graph);
        return new KerasLayer(className, spec, trainable, read);
    }

    private Graph sequential(String prefix, JsonNode config, JsonNode list, List<KerasLayer> read) {
        List<Graph.Node> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode item : list) {
            KerasLayer layer = layers.read(prefix, item);
            read.add(layer);
            if (!names.add(layer.spec().name())) {
                problems.add(prefix + layer.spec().name(), layer.className(),
                        "there is another layer of this name; names in a model must differ");
            }
            if (nodes.isEmpty() && !(layer.spec() instanceof LayerSpec.InputLayer)) {
                nodes.add(new Graph.Node(impliedInput(prefix, config, item, layer), List.of(), null));
            }
            List<Graph.Ref> inputs = nodes.isEmpty() ? List.of() : List.of(new Graph.Ref(nodes.size() - 1, 0));
            nodes.add(new Graph.Node(layer.spec(), inputs, null));
        }
        List<Graph.Output> outputs = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            LayerSpec layer = nodes.get(i).layer();
            int states = states(layer);
            if (i < nodes.size() - 1 && states > 0) {
                problems.add(prefix + layer.name(), layer.kerasClass(), "gives its states, too, but the next layer"
                        + " takes one input; set return_state=False, or build the model with the Functional API");
            }
            for (int k = 0; i == nodes.size() - 1 && k <= states; k++) {
                outputs.add(new Graph.Output(layer.name() + (k == 0 ? "" : "_" + k), new Graph.Ref(i, k)));
            }
        }
        return graph(prefix, nodes, List.of(0), outputs);
    }

    /** How many states a layer gives beside its output. */
    private static int states(LayerSpec layer) {
        return switch (layer) {
            case RecurrentLayer.TimeLoop loop when loop.returnState() -> loop.states();
            case RecurrentLayer.Bidirectional both -> states(both.forward()) + states(both.backward());
            default -> 0;
        };
    }

    /** The input of a Sequential that was not given one: its shape stands in one of several places. */
    private LayerSpec.InputLayer impliedInput(String prefix, JsonNode config, JsonNode first, KerasLayer layer) {
        JsonNode shape = config.path("build_input_shape");
        if (!shape.isArray()) {
            shape = first.path("config").path("batch_input_shape");
        }
        if (!shape.isArray()) {
            shape = first.path("build_config").path("input_shape");
        }
        LayerSpec.InputLayer inside = layer.spec() instanceof LayerSpec.Nested nested
                && nested.graph().inputs().size() == 1 ? nested.graph().inputLayers().getFirst() : null;
        List<Integer> dims = new ArrayList<>(shape.isArray() || inside == null ? List.of() : inside.shape().dims());
        for (JsonNode dim : shape) {
            boolean size = Json.isInt(dim) && dim.intValue() >= Shape.ANY;
            if (!size && !dim.isNull()) {
                problems.add(prefix + layer.spec().name(), layer.className(),
                        "its input shape is " + shape + ", expected sizes");
            }
            dims.add(size ? dim.intValue() : Shape.ANY);
        }
        if (dims.isEmpty()) {
            problems.add(prefix + layer.spec().name(), layer.className(),
                    "its input shape is not in the file; build the model or "
                            + "add an Input before saving");
        }
        DType type = switch (layer.spec()) {
            case CoreLayer.Embedding e -> DType.INT32;
            case PreprocessingLayer.TextVectorization t -> DType.STRING;
            case PreprocessingLayer.Lookup l -> l.integers() || l.invert() ? DType.INT64 : DType.STRING;
            case LayerSpec.Nested n when inside != null -> inside.dtype();
            default -> DType.FLOAT32;
        };
        return new LayerSpec.InputLayer(layer.spec().name() + "_input", new Shape(dims), type);
    }

    private Graph graph(String prefix, List<Graph.Node> nodes, List<Integer> inputs, List<Graph.Output> outputs) {
        // the constructor checks names and references of what the file says, and says what is wrong
        try {
            return new Graph(nodes, inputs, outputs);
        } catch (InvalidSpecException e) {
            problems.add("the model" + (prefix.isEmpty() ? "" : " '" + prefix + "'") + ": " + e.getMessage());
            return null;
        }
    }

    private Graph functional(String prefix, JsonNode config, JsonNode list, List<KerasLayer> read) {
        if (!GraphForm.check(problems, prefix, config)) {
            list.forEach(item -> {
                if (!OperationReader.isOperation(item)) {
                    read.add(layers.read(prefix, item));
                }
            });
            return null;
        }
        Map<String, LayerSpec> specs = new LinkedHashMap<>();
        List<Call> calls = new ArrayList<>();
        List<Call> refused = new ArrayList<>();
        CallReader reader = new CallReader(layers, prefix);
        for (JsonNode item : list) {
            LayerSpec spec;
            String name;
            int known = problems.size();
            if (OperationReader.isOperation(item)) {
                name = item.path("name").asString(item.path("config").path("name").asString(""));
                spec = null;
            } else {
                KerasLayer layer = layers.read(prefix, item);
                read.add(layer);
                spec = layer.spec();
                name = item.path("name").asString(spec.name());
                specs.put(name, spec);
            }
            if (spec instanceof LayerSpec.InputLayer) {
                calls.add(new Call(name, 0, spec, List.of(), null, null, List.of()));
                continue;
            }
            // how a layer of an unsupported class is called says nothing
            boolean unsupported = spec instanceof LayerSpec.Identity && problems.size() > known;
            int number = 0;
            for (JsonNode node : item.path("inbound_nodes")) {
                Call call = unsupported ? null : reader.read(name, number, item, spec, node);
                if (call != null) {
                    calls.add(call);
                } else {
                    refused.add(new Call(name, number, spec, List.of(), null, null, List.of()));
                }
                number++;
            }
            if (unsupported && number == 0) {
                // as an input, which is not called
                refused.add(new Call(name, 0, spec, List.of(), null, null, List.of()));
            }
        }
        calls.addAll(reader.constants());
        List<CallReader.History> inputs = reader.flatten(config.path("input_layers"));
        Map<String, CallReader.History> outputs = reader.flattenNamed(config.path("output_layers"));
        Map<String, Integer> born = callsOfModels(list);
        outputs.replaceAll((name, h) -> born.containsKey(h.layer())
                ? new CallReader.History(h.layer(), (h.node() == 0 ? born.get(h.layer()) : h.node()) - 1, h.tensor())
                : h);
        return connect(prefix, calls, refused, inputs, outputs);
    }

    /**
     * How often each Functional in a list of Keras 3 is called. Its outputs count from 1 where they are outputs of the
     * outer model, but from 0 where they are arguments (keras/src/models/functional.py, {@code get_tensor}).
     */
    private static Map<String, Integer> callsOfModels(JsonNode list) {
        Map<String, Integer> born = new HashMap<>();
        for (JsonNode item : list) {
            JsonNode nodes = item.path("inbound_nodes");
            if (item.path("class_name").asString("").equals("Functional") && nodes.path(0).isObject()) {
                born.put(item.path("name").asString(name(item)), nodes.size());
            }
        }
        return born;
    }

    /**
     * A call of a layer or an operation.
     *
     * @param name      of the layer
     * @param number    which of the layer's calls it is
     * @param spec      the layer or operation
     * @param inputs    tensors that it takes
     * @param mask      an explicit mask, or null
     * @param maskOf    a tensor whose own mask is the explicit mask, or null
     * @param arguments see {@link Graph.Node#arguments()}
     */
    record Call(String name, int number, LayerSpec spec, List<CallReader.History> inputs, CallReader.History mask,
            CallReader.History maskOf, List<String> arguments) {
        List<CallReader.History> reads() {
            List<CallReader.History> reads = new ArrayList<>(inputs);
            if (mask != null) {
                reads.add(mask);
            }
            if (maskOf != null) {
                reads.add(maskOf);
            }
            return reads;
        }
    }

    /** Brings the calls into an order in which they can run. The problems have the reasons for the refused ones. */
    private Graph connect(String prefix, List<Call> calls, List<Call> refused, List<CallReader.History> inputs,
            Map<String, CallReader.History> outputs) {
        Map<String, Integer> shift = CallOrder.callShift(Stream.concat(calls.stream(), refused.stream()).toList(),
                outputs);
        Map<String, Integer> nodeOf = new HashMap<>();
        List<Graph.Node> nodes = new ArrayList<>();
        CallOrder unmet = new CallOrder(refused.stream().map(CallOrder::key).toList());
        for (Call call : CallOrder.of(calls, shift)) {
            List<String> missing = call.reads().stream().map(h -> CallOrder.key(h, shift))
                    .filter(key -> !nodeOf.containsKey(key))
                    .toList();
            if (missing.isEmpty()) {
                add(call, nodes, nodeOf, shift);
            } else {
                unmet.add(call, CallOrder.key(call), missing);
            }
        }
        unmet.report(prefix, problems);
        layers.whole().masked(calls.stream().anyMatch(call -> call.mask() != null));
        List<Integer> inputNodes = new ArrayList<>();
        for (CallReader.History h : inputs) {
            Integer node = nodeOf.get(CallOrder.key(h, shift));
            if (node != null) {
                inputNodes.add(node);
            } else if (!unmet.has(CallOrder.key(h, shift))) {
                problems.add("the model's input '" + h.layer() + "' is not among its layers; the file is damaged");
            }
        }
        List<Graph.Output> named = new ArrayList<>();
        outputs.forEach((name, h) -> {
            Integer node = nodeOf.get(CallOrder.key(h, shift));
            if (node != null) {
                named.add(new Graph.Output(name, new Graph.Ref(node, h.tensor())));
            } else if (!unmet.has(CallOrder.key(h, shift))) {
                problems.add(
                        "the model's output '" + h.layer() + "' is not produced by any layer; the file is damaged");
            }
        });
        return problems.isEmpty() ? graph(prefix, nodes, inputNodes, named) : null;
    }

    private static void add(Call call, List<Graph.Node> nodes, Map<String, Integer> nodeOf,
            Map<String, Integer> shift) {
        Graph.Ref mask = call.mask() == null ? null : ref(call.mask(), nodeOf, shift);
        if (call.maskOf() != null) {
            String name = call.name() + "_mask_" + call.number();
            nodes.add(new Graph.Node(new Operation.MaskOf(name), List.of(ref(call.maskOf(), nodeOf, shift)), null));
            mask = new Graph.Ref(nodes.size() - 1, 0);
        }
        List<Graph.Ref> refs = call.inputs().stream().map(h -> ref(h, nodeOf, shift)).toList();
        nodeOf.put(CallOrder.key(call), nodes.size());
        nodes.add(new Graph.Node(call.spec(), refs, mask, call.arguments()));
    }

    private static Graph.Ref ref(CallReader.History h, Map<String, Integer> nodeOf, Map<String, Integer> shift) {
        return new Graph.Ref(nodeOf.get(CallOrder.key(h, shift)), h.tensor());
    }

}
