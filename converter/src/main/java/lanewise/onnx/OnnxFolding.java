package lanewise.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Computes operators on known floats: translates the operator as if its floats came with each call, and lets the engine
 * run that on the known values. So a folded value has the bits that the operator would give in a call, and no formula
 * stands here.
 */
final class OnnxFolding {
    private final OnnxNode n;
    private final OnnxGraph graph;
    private final List<Integer> inputs = new ArrayList<>();
    private final List<TensorData> values = new ArrayList<>();

    private OnnxFolding(OnnxNode n) {
        this.graph = n.graph().apart();
        this.n = n.in(graph);
    }

    /** The outputs, or null for an operator without known floats, or one that is not computed here. */
    static List<OnnxTensor> fold(OnnxNode n) {
        boolean floats = false;
        for (int i = 0; i < n.inputs(); i++) {
            floats |= n.has(i) && n.in(i) instanceof OnnxTensor t && t.kind() == DType.FLOAT32;
        }
        if (!floats) {
            return null;
        }
        Set<String> constants = new HashSet<>();
        while (true) {
            try {
                return new OnnxFolding(n).fold(constants, n);
            } catch (NeedsConstant e) {
                if (!constants.add(e.value)) {
                    throw e;
                }
            }
        }
    }

    private List<OnnxTensor> fold(Set<String> constants, OnnxNode outer) {
        Map<String, OnnxValue> made = new HashMap<>();
        for (int i = 0; i < n.inputs(); i++) {
            if (n.has(i)) {
                OnnxTensor tensor = (OnnxTensor) outer.in(i);
                boolean live = tensor.kind() == DType.FLOAT32 && !constants.contains(n.input(i));
                graph.put(n.input(i), live ? made.computeIfAbsent(n.input(i), name -> input(tensor)) : tensor);
            }
        }
        List<? extends OnnxValue> results = OnnxMath.translate(n);
        results = results == null ? OnnxProducts.translate(n) : results;
        if (results == null) {
            return null;
        }
        List<Graph.Output> outputs = new ArrayList<>();
        for (OnnxValue result : results) {
            outer.graph().spend(OnnxConstants.size(result.dims()));
            outputs.add(new Graph.Output("output_" + outputs.size(), ((Live) result).ref()));
        }
        try {
            List<TensorData> computed = ConstantFolding.compute(new Graph(graph.nodes(), inputs, outputs),
                    new Weights(graph.weights()), values);
            List<OnnxTensor> tensors = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                tensors.add(tensor((Live) results.get(i), computed.get(i), outer));
            }
            return tensors;
        } catch (UnsupportedModelException e) {
            throw new Unsupported("its inputs are known, but it can't be computed: " + e.problems().getFirst());
        } catch (InvalidInputException e) {
            throw new Unsupported("its inputs are known, but it can't be computed: " + e.getMessage());
        }
    }

    /** An input of the graph, one row with all of the values. */
    private Live input(OnnxTensor tensor) {
        int[] dims = OnnxSizes.inserted(tensor.dims(), 0);
        LayerSpec spec = new LayerSpec.InputLayer(graph.unique("input"), Shape.of(dims), DType.FLOAT32);
        Graph.Ref ref = graph.node(spec, null);
        inputs.add(ref.node());
        values.add(tensor.data(dims));
        return new Live(ref, DType.FLOAT32, tensor.dims(), -1);
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
