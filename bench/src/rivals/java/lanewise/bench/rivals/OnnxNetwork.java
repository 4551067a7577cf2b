package lanewise.bench.rivals;

import java.util.ArrayList;
import java.util.List;
import lanewise.bench.Network;
import lanewise.bench.Workload;

/** Writes networks as ONNX models. */
final class OnnxNetwork {
    /** For each ONNX gate i o f c where Keras keeps it. */
    private static final int[] GATES = {0, 3, 1, 2};

    private OnnxNetwork() {}

    /** The network as an ONNX model over [steps][batch] inputs; with weights of 8 bits if {@code quantized}. */
    static byte[] graph(Workload workload, Network network, boolean quantized) {
        int steps = workload.steps();
        int batch = workload.batch();
        OnnxGraph graph = new OnnxGraph();
        String x = "x";
        if (network.vocabulary() > 0) {
            graph.intInput("ids", steps, batch);
            graph.floats("embeddings", network.embeddings(), network.vocabulary(), network.features());
            graph.node("Gather", List.of("embeddings", "ids"), List.of(x));
        } else {
            graph.floatInput(x, steps, batch, network.features());
        }
        if (network.given()) {
            graph.floatInput("h", 1, batch, network.layers().getFirst().units());
            graph.floatInput("c", 1, batch, network.layers().getFirst().units());
        }
        for (int i = 0; i < network.layers().size(); i++) {
            x = layer(graph, workload, network, i, x, quantized);
        }
        Network.Head head = network.head();
        if (head != null) {
            graph.floats("kernel", head.kernel(), network.layers().getLast().outputs(), head.units()).floats("bias",
                    head.bias(), head.units());
            graph.node("Gemm", List.of(x, "kernel", "bias"), List.of("logits"));
            graph.node(switch (head.function()) {
                case LINEAR -> "Identity";
                case SOFTMAX -> "Softmax";
                default -> "Sigmoid";
            }, List.of("logits"), List.of("y"));
        } else {
            graph.node("Identity", List.of(x), List.of("y"));
        }
        return graph.output("y", batch, network.outputs()).toModel();
    }

    private static String layer(OnnxGraph graph, Workload workload, Network network, int i, String x,
            boolean quantized) {
        Network.Layer layer = network.layers().get(i);
        int units = layer.units();
        int steps = workload.steps();
        int batch = workload.batch();
        int both = layer.directions().size();
        boolean last = i == network.layers().size() - 1;
        float[] w = new float[both * 4 * units * layer.features()];
        float[] r = new float[both * 4 * units * units];
        float[] b = new float[both * 8 * units];
        for (int d = 0; d < both; d++) {
            Network.Cell cell = layer.directions().get(d);
            turn(cell.kernel(), layer.features(), units, w, d * 4 * units * layer.features());
            turn(cell.recurrent(), units, units, r, d * 4 * units * units);
            turn(cell.bias(), 1, units, b, d * 8 * units);
        }
        graph.floats("b" + i, b, both, 8L * units);
        List<String> inputs = new ArrayList<>(List.of(x, "w" + i, "r" + i, "b" + i));
        inputs.addAll(network.given() ? List.of("", "h", "c") : List.of("", "", ""));
        List<String> outputs = last ? List.of("", "raw" + i) : List.of("raw" + i);
        Object[] attributes = {"hidden_size", (long) units, "direction", both > 1 ? "bidirectional" : "forward"};
        if (quantized) {
            quantize(graph, "w" + i, w, both, 4 * units, layer.features());
            quantize(graph, "r" + i, r, both, 4 * units, units);
            inputs.addAll(List.of("", "w" + i + "_scale", "w" + i + "_zero", "r" + i + "_scale", "r" + i + "_zero"));
            graph.ownNode("DynamicQuantizeLSTM", inputs, outputs, attributes);
        } else {
            graph.floats("w" + i, w, both, 4L * units, layer.features());
            graph.floats("r" + i, r, both, 4L * units, units);
            graph.node("LSTM", inputs, outputs, attributes);
        }
        // outputs are [steps][directions][batch][units], last ones [directions][batch][units]
        graph.longs("shape" + i,
                last ? new long[] {batch, layer.outputs()} : new long[] {steps, batch, layer.outputs()});
        String joined = "raw" + i;
        if (both > 1) {
            joined = "side" + i;
            graph.node("Transpose", List.of("raw" + i), List.of(joined), "perm",
                    last ? new long[] {1, 0, 2} : new long[] {0, 2, 1, 3});
        }
        graph.node("Reshape", List.of(joined, "shape" + i), List.of("out" + i));
        return "out" + i;
    }

    /** Turns (rows, 4 units) into (4 units, rows) with ONNX's order of gates. */
    private static void turn(float[] keras, int rows, int units, float[] onnx, int at) {
        for (int g = 0; g < 4; g++) {
            for (int j = 0; j < units; j++) {
                for (int k = 0; k < rows; k++) {
                    onnx[at + (g * units + j) * rows + k] = keras[k * 4 * units + GATES[g] * units + j];
                }
            }
        }
    }

    /**
     * Adds a matrix as {@code quantize_dynamic} of ONNX Runtime's Python package writes it: for each direction one
     * scale, the largest size by 127, zero points of zero, and the matrix turned, (directions, rows, gates).
     */
    private static void quantize(OnnxGraph graph, String name, float[] values, int both, int gates, int rows) {
        byte[] turned = new byte[values.length];
        float[] scales = new float[both];
        int size = gates * rows;
        for (int d = 0; d < both; d++) {
            float largest = 0;
            for (int i = 0; i < size; i++) {
                largest = Math.max(largest, Math.abs(values[d * size + i]));
            }
            scales[d] = (float) (2f * largest / 254d);
            for (int i = 0; i < size; i++) {
                turned[d * size + i % rows * gates + i / rows] = (byte) Math.rint(values[d * size + i] / scales[d]);
            }
        }
        graph.bytes(name, turned, both, rows, gates).floats(name + "_scale", scales, both);
        graph.bytes(name + "_zero", new byte[both], both);
    }
}
