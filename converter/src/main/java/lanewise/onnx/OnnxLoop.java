package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.ValueInfoProto;

/**
 * The operators Scan, Loop and If. Where it is known beforehand how often the body runs, its layers are called one
 * after the other, and share their weights; else it becomes a layer of its own ({@link OnnxScan}).
 */
final class OnnxLoop {
    /** Most calls of operators that a loop may become. */
    private static final int MOST_CALLS = 20_000;

    private final OnnxNode n;
    private final OnnxGraph graph;
    private final GraphProto body;
    private final Consumer<NodeProto> translate;
    /** Inputs of the body that change from time to time. */
    private final List<OnnxValue> states = new ArrayList<>();
    private final List<List<OnnxValue>> scanned = new ArrayList<>();
    private boolean goesOn = true;

    private OnnxLoop(OnnxNode n, Consumer<NodeProto> translate) {
        this.n = n;
        this.graph = n.graph();
        this.body = n.body("body");
        this.translate = translate;
    }

    static boolean knows(String op) {
        return Set.of("Scan", "Loop", "If").contains(op);
    }

    /**
     * The outputs, or null for another operator.
     *
     * @param translate adds a node of the body
     */
    static List<? extends OnnxValue> translate(OnnxNode n, Consumer<NodeProto> translate) {
        return switch (n.op()) {
            case "Scan" -> new OnnxLoop(n, translate).scan();
            case "Loop" -> new OnnxLoop(n, translate).loop();
            case "If" -> branch(n, translate);
            default -> null;
        };
    }

    /** One of two graphs, where it is known which: exporters ask for sizes so. */
    private static List<OnnxValue> branch(OnnxNode n, Consumer<NodeProto> translate) {
        n.ignore("then_branch", "else_branch");
        GraphProto chosen = n.body(n.single(0) != 0 ? "then_branch" : "else_branch");
        for (TensorProto tensor : chosen.getInitializerList()) {
            n.graph().put(tensor.getName(), OnnxTensor.read(n.graph().file(), tensor));
        }
        chosen.getNodeList().forEach(translate);
        return chosen.getOutputList().stream().map(output -> n.graph().get(output.getName())).toList();
    }

    private List<OnnxValue> scan() {
        if (n.opset() < 9) {
            throw new Unsupported("it is of a version before 9, which had an axis of rows of its own");
        }
        int scans = n.count("num_scan_inputs", 1);
        int first = n.inputs() - scans;
        int outputs = body.getOutputCount() - first;
        if (scans < 1 || first < 0 || outputs < 0) {
            throw new Unsupported("it scans " + scans + " of its " + n.inputs() + " inputs, and its body has "
                    + body.getOutputCount() + " outputs");
        }
        int[] axes = list("scan_input_axes", scans);
        int[] backwards = list("scan_input_directions", scans);
        int[] outputAxes = list("scan_output_axes", outputs);
        int[] outputBackwards = list("scan_output_directions", outputs);
        int steps = -1;
        for (int i = 0; i < scans; i++) {
            OnnxValue x = n.in(first + i);
            axes[i] = OnnxSizes.axis(axes[i], x.rank());
            int length = x.dims()[axes[i]];
            if (length == 0 || i > 0 && length != steps) {
                throw new Unsupported("its sequence " + i + " has the sizes " + OnnxValue.text(x.dims())
                        + ", of which axis " + axes[i] + (i > 0 ? " differs from the others'" : " is empty"));
            }
            steps = length;
        }
        List<OnnxValue> start = n.all().subList(0, first);
        if (steps < 0) {
            List<Live> sequences = new ArrayList<>();
            for (int i = 0; i < scans; i++) {
                sequences.add(new OnnxScan(n).timeFirst(n.live(first + i), axes[i], backwards[i] != 0));
            }
            List<OnnxValue> results = new ArrayList<>(
                    new OnnxScan(n).run(body, translate, start, sequences, List.of(), 0));
            for (int i = 0; i < outputs; i++) {
                results.set(first + i,
                        new OnnxScan(n).timeAt((Live) results.get(first + i), outputAxes[i], outputBackwards[i] != 0));
            }
            return results;
        }
        run(steps, start, first, t -> {
            List<OnnxValue> given = new ArrayList<>(states);
            for (int i = 0; i < scans; i++) {
                given.add(part(n.in(first + i), axes[i],
                        backwards[i] == 0 ? t : n.in(first + i).dims()[axes[i]] - 1 - t));
            }
            return given;
        }, 0);
        List<OnnxValue> results = new ArrayList<>(states);
        for (int i = 0; i < outputs; i++) {
            results.add(joined(outputBackwards[i] == 0 ? scanned.get(i) : scanned.get(i).reversed(), outputAxes[i]));
        }
        return results;
    }

    private List<OnnxValue> loop() {
        boolean condition = !n.has(1) || n.single(1) != 0;
        if (condition && n.has(0) && OnnxValue.isSymbol(n.knownSingle(0))) {
            return new OnnxScan(n).loop(body, translate, (int) n.knownSingle(0));
        }
        int times = !condition ? 0
                : n.has(0) ? Math.clamp((long) n.single(0), 0, MOST_CALLS + 1) : MOST_CALLS + 1;
        List<OnnxValue> start = IntStream.range(2, n.inputs()).mapToObj(n::in).toList();
        run(times, start, start.size(), t -> {
            List<OnnxValue> given = new ArrayList<>(
                    List.of(OnnxTensor.of(OnnxTensor.INT64, t), OnnxTensor.of(OnnxTensor.BOOL, 1)));
            given.addAll(states);
            return given;
        }, 1);
        List<OnnxValue> results = new ArrayList<>(states);
        scanned.forEach(values -> results.add(joined(values, 0)));
        return results;
    }

