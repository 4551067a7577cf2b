package lanewise;

import java.util.List;
import java.util.Optional;
import lanewise.error.InvalidInputException;
import lanewise.kernel.DoubleKernels;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Replays examples and compares the outputs. A model with narrow weights runs twice, the second time in double
 * precision, see {@link Verification}.
 */
final class Replay {
    private static final String IN_DOUBLES = ", which the same weights give in double precision";

    private final Examples examples;
    private final DoubleKernels doubles = new DoubleKernels();
    /** For each output, what rounding moved. */
    private final Moved[] moved;
    private long values;
    private double maxError;
    private double kernelError;
    private Verification.Failure failure;

    /** The value of an output that rounding moved farthest. */
    private static final class Moved {
        private double largest = 1;
        private double distance;
        private Verification.Failure where;

        void move(double newDistance, int call, OutputTensor output, String what) {
            if (newDistance > distance) {
                distance = newDistance;
                where = new Verification.Failure(call, place(call, output) + what);
            }
        }

        double relative() {
            return distance / largest;
        }
    }

    private Replay(Examples examples, int outputs) {
        this.examples = examples;
        moved = new Moved[outputs];
        for (int i = 0; i < outputs; i++) {
            moved[i] = new Moved();
        }
    }

    static Verification run(LoadedModel model, Examples examples) {
        Replay replay = new Replay(examples, model.spec().graph().outputs().size());
        Room needed = Room.of(model.spec(), examples.calls());
        boolean narrow = model.plan().isNarrow();
        try (Predictor predictor = new Predictor(model, needed.rows(), needed.steps());
                Predictor reference = narrow ? new Predictor(model, needed.rows(), needed.steps()) : null) {
            for (int i = 0; i < examples.calls().size(); i++) {
                replay.call(predictor, reference, examples.calls().get(i), i);
            }
        }
        return new Verification(examples.calls().size(), replay.values, replay.maxError,
                Optional.ofNullable(replay.failure), narrow ? Optional.of(replay.rounding()) : Optional.empty());
    }

    private Verification.Rounding rounding() {
        Moved farthest = new Moved();
        for (Moved output : moved) {
            farthest = output.relative() > farthest.relative() ? output : farthest;
        }
        return new Verification.Rounding(kernelError, farthest.relative(), Optional.ofNullable(farthest.where));
    }

    private void call(Predictor predictor, Predictor reference, Example call, int number) {
        if (call.inputs().size() != predictor.inputs().size() || call.outputs().size() != predictor.outputs().size()) {
            throw new InvalidInputException("example " + number + " has " + call.inputs().size() + " inputs and "
                    + call.outputs().size() + " outputs, the model " + predictor.inputs().size() + " and "
                    + predictor.outputs().size());
        }
        fill(predictor, call);
        predictor.run();
        if (reference != null) {
            fill(reference, call);
            reference.run(doubles);
        }
        for (int i = 0; i < call.outputs().size(); i++) {
            compare(predictor.outputs().get(i), reference == null ? null : reference.outputs().get(i),
                    call.outputs().get(i), number, moved[i]);
        }
    }

    private static void fill(Predictor predictor, Example call) {
        if (call.reset()) {
            predictor.resetStates();
        }
        for (int i = 0; i < call.inputs().size(); i++) {
            predictor.inputs().get(i).set(call.inputs().get(i));
        }
    }

    private void compare(OutputTensor output, OutputTensor reference, TensorData expected, int number, Moved farthest) {
        if (differsInShape(output, expected.shape())) {
            fail(number, output, "has shape " + Shape.of(output.dims()) + ", expected " + expected.shape());
        } else if (reference != null && differsInShape(output, Shape.of(reference.dims()))) {
            fail(number, output, "has shape " + Shape.of(output.dims()) + ", in double precision "
                    + Shape.of(reference.dims()));
        } else if (output.dtype() == DType.STRING || expected.dtype() == DType.STRING) {
            compareTexts(output, reference, expected, number, farthest);
        } else {
            compareNumbers(output, reference, expected, number, farthest);
        }
    }

    private static boolean differsInShape(OutputTensor output, Shape expected) {
        return !expected.equals(Shape.of(output.dims()));
    }

