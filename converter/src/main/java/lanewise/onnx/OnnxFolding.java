package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.fold.ConstantFolding;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.NeedsConstant;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * Computes operators on known values: translates the operator as if its values came with each call, and lets the engine
 * run that on them. So a folded value has the bits that the operator would give in a call, and no formula stands here.
 */
final class OnnxFolding {
    /** Operators that move the values of their first input and compute nothing; the others say where to. */
    private static final Set<String> MOVES = Set.of("Tile", "Pad", "GatherElements", "GatherND", "ReverseSequence",
            "DepthToSpace", "SpaceToDepth", "Trilu", "Compress", "CenterCropPad", "Upsample");
    /** The largest integer up to which a float32 holds all. */
    private static final double MOST_EXACT = 1 << 24;

    private final OnnxNode n;
    private final OnnxGraph graph;
    private final List<Integer> inputs = new ArrayList<>();
    private final List<TensorData> values = new ArrayList<>();

    private OnnxFolding(OnnxNode n) {
        this.graph = n.graph().apart();
        this.n = n.in(graph);
    }

    /** Whether an operator only moves values. */
    static boolean moves(String op) {
        return MOVES.contains(op);
    }

    /**
     * The outputs, or null for an operator that is not supported. All that it reads is known.
     *
     * @throws Unsupported if it is, but not with these values
     */
    static List<? extends OnnxValue> fold(OnnxNode n) {
        if (known(n).skip(1).anyMatch(OnnxTensor::hasSymbols)) {
            // how often or where to, only the call knows
            return null;
        }
        boolean floats = known(n).anyMatch(t -> t.kind() == DType.FLOAT32);
        if (!floats && MOVES.contains(n.op()) && n.has(0)) {
            return moved(n);
        } else if (!floats) {
            known(n).flatMapToDouble(t -> Arrays.stream(t.values())).forEach(OnnxFolding::exact);
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (int i = 0; i < n.inputs(); i++) {
            if (n.has(i)) {
                inputs.put(n.input(i), (OnnxTensor) n.in(i));
            }
        }
        List<? extends OnnxValue> values = computed(n, inputs, floats ? DType.FLOAT32 : DType.INT32);
        if (values != null && !floats) {
            values.stream().map(v -> (OnnxTensor) v).filter(t -> t.kind() == DType.INT32)
                    .flatMapToDouble(t -> Arrays.stream(t.values())).forEach(OnnxFolding::exact);
        }
        return values;
    }

    private static Stream<OnnxTensor> known(OnnxNode n) {
        return IntStream.range(0, n.inputs()).filter(n::has).mapToObj(i -> (OnnxTensor) n.in(i));
    }

    /** Integers that a call would compute with as floats. */
    private static void exact(double value) {
        if (Math.abs(value) > MOST_EXACT) {
            throw new Unsupported("its integers are known, but " + (long) value
                    + " has more digits than a float32 keeps exactly");
        }
    }

    /**
     * What an operator does that only moves the integers of its first input, and puts zeros around: it moves their
     * positions, so that each keeps all of its 64 bits.
     */
    private static List<OnnxTensor> moved(OnnxNode n) {
        OnnxTensor x = (OnnxTensor) n.in(0);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (int i = n.inputs() - 1; i >= 0; i--) {
            if (n.has(i)) {
                inputs.put(n.input(i), (OnnxTensor) n.in(i));
            }
        }
        boolean fills = n.op().equals("Pad") && n.has(2);
        double filling = fills ? n.single(2) : 0;
        if (fills) {
            inputs.put(n.input(2), OnnxTensor.of(x.type(), 0));
        }
        OnnxConstants.size(x.values().length, 1);
        OnnxTensor positions = new OnnxTensor(OnnxTensor.INT32, x.dims(),
                IntStream.rangeClosed(1, x.values().length).asDoubleStream().toArray());
        inputs.put(n.input(0), positions);
        List<? extends OnnxValue> places = computed(n, inputs, DType.INT32);
        return places == null ? null : places.stream().map(v -> (OnnxTensor) v)
                .map(p -> new OnnxTensor(x.type(), p.dims(), Arrays.stream(p.values())
                        .map(place -> place == 0 ? filling : x.values()[(int) place - 1]).toArray()))
                .toList();
    }

    private static List<? extends OnnxValue> computed(OnnxNode n, Map<String, OnnxTensor> inputs, DType live) {
        Set<String> constants = new HashSet<>();
        while (true) {
            try {
                return new OnnxFolding(n).fold(constants, n, inputs, live);
            } catch (NeedsConstant e) {
                if (!constants.add(e.value)) {
                    throw e;
                }
            }
        }
    }

    private List<? extends OnnxValue> fold(Set<String> constants, OnnxNode outer, Map<String, OnnxTensor> given,
            DType live) {
        given.forEach((name, tensor) -> graph.put(name,
                tensor.kind() == live && !constants.contains(name) ? input(tensor) : tensor));
        if (inputs.isEmpty()) {
            // a graph has one
            input(OnnxTensor.of(OnnxTensor.FLOAT, 0));
        }
        List<? extends OnnxValue> results = OnnxOperators.plain(n);
        if (results == null) {
            return null;
        }
        List<Graph.Output> outputs = new ArrayList<>();
        for (OnnxValue result : results) {
            outer.graph().spend(OnnxConstants.size(result.dims()));
            if (result instanceof Live made) {
                outputs.add(new Graph.Output("output_" + outputs.size(), made.ref()));
            }
        }
        outer.graph().budget().work(work(given.values(), results));
        outer.graph().budget().fold();
        if (outputs.isEmpty()) {
            return results;
        }
        try {
            List<TensorData> computed = ConstantFolding.compute(new Graph(graph.nodes(), inputs, outputs),
                    new Weights(graph.weights()), values);
            List<OnnxValue> tensors = new ArrayList<>();
            int at = 0;
            for (OnnxValue result : results) {
                tensors.add(result instanceof Live made ? tensor(made, computed.get(at++), outer) : result);
            }
            return tensors;
        } catch (UnsupportedModelException e) {
            throw new Unsupported("its inputs are known, but it can't be computed: " + e.problems().getFirst());
        } catch (InvalidInputException e) {
            throw new Unsupported("its inputs are known, but it can't be computed: " + e.getMessage());
        }
    }

    /** About how many multiplications it takes: in products of square matrices each result takes one row of them. */
    private static double work(Collection<OnnxTensor> inputs, List<? extends OnnxValue> results) {
        double made = results.stream().mapToDouble(r -> OnnxConstants.size(r.dims())).sum();
        double read = inputs.stream().mapToDouble(t -> t.values().length).max().orElse(0);
        return made * Math.sqrt(read) + read;
    }

    /** An input of the graph, one row with all of the values. */
    private Live input(OnnxTensor tensor) {
        int[] dims = OnnxSizes.inserted(tensor.dims(), 0);
        LayerSpec spec = new LayerSpec.InputLayer(graph.unique("input"), Shape.of(dims), tensor.kind());
        Graph.Ref ref = graph.node(spec, null);
        inputs.add(ref.node());
        values.add(tensor.data(dims));
        return new Live(ref, tensor.kind(), tensor.dims(), -1);
    }

    private static OnnxTensor tensor(Live live, TensorData data, OnnxNode outer) {
        OnnxTensor first = (OnnxTensor) outer.in(0);
        double[] values = new double[Math.toIntExact(data.shape().size())];
        if (data.dtype() == DType.FLOAT32) {
            float[] floats = data.toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] = floats[i];
            }
        } else {
            int[] ints = data.toInts();
            for (int i = 0; i < values.length; i++) {
                values[i] = ints[i];
            }
        }
        int type = switch (live.kind()) {
            case BOOL -> OnnxTensor.BOOL;
            case FLOAT32 -> first.kind() == DType.FLOAT32 ? first.type() : OnnxTensor.FLOAT;
            default -> first.kind() == DType.INT32 ? first.type() : OnnxTensor.INT64;
        };
        return new OnnxTensor(type, live.dims(), values);
    }
}