    private int[] list(String attribute, int count) {
        long[] given = n.integers(attribute);
        if (given != null && given.length != count) {
            throw new Unsupported("its " + attribute + " are " + Arrays.toString(given) + ", expected " + count);
        }
        return given == null ? new int[count]
                : Arrays.stream(given).mapToInt(v -> OnnxSizes.exact(v, attribute)).toArray();
    }

    /** What the body is given at a time. */
    private interface Given {
        List<OnnxValue> at(int time);
    }

    private void run(int times, List<OnnxValue> start, int count, Given given, int conditions) {
        if (body.getOutputCount() < conditions + count) {
            throw new Unsupported("its body has " + body.getOutputCount() + " outputs, expected at least "
                    + (conditions + count));
        }
        if (times < 0) {
            throw new OpenSize("how often its body runs is known only at run time");
        } else if ((long) times * Math.max(1, body.getNodeCount()) > MOST_CALLS) {
            throw new Unsupported(
                    "its body of " + body.getNodeCount() + " operators runs " + times + " times, supported are "
                            + MOST_CALLS + " calls in all");
        }
        Map<String, OnnxValue> outer = graph.snapshot();
        try {
            reset(start);
            graph.repeat(times, t -> once(given, t, count, conditions));
        } catch (OnnxNames.Conflict e) {
            // the body does other things at other times
            reset(start);
            for (int t = 0; t < times && goesOn; t++) {
                int time = t;
                graph.ownNames(() -> once(given, time, count, conditions));
            }
        } finally {
            graph.restore(outer);
        }
    }

    private void reset(List<OnnxValue> start) {
        states.clear();
        states.addAll(start);
        scanned.clear();
        goesOn = true;
    }

    private void once(Given given, int time, int count, int conditions) {
        if (!goesOn) {
            return;
        }
        List<OnnxValue> inputs = new ArrayList<>();
        graph.ownNames(() -> inputs.addAll(given.at(time)));
        if (inputs.size() != body.getInputCount()) {
            throw new Unsupported("its body takes " + body.getInputCount() + " inputs, but is given " + inputs.size());
        }
        for (TensorProto tensor : body.getInitializerList()) {
            graph.put(tensor.getName(), OnnxTensor.read(graph.file(), tensor));
        }
        for (int i = 0; i < inputs.size(); i++) {
            graph.put(body.getInput(i).getName(), inputs.get(i));
        }
        body.getNodeList().forEach(translate);
        List<OnnxValue> made = body.getOutputList().stream().map(ValueInfoProto::getName).map(graph::get).toList();
        if (conditions > 0) {
            if (!(made.getFirst() instanceof OnnxTensor condition) || !condition.isSingle()) {
                throw new Unsupported("whether its body runs again is known only at run time");
            }
            goesOn = condition.values()[0] != 0;
        }
        states.clear();
        states.addAll(made.subList(conditions, conditions + count));
        for (int i = conditions + count; i < made.size(); i++) {
            if (scanned.size() <= i - conditions - count) {
                scanned.add(new ArrayList<>());
            }
            scanned.get(i - conditions - count).add(made.get(i));
        }
    }

    private OnnxValue part(OnnxValue x, int axis, int index) {
        return switch (x) {
            case Live l -> graph.part(n, l, axis, index);
            case OnnxTensor t -> t
                    .transposed(IntStream
                            .concat(IntStream.of(axis), IntStream.range(0, t.rank()).filter(i -> i != axis)).toArray())
                    .part(index);
            case OnnxValue.Filled f -> new OnnxValue.Filled(f.value(), f.kind(), OnnxSizes.without(f.dims(), axis));
            case OnnxValue.ByRow b -> throw b.refusal();
            case OnnxValue.Steps s -> throw s.refusal();
        };
    }

    /** What each time made, along a new axis. */
    private OnnxValue joined(List<OnnxValue> values, int axis) {
        if (values.isEmpty()) {
            throw new Unsupported("its body never runs, so that what it makes has no sizes");
        } else if (!values.stream().allMatch(v -> v instanceof OnnxTensor)) {
            int rank = values.getFirst().rank() + 1;
            return graph.stacked(n, values.stream().map(v -> graph.live(n, v)).toList(), OnnxSizes.axis(axis, rank));
        } else if (axis == 0 && values.stream().allMatch(v -> v instanceof OnnxTensor)) {
            OnnxTensor first = (OnnxTensor) values.getFirst();
            int[] dims = IntStream.concat(IntStream.of(values.size()), IntStream.of(first.dims())).toArray();
            if (!values.stream().allMatch(v -> Arrays.equals(v.dims(), first.dims()))) {
                throw new Unsupported("what its body makes has other sizes at other times");
            }
            return new OnnxTensor(first.type(), dims,
                    values.stream().flatMapToDouble(v -> Arrays.stream(((OnnxTensor) v).values())).toArray());
        }
        return graph.stacked(n, values.stream().map(v -> graph.live(n, v)).toList(),
                OnnxSizes.axis(axis, values.getFirst().rank() + 1));
    }
}
