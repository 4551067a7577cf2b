package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.ModelFileException;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which model a state is of, and which other models may continue it. */
class AdoptedStateTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    /** LSTM, then Dense. */
    private record Parts(ModelSpec spec, TestModels models) {
        Model model(ModelOptions options) {
            return Model.of(spec, models.weights(), Examples.NONE, options);
        }
    }

    private static Parts parts(long seed, String name, int units, Activation activation, int outputs) {
        TestModels models = new TestModels(seed);
        models.array(name + "/cell/kernel", 2, 4 * units);
        models.array(name + "/cell/recurrent_kernel", units, 4 * units);
        models.array(name + "/cell/bias", 4 * units);
        models.array("dense/kernel", units, outputs);
        models.array("dense/bias", outputs);
        LayerSpec lstm = new RecurrentLayer.Rnn(name, List.of(new RecurrentLayer.LstmCell("cell", units, activation,
                Activation.SIGMOID, true)), false, false, false, false, false);
        return new Parts(TestModels.chain(TestModels.floats(-1, -1, 2), lstm,
                new CoreLayer.Dense("dense", outputs, Activation.LINEAR, true)), models);
    }

    private static Model model(long seed) {
        return parts(seed, "lstm", 5, Activation.TANH, 1).model(QUIET);
    }

    private static State state(Model model) {
        try (Stepper stepper = model.stepper()) {
            for (float x = 0; x < 4; x++) {
                stepper.step(new float[] {x, 1 - x}, new float[8]);
            }
            return stepper.state();
        }
    }

    private static void refused(Runnable call, String... parts) {
        String message = assertThrows(InvalidInputException.class, call::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aModelTrainedFurtherContinuesAStream() {
        try (Model first = model(1); Model next = model(2); Stepper stepper = next.stepper()) {
            State state = state(first);
            assertEquals(first.fingerprint(), state.fingerprint());
            assertNotEquals(first.fingerprint(), next.fingerprint());
            refused(() -> next.readState(state.toBytes()), first.fingerprint(), next.fingerprint(), "adoptState");
            refused(() -> stepper.restore(state), "another model");
            assertEquals(List.of(), next.stateDifferences(first));
            State adopted = next.adoptState(state.toBytes());
            assertEquals(next.fingerprint(), adopted.fingerprint());
            assertEquals(adopted, next.adoptState(state));
            assertEquals(state, first.adoptState(adopted));
            assertEquals(state, first.adoptState(state.toBytes()));
            stepper.restore(adopted);
            float[] y = new float[1];
            stepper.step(new float[] {1, 2}, y);
            // the same as from equal numbers in its own state
            State own = state(next);
            byte[] bytes = own.toBytes();
            assertEquals(bytes.length, state.toBytes().length);
            assertNotEquals(own, adopted);
            stepper.restore(next.readState(adopted.toBytes()));
            float[] z = new float[1];
            stepper.step(new float[] {1, 2}, z);
            assertArrayEquals(y, z);
        }
    }

    @Test
    void anotherHeadIsNoHindrance() {
        try (Model first = model(1); Model wider = parts(1, "lstm", 5, Activation.TANH, 7).model(QUIET)) {
            assertEquals(List.of(), wider.stateDifferences(first));
            assertEquals(wider.fingerprint(), wider.adoptState(state(first).toBytes()).fingerprint());
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() {
        ModelOptions narrow = QUIET.withWeights(WeightFormat.BFLOAT16);
        ModelOptions partly = QUIET.withWeights(new WeightFormats(WeightFormat.BFLOAT16,
                Map.of("lstm", WeightFormat.FLOAT32)));
        try (Model model = model(1);
                Model larger = parts(1, "lstm", 6, Activation.TANH, 1).model(QUIET);
                Model renamed = parts(1, "other", 5, Activation.TANH, 1).model(QUIET);
                Model activated = parts(1, "lstm", 5, Activation.SOFTSIGN, 1).model(QUIET);
                Model rounded = parts(1, "lstm", 5, Activation.TANH, 1).model(narrow);
                Model partlyRounded = parts(1, "lstm", 5, Activation.TANH, 1).model(partly)) {
            State state = state(model);
            assertEquals(List.of("layer 'lstm' (LSTM) keeps [6, 6] numbers of a stream, that of the other model (LSTM)"
                    + " [5, 5]"), larger.stateDifferences(model));
            assertEquals(2, renamed.stateDifferences(model).size());
            assertEquals(List.of("layer 'lstm' (LSTM) computes its state in another way than that of the other model"
                    + " (LSTM): their options differ"), activated.stateDifferences(model));
            assertEquals(3, rounded.stateDifferences(model).size());
            assertEquals(List.of("the weights 'dense/kernel' are float32, those of the other model bfloat16"),
                    model.stateDifferences(partlyRounded));
            for (Model other : List.of(larger, renamed, activated)) {
                refused(() -> other.adoptState(state.toBytes()), "names, sizes, kinds or options", "LSTM [");
                refused(() -> other.adoptState(state), "names, sizes, kinds or options");
            }
            refused(() -> rounded.adoptState(state.toBytes()), "formats", "lstm/cell/kernel bfloat16");
            refused(() -> model.adoptState(state(rounded)), "formats", "float32");
        }
    }

    @Test
    void anEarlierVersionAndEveryChangedByteIsRefused() {
        try (Model model = model(1)) {
            byte[] bytes = state(model).toBytes();
            for (int i = 0; i < bytes.length; i++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= 16;
                assertThrows(InvalidInputException.class, () -> model.readState(damaged), "byte " + i);
                assertThrows(InvalidInputException.class, () -> model.adoptState(damaged), "byte " + i);
            }
            byte[] old = bytes.clone();
            old[4] = 1;
            refused(() -> model.readState(old), "version 1, expected 2", "an earlier release");
        }
    }

    /** The number is part of stored states and of other systems' records, so it may not change between releases. */
    @Test
    void aFingerprintIsTheSameForEverAndForTheFile(@TempDir Path folder) throws IOException {
        Parts parts = parts(1, "lstm", 5, Activation.TANH, 1);
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, parts.spec(), parts.models().weights(), Examples.NONE);
        byte[] bytes = Files.readAllBytes(file);
        try (Model model = model(1);
                Model read = Model.open(file, QUIET);
                Model array = Model.open(bytes, QUIET);
                Model stream = Model.open(new ByteArrayInputStream(bytes), QUIET)) {
            assertEquals(model.fingerprint(), array.fingerprint());
            assertEquals(model.fingerprint(), stream.fingerprint());
            assertThrows(ModelFileException.class, () -> Model.open(Arrays.copyOf(bytes, bytes.length - 1), QUIET));
            assertEquals("a7a5c957dd019635", model.fingerprint());
            assertEquals(model.fingerprint(), read.fingerprint());
            assertEquals(state(model), read.readState(state(model).toBytes()));
        }
        ModelFile.write(file, parts.spec().with(null, List.of("no", "yes")), parts.models().weights(), Examples.NONE);
        try (Model model = model(1); Model labelled = Model.open(file, QUIET)) {
            assertNotEquals(model.fingerprint(), labelled.fingerprint());
        }
        try (Model rounded = parts.model(QUIET.withWeights(WeightFormat.INT16));
                Model doubles = parts.model(QUIET.withKernels(ModelOptions.KernelChoice.DOUBLE));
                Model scalar = parts.model(QUIET.withKernels(ModelOptions.KernelChoice.SCALAR));
                Model model = model(1)) {
            assertNotEquals(model.fingerprint(), rounded.fingerprint());
            assertNotEquals(model.fingerprint(), doubles.fingerprint());
            assertEquals(model.fingerprint(), scalar.fingerprint());
        }
        Files.delete(file);
    }
}
