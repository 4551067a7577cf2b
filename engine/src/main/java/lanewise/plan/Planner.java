package lanewise.plan;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.InvalidSpecException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.Budget;
import lanewise.options.CustomLayers;
import lanewise.options.Limit;
import lanewise.options.ModelOptions;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.ValueInfo;
import lanewise.plan.op.shape.ViewOp;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerInfo;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.Weights;

/**
 * Turns a model into operations: walks the graph, finds shapes, packs weights. Every problem of every layer is
 * collected before the model is refused.
 *
 * <p>Masks travel as Keras lets them travel, but a mask's own operations are planned only where some layer uses it.
 */
public final class Planner {
    private final Weights weights;
    private final Arena arena;
    private final Packer packer;
    private final CustomLayers custom;
    private final Shortcuts shortcuts;
    private final List<ValueInfo> infos = new ArrayList<>();
    private final List<Plan.Entry> entries = new ArrayList<>();
    private final List<Integer> states = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<LayerCall> calls = new ArrayList<>();
    private final Set<Integer> maskTaken = new HashSet<>();
    private final Budget budget = Budget.current();
    private int[][] dims = new int[64][];

    /** A call of a layer, for the listing. */
    private record LayerCall(String path, LayerSpec layer, List<Value> outputs) {}

    private Planner(Weights weights, Arena arena, ModelOptions options) {
        this.weights = weights;
        this.arena = arena;
        this.packer = new Packer(arena);
        this.custom = options.customLayers();
        this.shortcuts = new Shortcuts(options.shortcuts(), options.shortcutBytes());
    }

    /**
     * Plans a model and packs its weights.
     *
     * @param spec    what it is
     * @param weights its numbers, in Keras's layout and in the formats that they are kept in
     * @param arena   holds the packed weights
     * @param options layers of the user's own, shortcuts
     * @return the plan
     * @throws UnsupportedModelException if a layer, option, shape or array can't be run, with all of them
     */
    public static Plan plan(ModelSpec spec, Weights weights, Arena arena, ModelOptions options) {
        return new Planner(weights, arena, options).plan(spec);
    }

