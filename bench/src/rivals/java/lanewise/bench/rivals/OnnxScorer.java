package lanewise.bench.rivals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;

/** A network with inputs and outputs kept in direct buffers. */
final class OnnxScorer implements Scorer {
    private final Workload workload;
    private final Network network;
    private final OrtSession session;
    private final boolean closes;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs;
    private final FloatBuffer x;
    private final IntBuffer ids;
    private final FloatBuffer h;
    private final FloatBuffer c;
    private final FloatBuffer result;
    private final int[] turned;
    private final float[] y;

    /** Scorers of several threads share a session; one of them closes it. */
    OnnxScorer(Workload workload, Network network, OrtSession session, boolean closes) throws OrtException {
        this.closes = closes;
        this.workload = workload;
        this.network = network;
        this.session = session;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int cells = workload.steps() * workload.batch();
        long[] shape = {workload.steps(), workload.batch(), network.features()};
        boolean text = network.vocabulary() > 0;
        x = OnnxRuntime.direct(text ? 0 : cells * network.features()).asFloatBuffer();
        ids = OnnxRuntime.direct(text ? cells : 0).asIntBuffer();
        turned = new int[cells];
        if (text) {
            inputs.put("ids",
                    OnnxTensor.createTensor(environment, ids, new long[] {workload.steps(), workload.batch()}));
        } else {
            inputs.put("x", OnnxTensor.createTensor(environment, x, shape));
        }
        int units = network.layers().getFirst().units();
        h = OnnxRuntime.direct(workload.batch() * units).asFloatBuffer();
        c = OnnxRuntime.direct(workload.batch() * units).asFloatBuffer();
        if (network.given()) {
            long[] state = {1, workload.batch(), units};
            inputs.put("h", OnnxTensor.createTensor(environment, h, state));
            inputs.put("c", OnnxTensor.createTensor(environment, c, state));
        }
        y = new float[workload.batch() * network.outputs()];
        result = OnnxRuntime.direct(y.length).asFloatBuffer();
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
            if (closes) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
