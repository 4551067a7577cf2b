package lanewise.bench.rivals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;

/** Microsoft's ONNX Runtime, with inputs and outputs kept in direct buffers, which is its fastest way. */
public final class OnnxRuntime implements Engine {
    /** For each ONNX gate i o f c where Keras keeps it. */
    private static final int[] GATES = {0, 3, 1, 2};

    /** The tutorial model without its numbers, which are in its file. */
    private static final Network TUTORIAL_SIZES = new Network(2000, 128, null,
            List.of(new Network.Layer(128, 196, List.of())),
            new Network.Head(2, null, null), false);

    /** For ServiceLoader. */
    public OnnxRuntime() {}

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public Scorer open(Workload workload, Network network) throws OrtException {
        return new OnnxScorer(workload, network, graph(workload, network));
    }

    @Override
    public boolean write(Workload workload, Network network, Path file) throws IOException {
        Files.write(file, graph(workload, network));
        return true;
    }

    @Override
    public Scorer openFile(Path file) throws IOException, OrtException {
        return new OnnxScorer(Workload.named("tutorial"), TUTORIAL_SIZES, Files.readAllBytes(file));
    }

    @Override
    public boolean takesVoice() {
        return true;
    }

    @Override
    public Scorer openVoice(Path file) throws OrtException {
        return new OnnxVoice(OrtEnvironment.getEnvironment().createSession(file.toString(), oneThread()));
    }

    private static OrtSession.SessionOptions oneThread() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        return options;
    }

    static ByteBuffer direct(int numbers) {
        return ByteBuffer.allocateDirect(numbers * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    /** The network as an ONNX model over [steps][batch] inputs. */
    static byte[] graph(Workload workload, Network network) {
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
            x = layer(graph, network, i, x, steps, batch);
        }
        Network.Head head = network.head();
        if (head != null) {
            graph.floats("kernel", head.kernel(), network.layers().getLast().outputs(), head.units()).floats("bias",
                    head.bias(), head.units());
            graph.node("Gemm", List.of(x, "kernel", "bias"), List.of("logits"));
            graph.node(head.units() > 1 ? "Softmax" : "Sigmoid", List.of("logits"), List.of("y"));
        } else {
            graph.node("Identity", List.of(x), List.of("y"));
        }
        return graph.output("y", batch, network.outputs()).toModel();
    }

    private static String layer(OnnxGraph graph, Network network, int i, String x, int steps, int batch) {
        Network.Layer layer = network.layers().get(i);
        int units = layer.units();
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
        graph.floats("w" + i, w, both, 4L * units, layer.features()).floats("r" + i, r, both, 4L * units, units);
        graph.floats("b" + i, b, both, 8L * units);
        List<String> inputs = new ArrayList<>(List.of(x, "w" + i, "r" + i, "b" + i));
        if (network.given()) {
            inputs.addAll(List.of("", "h", "c"));
        }
        String direction = both > 1 ? "bidirectional" : "forward";
        graph.node("LSTM", inputs, last ? List.of("", "raw" + i) : List.of("raw" + i), "hidden_size", (long) units,
                "direction", direction);
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

    private static final class OnnxScorer implements Scorer {
        private final Workload workload;
        private final Network network;
        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        private final Map<String, OnnxTensor> outputs;
        private final FloatBuffer x;
        private final IntBuffer ids;
        private final FloatBuffer h;
        private final FloatBuffer c;
        private final FloatBuffer result;
        private final int[] turned;
        private final float[] y;

        OnnxScorer(Workload workload, Network network, byte[] graph) throws OrtException {
            this.workload = workload;
            this.network = network;
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            session = environment.createSession(graph, oneThread());
            int cells = workload.steps() * workload.batch();
            long[] shape = {workload.steps(), workload.batch(), network.features()};
            boolean text = network.vocabulary() > 0;
            x = direct(text ? 0 : cells * network.features()).asFloatBuffer();
            ids = direct(text ? cells : 0).asIntBuffer();
            turned = new int[cells];
            if (text) {
                inputs.put("ids",
                        OnnxTensor.createTensor(environment, ids, new long[] {workload.steps(), workload.batch()}));
            } else {
                inputs.put("x", OnnxTensor.createTensor(environment, x, shape));
            }
            int units = network.layers().getFirst().units();
            h = direct(workload.batch() * units).asFloatBuffer();
            c = direct(workload.batch() * units).asFloatBuffer();
            if (network.given()) {
                long[] state = {1, workload.batch(), units};
                inputs.put("h", OnnxTensor.createTensor(environment, h, state));
                inputs.put("c", OnnxTensor.createTensor(environment, c, state));
            }
            y = new float[workload.batch() * network.outputs()];
            result = direct(y.length).asFloatBuffer();
            outputs = Map.of("y",
                    OnnxTensor.createTensor(environment, result, new long[] {workload.batch(), network.outputs()}));
        }

        @Override
        public float[] score(Workload.Call call) throws OrtException {
            if (call.ids() != null) {
                TimeMajor.ids(workload, call.ids(), turned);
                ids.put(0, turned);
            } else {
                TimeMajor.put(workload, network, call, x);
            }
            if (call.h() != null) {
                h.put(0, call.h());
                c.put(0, call.c());
            }
            try (OrtSession.Result _ = session.run(inputs, outputs)) {
                result.get(0, y);
            }
            return y;
        }

        @Override
        public void close() {
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
