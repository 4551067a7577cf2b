package lanewise.bench.rivals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import lanewise.bench.Scorer;
import lanewise.bench.VoiceBenchmark;
import lanewise.bench.Workload;

/** A voice detector whose state goes from call to call between two direct buffers, without a copy. */
final class OnnxVoice implements Scorer {
    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> inputs;
    private final List<Map<String, OnnxTensor>> outputs;
    private final FloatBuffer x = OnnxRuntime.direct(VoiceBenchmark.SAMPLES).asFloatBuffer();
    private final FloatBuffer result = OnnxRuntime.direct(1).asFloatBuffer();
    private final float[] y = new float[1];
    private int turn;

    OnnxVoice(OrtSession session) throws OrtException {
        this.session = session;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OnnxTensor sound = OnnxTensor.createTensor(environment, x, new long[] {1, VoiceBenchmark.SAMPLES});
        OnnxTensor answer = OnnxTensor.createTensor(environment, result, new long[] {1, 1});
        LongBuffer rate = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
        rate.put(0, VoiceBenchmark.RATE);
        OnnxTensor sr = OnnxTensor.createTensor(environment, rate, shape("sr"));
        long[] shape = shape("state");
        int size = 1;
        for (long dim : shape) {
            size *= (int) dim;
        }
        OnnxTensor even = OnnxTensor.createTensor(environment, OnnxRuntime.direct(size).asFloatBuffer(), shape);
        OnnxTensor odd = OnnxTensor.createTensor(environment, OnnxRuntime.direct(size).asFloatBuffer(), shape);
        inputs = List.of(Map.of("input", sound, "state", even, "sr", sr),
                Map.of("input", sound, "state", odd, "sr", sr));
        outputs = List.of(Map.of("output", answer, "stateN", odd), Map.of("output", answer, "stateN", even));
    }

    /** The shape of an input for one row: open sizes are 1. */
    private long[] shape(String input) throws OrtException {
        long[] dims = ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape().clone();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.max(1, dims[i]);
        }
        return dims;
    }

    @Override
    public float[] score(Workload.Call call) throws OrtException {
        x.put(0, call.x());
        try (OrtSession.Result _ = session.run(inputs.get(turn), outputs.get(turn))) {
            result.get(0, y);
        }
        turn = 1 - turn;
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