    private void compareNumbers(OutputTensor output, OutputTensor reference, TensorData expected, int number,
            Moved farthest) {
        double[] got = numbers(output);
        double[] inDoubles = reference == null ? null : numbers(reference);
        boolean exact = expected.dtype() != DType.FLOAT32;
        long[] integers = exact ? expected.toLongs() : null;
        float[] floats = exact ? null : expected.toFloats();
        for (int i = 0; i < got.length; i++) {
            double want = exact ? integers[i] : floats[i];
            double error = error(want, got[i]);
            double allowed = allowed(exact, want, error);
            values++;
            maxError = error <= maxError ? maxError : error;
            if (inDoubles == null) {
                if (!(error <= allowed)) {
                    fail(number, output, i, got[i], want + " within " + allowed);
                }
                continue;
            }
            double kernels = error(inDoubles[i], got[i]);
            double allowedOfKernels = allowed(exact, inDoubles[i], kernels);
            kernelError = kernels <= kernelError ? kernelError : kernels;
            if (!(kernels <= allowedOfKernels)) {
                fail(number, output, i, got[i], inDoubles[i] + " within " + allowedOfKernels + IN_DOUBLES);
            }
            // a number that became infinite or NaN, or was it, is no matter of distance
            if (!(error < Double.POSITIVE_INFINITY)) {
                fail(number, output, i, got[i], want);
            }
            farthest.largest = Double.isFinite(want) ? Math.max(farthest.largest, Math.abs(want)) : farthest.largest;
            if (error - allowed > farthest.distance) {
                farthest.move(error - allowed, number, output, valueIs(output, i, got[i], want));
            }
        }
    }

    private static double[] numbers(OutputTensor output) {
        double[] all;
        if (output.dtype() == DType.FLOAT32) {
            float[] floats = output.toFloats();
            all = new double[floats.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = floats[i];
            }
        } else {
            // integers that floats can't tell apart
            long[] integers = output.toLongs();
            all = new double[integers.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = integers[i];
            }
        }
        return all;
    }

    private static double error(double want, double is) {
        return want == is || Double.isNaN(want) && Double.isNaN(is) ? 0 : Math.abs(want - is);
    }

    /** An infinity equals only itself. */
    private double allowed(boolean exact, double want, double error) {
        return exact || error == 0 || Double.isInfinite(want) ? 0
                : examples.absolute() + examples.relative() * Math.abs(want);
    }

    private void compareTexts(OutputTensor output, OutputTensor reference, TensorData expected, int number,
            Moved farthest) {
        if (output.dtype() != expected.dtype()) {
            fail(number, output, "holds " + output.dtype() + ", expected " + expected.dtype());
            return;
        }
        List<String> got = output.toStrings();
        List<String> wanted = expected.strings();
        List<String> inDoubles = reference == null ? null : reference.toStrings();
        for (int i = 0; i < got.size(); i++) {
            values++;
            boolean same = got.get(i).equals(wanted.get(i));
            if (inDoubles == null) {
                if (!same) {
                    fail(number, output, i, quoted(got.get(i)), quoted(wanted.get(i)));
                }
                continue;
            }
            if (!got.get(i).equals(inDoubles.get(i))) {
                fail(number, output, i, quoted(got.get(i)), quoted(inDoubles.get(i)) + IN_DOUBLES);
            }
            if (!same) {
                farthest.move(1, number, output,
                        valueIs(output, i, quoted(got.get(i)), quoted(wanted.get(i))));
            }
        }
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private void fail(int call, OutputTensor output, int value, Object is, Object want) {
        fail(call, output, valueIs(output, value, is, want));
    }

    private static String valueIs(OutputTensor output, int value, Object is, Object want) {
        Object shown = is instanceof Double number && output.dtype() == DType.FLOAT32 ? number.floatValue() : is;
        return "value " + value + " is " + shown + ", expected " + want;
    }

    private static String place(int call, OutputTensor output) {
        return "call " + call + ", output '" + output.name() + "' ";
    }

    private void fail(int call, OutputTensor output, String what) {
        if (failure == null) {
            failure = new Verification.Failure(call, place(call, output) + what);
        }
    }
}
