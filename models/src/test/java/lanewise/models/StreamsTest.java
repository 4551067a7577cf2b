package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Stepper;
import lanewise.Tensor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;

/**
 * Stepping gives the bits of the whole sequence, for every case whose model can be stepped; the others are listed with
 * their reasons.
 */
class StreamsTest {
    private final List<String> different = new ArrayList<>();
    private final Map<String, String> refused = new TreeMap<>();
    private int stepped;

    @Test
    void everyModelStepsToTheSameBits() throws IOException {
        for (Path folder : Conformance.folders()) {
            CaseFolder read = CaseFolder.read(folder);
            if (!read.kind().equals("predict")) {
                continue;
            }
            Imported imported = read.models(ImportOptions.DEFAULT).values().iterator().next().read()
                    .with(read.examples());
            if (Conformance.onlyNumbers(imported.spec().graph())) {
                ModelOptions scalar = ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR)
                        .withWarmUpThread(false);
                try (Model whole = imported.toModel(scalar);
                        Model steps = imported.toModel(scalar.withKernels(ModelOptions.KernelChoice.VECTOR))) {
                    compare(read, whole, steps);
                }
            }
        }
        assertEquals(List.of(), different);
        Path page = Conformance.MODELS.resolve("STREAMS.md");
        if (Boolean.getBoolean("support.write")) {
            Files.writeString(page, page());
        }
        assertEquals(page(), Files.readString(page),
                "models/STREAMS.md is out of date; run mvn verify -Dsupport.write=true");
    }

    /** What can't be stepped, by reason. */
    private String page() {
        Map<String, List<String>> byReason = new TreeMap<>();
        refused.forEach((name, why) -> byReason.computeIfAbsent(why, w -> new ArrayList<>()).add(name));
        StringBuilder text = new StringBuilder(
                "# What can be stepped\n\nOf the models in `conformance/` that take numbers, " + stepped
                        + " are stepped, with the bits of the whole sequence; the tests check it and write this page.\n"
                        + "These " + refused.size()
                        + " are refused by `model.stepper()`; `model.window(steps)` takes those that have one "
                        + "input.\n\n");
        byReason.forEach((why, names) -> text.append("- ").append(why).append(": ").append(String.join(", ", names))
                .append("\n"));
        return text.toString();
    }

    private void compare(CaseFolder read, Model whole, Model steps) {
        try (Stepper stepper = steps.stepper().computeNaN(true)) {
            if (whole.examples().calls().stream().anyMatch(call -> lengths(stepper, call) > 1)) {
                refused.put(read.name(), "its example has sequences of different lengths");
                return;
            }
            stepped++;
            for (Example call : whole.examples().calls()) {
                for (int row = 0; row < call.inputs().getFirst().shape().dim(0); row++) {
                    Example one = row(call, row);
                    List<TensorData> expected = wholeSequence(whole, one);
                    for (boolean prepare : new boolean[] {false, true}) {
                        List<float[]> got = stepped(stepper, one, expected, prepare);
                        for (int i = 0; i < expected.size(); i++) {
                            if (!Arrays.equals(expected.get(i).toFloats(), got.get(i))) {
                                different.add(
                                        read.name() + " output " + i + " row " + row + (prepare ? " prepared" : ""));
                            }
                        }
                    }
                }
            }
        } catch (UnsupportedModelException e) {
            refused.put(read.name(),
                    e.problems().getFirst().replaceFirst(";.*", "").replaceFirst("layer '.*?' \\((.*?)\\):", "$1"));
        }
    }

    /** How many different lengths the sequences of a call have. */
    private static long lengths(Stepper stepper, Example call) {
        return IntStream.range(0, call.inputs().size()).filter(i -> isTimed(stepper.inputs().get(i)))
                .map(i -> call.inputs().get(i).shape().dim(1)).distinct().count();
    }

    private static Example row(Example call, int row) {
        List<TensorData> inputs = new ArrayList<>();
        for (TensorData data : call.inputs()) {
            int[] shape = data.shape().toArray();
            int width = (int) data.shape().size() / shape[0];
            shape[0] = 1;
            inputs.add(data.dtype() == DType.FLOAT32
                    ? TensorData.of(Shape.of(shape),
                            Arrays.copyOfRange(data.toFloats(), row * width, (row + 1) * width))
                    : TensorData.of(data.dtype(), Shape.of(shape),
                            Arrays.copyOfRange(data.toInts(), row * width, (row + 1) * width)));
        }
        return new Example(true, inputs, call.outputs());
    }

    private static List<TensorData> wholeSequence(Model model, Example call) {
        try (Predictor predictor = model.predictor(1, 64)) {
            Conformance.setNumbers(predictor, call);
            predictor.run();
            return predictor.outputs().stream().map(out -> TensorData.of(Shape.of(sizes(out)), out.toFloats()))
                    .toList();
        }
    }

    private static int[] sizes(Tensor tensor) {
        return IntStream.range(0, tensor.shape().rank()).map(tensor::dim).toArray();
    }

    /** The outputs after all steps, where all are put out else those of all steps. */
    private static List<float[]> stepped(Stepper stepper, Example call, List<TensorData> expected, boolean prepare) {
        stepper.reset();
        int steps = 0;
        for (int i = 0; i < call.inputs().size(); i++) {
            TensorData data = call.inputs().get(i);
            if (isTimed(stepper.inputs().get(i))) {
                steps = data.shape().dim(1);
            } else {
                set(stepper.inputs().get(i), data, 0, (int) data.shape().size(), data.shape().toArray());
            }
        }
        List<Gathered> all = new ArrayList<>();
        for (int o = 0; o < expected.size(); o++) {
            all.add(new Gathered(expected.get(o).shape().toArray()));
        }
        for (int t = 0; t < steps; t++) {
            if (prepare) {
                stepper.prepare();
            }
            for (int i = 0; i < call.inputs().size(); i++) {
                if (isTimed(stepper.inputs().get(i))) {
                    TensorData data = call.inputs().get(i);
                    int[] shape = data.shape().toArray();
                    int width = (int) data.shape().size() / shape[1];
                    shape[1] = 1;
                    set(stepper.inputs().get(i), data, t * width, width, shape);
                }
            }
            stepper.step();
            for (int o = 0; o < all.size(); o++) {
                OutputTensor output = stepper.outputs().get(o);
                if (stepper.isDue(output.name())) {
                    all.get(o).add(output);
                }
            }
        }
        return all.stream().map(gathered -> gathered.values).toList();
    }

    /**
     * What came out step by step, put together along the axis in which a step's output is shorter than a sequence's;
     * else the newest.
     */
    private static final class Gathered {
        private final int[] shape;
        private final float[] values;
        private int done;

        Gathered(int[] shape) {
            this.shape = shape;
            values = new float[IntStream.of(shape).reduce(1, (a, b) -> a * b)];
        }

        void add(OutputTensor output) {
            int axis = 1;
            while (axis < shape.length && output.dim(axis) == shape[axis]) {
                axis++;
            }
            float[] step = output.toFloats();
            if (axis == shape.length) {
                System.arraycopy(step, 0, values, 0, step.length);
                return;
            }
            int inner = 1;
            for (int i = axis + 1; i < shape.length; i++) {
                inner *= shape[i];
            }
            int block = output.dim(axis) * inner;
            for (int o = 0; o < step.length / block; o++) {
                System.arraycopy(step, o * block, values, (o * shape[axis] + done) * inner, block);
            }
            done += output.dim(axis);
        }
    }

    private static boolean isTimed(InputTensor input) {
        return input.shape().rank() > 1 && input.shape().dim(1) == Shape.ANY;
    }

    private static void set(InputTensor input, TensorData data, int from, int count, int[] shape) {
        if (data.dtype() == DType.FLOAT32) {
            input.set(Arrays.copyOfRange(data.toFloats(), from, from + count), shape);
        } else {
            input.set(Arrays.copyOfRange(data.toInts(), from, from + count), shape);
        }
    }
}
