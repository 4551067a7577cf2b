package lanewise.bench.rivals;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;
import lanewise.spec.Activation;

/** Microsoft's ONNX Runtime, with inputs and outputs kept in direct buffers, which is its fastest way. */
public final class OnnxRuntime implements Engine {
    /** The tutorial model without its numbers, which are in its file. */
    private static final Network TUTORIAL_SIZES = new Network(2000, 128, null,
            List.of(new Network.Layer(128, 196, List.of())),
            new Network.Head(2, null, null, Activation.SOFTMAX), false);

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
        return open(workload, network, 1).getFirst();
    }

    @Override
    public boolean takesThreads() {
        return true;
    }

    @Override
    public List<Scorer> open(Workload workload, Network network, int threads) throws OrtException {
        OrtSession session = session(OnnxNetwork.graph(workload, network, false), 1);
        List<Scorer> scorers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            scorers.add(new OnnxScorer(workload, network, session, i == 0));
        }
        return scorers;
    }

    @Override
    public Scorer openWide(Workload workload, Network network, int threads) throws OrtException {
        return new OnnxScorer(workload, network, session(OnnxNetwork.graph(workload, network, false), threads), true);
    }

    @Override
    public boolean write(Workload workload, Network network, Path file) throws IOException {
        Files.write(file, OnnxNetwork.graph(workload, network, false));
        return true;
    }

    @Override
    public Scorer openFile(Path file) throws IOException, OrtException {
        return new OnnxScorer(Workload.named("tutorial"), TUTORIAL_SIZES, session(Files.readAllBytes(file), 1),
                true);
    }

    @Override
    public boolean takesVoice() {
        return true;
    }

    @Override
    public Scorer openVoice(Path file) throws OrtException {
        return new OnnxVoice(OrtEnvironment.getEnvironment().createSession(file.toString(), options(1)));
    }

    static OrtSession session(byte[] graph, int threads) throws OrtException {
        return OrtEnvironment.getEnvironment().createSession(graph, options(threads));
    }

    private static OrtSession.SessionOptions options(int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        return options;
    }

    static ByteBuffer direct(int numbers) {
        return ByteBuffer.allocateDirect(numbers * Float.BYTES).order(ByteOrder.nativeOrder());
    }
}
