package lanewise.bench.rivals;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;

/**
 * ONNX Runtime's LSTM with weights of 8 bits, as its {@code quantize_dynamic} makes it, which also rounds inputs and
 * states in each step. Look-up and dense layer stay float32.
 */
public final class OnnxQuantized implements Engine {
    /** For ServiceLoader. */
    public OnnxQuantized() {}

    @Override
    public String name() {
        return "onnxruntime-int8";
    }

    @Override
    public String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public boolean takes(Workload workload) {
        return workload.isRounded();
    }

    /** Wide: 7 bits of inputs, states and weights. */
    @Override
    public double tolerance() {
        return 0.1;
    }

    @Override
    public Scorer open(Workload workload, Network network) throws OrtException {
        return new OnnxScorer(workload, network,
                OnnxRuntime.session(OnnxNetwork.graph(workload, network, true), 1), true);
    }
}
