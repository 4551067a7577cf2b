package lanewise;

import java.util.List;
import java.util.Optional;
import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Replays examples and compares the outputs. */
final class Replay {
    private final Examples examples;
    private long values;
    private double maxError;
    private Verification.Failure failure;

    private Replay(Examples examples) {
        this.examples = examples;
    }

    static Verification run(LoadedModel model, Examples examples) {
        Replay replay = new Replay(examples);
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        Room needed = Room.LEAST;
        for (Example call : examples.calls()) {
            for (int i = 0; i < Math.min(layers.size(), call.inputs().size()); i++) {
                needed = needed.with(model.spec(), layers.get(i), call.inputs().get(i));
            }
        }
        try (Predictor predictor = new Predictor(model, needed.rows(), needed.steps())) {
            for (int i = 0; i < examples.calls().size(); i++) {
                replay.call(predictor, examples.calls().get(i), i);
            }
        }
        return new Verification(examples.calls().size(), replay.values, replay.maxError,
                Optional.ofNullable(replay.failure));
    }

    private void call(Predictor predictor, Example call, int number) {
        if (call.reset()) {
            predictor.resetStates();
        }
        if (call.inputs().size() != predictor.inputs().size() || call.outputs().size() != predictor.outputs().size()) {
            throw new InvalidInputException("example " + number + " has " + call.inputs().size() + " inputs and "
                    + call.outputs().size() + " outputs, the model " + predictor.inputs().size() + " and "
                    + predictor.outputs().size());
        }
        for (int i = 0; i < call.inputs().size(); i++) {
            predictor.inputs().get(i).set(call.inputs().get(i));
        }
        predictor.run();
        for (int i = 0; i < call.outputs().size(); i++) {
            compare(predictor.outputs().get(i), call.outputs().get(i), number);
        }
    }

    private void compare(OutputTensor output, TensorData expected, int number) {
        int rank = output.shape().rank();
        boolean sameShape = expected.shape().rank() == rank;
        for (int i = 0; sameShape && i < rank; i++) {
            sameShape = expected.shape().dim(i) == output.dim(i);
        }
        if (!sameShape) {
            fail(number, output, "has shape " + Shape.of(output.dims()) + ", expected " + expected.shape());
            return;
        }
        if (output.dtype() == DType.STRING || expected.dtype() == DType.STRING) {
            compareTexts(output, expected, number);
            return;
        }
        float[] got = output.toFloats();
        // integers that floats can't tell apart
        long[] whole = output.dtype() == DType.FLOAT32 ? null : output.toLongs();
        boolean exact = expected.dtype() != DType.FLOAT32;
        long[] integers = exact ? expected.toLongs() : null;
        float[] floats = exact ? null : expected.toFloats();
        for (int i = 0; i < got.length; i++) {
            double want = exact ? integers[i] : floats[i];
            double is = whole == null ? got[i] : whole[i];
            double error = want == is || Double.isNaN(want) && Double.isNaN(is) ? 0 : Math.abs(want - is);
            // an infinity equals only itself
            double allowed = exact || error == 0 || Double.isInfinite(want) ? 0
                    : examples.absolute() + examples.relative() * Math.abs(want);
            values++;
            if (!(error <= maxError)) {
                maxError = error;
            }
            if (!(error <= allowed)) {
                fail(number, output, "value " + i + " is " + (whole == null ? got[i] : is) + ", expected " + want
                        + " within " + allowed);
            }
        }
    }

    private void compareTexts(OutputTensor output, TensorData expected, int number) {
        if (output.dtype() != expected.dtype()) {
            fail(number, output, "holds " + output.dtype() + ", expected " + expected.dtype());
            return;
        }
        List<String> got = output.toStrings();
        for (int i = 0; i < got.size(); i++) {
            values++;
            if (!got.get(i).equals(expected.strings().get(i))) {
                fail(number, output,
                        "value " + i + " is '" + got.get(i) + "', expected '" + expected.strings().get(i) + "'");
            }
        }
    }

    private void fail(int number, OutputTensor output, String what) {
        if (failure == null) {
            failure = new Verification.Failure(number,
                    "call " + number + ", output '" + output.name() + "' " + what);
        }
    }
}