    private Plan plan(ModelSpec spec) {
        Graph graph = spec.graph();
        List<Value> inputs = new ArrayList<>();
        for (LayerSpec.InputLayer layer : graph.inputLayers()) {
            int[] shape = layer.inGraph().toArray();
            if (shape.length == 0) {
                problems.add("layer '" + layer.name() + "' (InputLayer): its shape has no batch axis");
                continue;
            }
            // a batch size fixed in the file is Keras's affair: any number of rows gives the same answers here
            shape[0] = Shape.ANY;
            inputs.add(newValue(layer.name(), layer.dtype(), shape));
        }
        List<Value> outputs = problems.isEmpty() ? plan("", graph, inputs) : List.of();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i) == null && problems.isEmpty()) {
                Graph.Ref ref = graph.outputs().get(i).value();
                problems.add("the model's output '" + graph.outputs().get(i).name() + "' is output " + ref.output()
                        + " of layer '" + graph.nodes().get(ref.node()).layer().name() + "', which has fewer");
            } else if (outputs.get(i) != null && graph.outputs().get(i).rowAxis() >= outputs.get(i).rank()) {
                problems.add("output '" + graph.outputs().get(i).name() + "' has " + outputs.get(i).rank()
                        + " axes, but its rows along axis " + graph.outputs().get(i).rowAxis());
            }
        }
        if (graph.inputs().isEmpty() || graph.outputs().isEmpty()) {
            problems.add("the model has " + graph.inputs().size() + " inputs and " + graph.outputs().size()
                    + " outputs, expected at least one of each");
        }
        if (!problems.isEmpty()) {
            throw new UnsupportedModelException(problems);
        }
        for (int id = 0; id < infos.size(); id++) {
            infos.set(id, infos.get(id).withShape(Shape.of(dims[id])));
        }
        int[] kept = states.stream().mapToInt(Integer::intValue).toArray();
        outputs.forEach(value -> shortcuts.use(value.id()));
        entries.replaceAll(entry -> new Plan.Entry(entry.layer(), shortcuts.replace(entry.op())));
        return new Plan(infos, FoldedNormalization.fold(entries, infos, arena, shortcuts), ids(inputs), ids(outputs),
                kept, listLayers(), WeightMatrix.of(spec, weights), packer.segments(), shortcuts);
    }

    /** Plans the calls of a graph whose inputs are given; a value that could not be planned is null. */
    List<Value> plan(String prefix, Graph graph, List<Value> inputs) {
        List<List<Value>> made = new ArrayList<>();
        Map<Integer, Integer> given = new HashMap<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            given.putIfAbsent(graph.inputs().get(i), i);
        }
        for (int n = 0; n < graph.nodes().size(); n++) {
            Graph.Node node = graph.nodes().get(n);
            if (given.containsKey(n)) {
                made.add(List.of(inputs.get(given.get(n))));
                continue;
            }
            List<Value> arguments = new ArrayList<>();
            for (Graph.Ref ref : node.inputs()) {
                arguments.add(get(made, ref));
            }
            Value mask = node.mask() == null ? null : get(made, node.mask());
            boolean known = !arguments.contains(null) && (node.mask() == null || mask != null);
            if (!known) {
                checkReads(prefix, graph, node, made);
            }
            made.add(known ? planLayer(prefix + node.layer().name(), node.layer(), arguments, mask, node.arguments())
                    : List.of());
        }
        List<Value> outputs = new ArrayList<>();
        for (Graph.Output output : graph.outputs()) {
            outputs.add(get(made, output.value()));
        }
        return outputs;
    }

    private Value get(List<List<Value>> made, Graph.Ref ref) {
        List<Value> outputs = made.get(ref.node());
        Value value = ref.output() < outputs.size() ? outputs.get(ref.output()) : null;
        return value != null && maskTaken.contains(value.id()) ? value.withMask(null) : value;
    }

    /** Refuses reads of an output that a layer does not have; that it has none at all is said already. */
    private void checkReads(String prefix, Graph graph, Graph.Node node, List<List<Value>> made) {
        List<Graph.Ref> reads = new ArrayList<>(node.inputs());
        if (node.mask() != null) {
            reads.add(node.mask());
        }
        for (Graph.Ref ref : reads) {
            int count = made.get(ref.node()).size();
            if (count > 0 && ref.output() >= count) {
                problems.add("layer '" + prefix + node.layer().name() + "' (" + node.layer().kerasClass()
                        + "): reads output " + ref.output() + " of layer '"
                        + graph.nodes().get(ref.node()).layer().name()
                        + "', which has " + count);
            }
        }
    }

    /** Lets no later layer see the mask that travels with a value. */
    void takeMask(int id) {
        maskTaken.add(id);
    }

    /** Plans one call of a layer; no values if it can't be run. */
    List<Value> planLayer(String path, LayerSpec layer, List<Value> inputs, Value mask, List<String> arguments) {
        try {
            if (!(layer instanceof LayerSpec.Nested || layer instanceof LayerSpec.Identity)) {
                inputs.forEach(value -> shortcuts.use(value.id()));
            }
            List<Value> outputs = new LayerPlanner(new LayerContext(this, path)).plan(layer, inputs, mask, arguments);
            if (!(layer instanceof LayerSpec.Nested)) {
                calls.add(new LayerCall(path, layer, outputs));
            }
            return outputs;
        } catch (Problem problem) {
            problems.add("layer '" + path + "' (" + layer.kerasClass() + "): " + problem.getMessage());
            return List.of();
        } catch (InvalidSpecException e) {
            problems.add("layer '" + path + "' (" + layer.kerasClass() + "): " + e.getMessage());
            return List.of();
        } catch (ArithmeticException e) {
            problems.add(
                    "layer '" + path + "' (" + layer.kerasClass() + "): its sizes are too large: " + e.getMessage());
            return List.of();
        }
    }

    private List<LayerInfo> listLayers() {
        Map<String, Long> sizes = new HashMap<>();
        weights.shapes().forEach((key, shape) -> {
            for (int end = key.indexOf('/'); end >= 0; end = key.indexOf('/', end + 1)) {
                sizes.merge(key.substring(0, end), shape.size(), Long::sum);
            }
        });
        List<LayerInfo> list = new ArrayList<>();
        for (LayerCall call : calls) {
            // a layer that is called again has no more parameters
            Long parameters = sizes.remove(call.path);
            List<Shape> shapes = call.outputs.stream().map(value -> Shape.of(dims[value.id()])).toList();
            boolean masked = !call.outputs.isEmpty() && call.outputs.getFirst().mask() != null;
            list.add(new LayerInfo(call.path, call.layer.kerasClass(), shapes, masked,
                    parameters == null ? 0 : parameters));
        }
        return list;
    }

    private static int[] ids(List<Value> values) {
        return values.stream().mapToInt(Value::id).toArray();
    }

    private int number(String name, DType dtype, int rank, int alias, boolean matrix) {
        int id = infos.size();
        int[] unknown = new int[rank];
        Arrays.fill(unknown, Shape.ANY);
        infos.add(new ValueInfo(name, dtype, Shape.of(unknown), alias, matrix));
        if (id == dims.length) {
            dims = Arrays.copyOf(dims, 2 * id);
        }
        dims[id] = unknown;
        return id;
    }

    /** A value of known sizes that no operation of its own writes. */
    Value newValue(String name, DType dtype, int[] shape) {
        int id = number(name, dtype, shape.length, -1, false);
        dims[id] = shape;
        return new Value(id, dtype, shape, null);
    }

    /** A value whose sizes the operation that writes it will find. */
    Value value(String name, DType dtype, int rank) {
        int id = number(name, dtype, rank, -1, false);
        return new Value(id, dtype, dims[id], null);
    }

    /** Floats of two axes that an operation works in. */
    int scratch(String name) {
        return number(name, DType.FLOAT32, 2, -1, false);
    }

    /** A matrix that an operation packs in every call. */
    int matrix(String name) {
        return number(name, DType.FLOAT32, 2, -1, true);
    }

    /** Keeps a value's numbers from call to call. */
    void keepState(int id) {
        states.add(id);
    }

    /** Plans a graph whose operations do not run with the others; they are added to a list instead. */
    List<Value> planApart(String prefix, Graph graph, List<Value> inputs, List<PlanOp> apart) {
        int from = entries.size();
        List<Value> outputs = plan(prefix, graph, inputs);
        List<Plan.Entry> added = entries.subList(from, entries.size());
        added.forEach(entry -> apart.add(entry.op()));
        added.clear();
        return outputs;
    }

    /** Adds an operation and finds the sizes of what it writes. */
    void add(String path, PlanOp op) {
        budget.take(Limit.OPERATIONS, 1, "the plan of the model");
        entries.add(new Plan.Entry(path, op));
        op.shape(dims);
    }

    /** The same numbers in other sizes. */
    Value view(String path, Value x, int rank, ViewOp.Rule rule) {
        int id = number(path, x.dtype(), rank, x.id(), false);
        add(path, new ViewOp(path, x.id(), id, rule));
        return new Value(id, x.dtype(), dims[id], null);
    }

    Packer packer() {
        return packer;
    }

    Weights weights() {
        return weights;
    }

    CustomLayers custom() {
        return custom;
    }

    Shortcuts shortcuts() {
        return shortcuts;
    }
}
