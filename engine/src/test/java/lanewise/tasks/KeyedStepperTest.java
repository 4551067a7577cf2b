package lanewise.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.TestModels;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;
import org.junit.jupiter.api.Test;

/** Streams whose states are kept as bytes give the bits of steppers of their own. */
class KeyedStepperTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    private static LayerSpec lstm(TestModels models, int features, int units) {
        models.array("lstm/cell/kernel", features, 4 * units);
        models.array("lstm/cell/recurrent_kernel", units, 4 * units);
        models.array("lstm/cell/bias", 4 * units);
        return new RecurrentLayer.Rnn("lstm", List.of(new RecurrentLayer.LstmCell("cell", units, Activation.TANH,
                Activation.SIGMOID, true)), true, false, false, false, false);
    }

    private static Model model(long seed) {
        TestModels models = new TestModels(seed);
        return Model.of(TestModels.chain(TestModels.floats(-1, -1, 2), lstm(models, 2, 5)), models.weights(),
                Examples.NONE, QUIET);
    }

    @Test
    void givesTheBitsOfAStepperForEachKey() {
        try (Model model = model(1); KeyedStepper keyed = new KeyedStepper(model, false)) {
            Map<Integer, byte[]> states = new HashMap<>();
            Map<Integer, Stepper> steppers = new HashMap<>();
            float[] x = new TestModels(2).floats(200, 1);
            float[] y = new float[5];
            for (int i = 0; i < 100; i++) {
                int key = i * 7 % 4;
                float[] features = {x[2 * i], x[2 * i + 1]};
                float[] found = keyed.step(states.get(key), features).orElseThrow();
                states.put(key, keyed.state());
                steppers.computeIfAbsent(key, k -> model.stepper()).step(features, y);
                assertArrayEquals(y, found, 0f, "event " + i);
                // refused calls between leave no trace
                assertThrows(InvalidInputException.class, () -> keyed.step(states.get(key), new float[] {1}));
                assertThrows(InvalidInputException.class,
                        () -> keyed.step(states.get(key), new float[] {1, Float.NaN}));
            }
            steppers.forEach((key, stepper) -> {
                assertArrayEquals(stepper.state().toBytes(), states.get(key));
                stepper.close();
            });
        }
    }

    @Test
    void continuesStatesOfOtherModelsOnlyIfAsked() {
        try (Model model = model(1);
                Model next = model(2);
                KeyedStepper first = new KeyedStepper(model, false);
                KeyedStepper strict = new KeyedStepper(next, false);
                KeyedStepper adopting = new KeyedStepper(next, true);
                Stepper expected = next.stepper()) {
            float[] x = {0.5f, -1};
            first.step(null, x);
            byte[] state = first.state();
            String message = assertThrows(InvalidInputException.class, () -> strict.step(state, x)).getMessage();
            assertTrue(message.contains(model.fingerprint()) && message.contains(next.fingerprint()), message);
            expected.restore(next.adoptState(state));
            float[] y = new float[5];
            expected.step(x, y);
            assertArrayEquals(y, adopting.step(state, x).orElseThrow());
            assertEquals(next.fingerprint(), next.readState(adopting.state()).fingerprint());
            state[state.length / 2] ^= 1;
            message = assertThrows(InvalidInputException.class, () -> adopting.step(state, x)).getMessage();
            assertTrue(message.contains("damaged"), message);
        }
    }

    @Test
    void takesWholeNumbersAsIds() {
        TestModels models = new TestModels(3);
        models.array("embedding/embeddings", 10, 2);
        ModelSpec spec = TestModels.chain(TestModels.ids(-1, -1),
                new CoreLayer.Embedding("embedding", 10, 2, false), lstm(models, 2, 3));
        try (Model model = Model.of(spec, models.weights(), Examples.NONE, QUIET);
                KeyedStepper keyed = new KeyedStepper(model, false);
                Stepper stepper = model.stepper()) {
            float[] y = new float[3];
            stepper.step(new int[] {7}, y);
            assertArrayEquals(y, keyed.step(null, new float[] {7}).orElseThrow());
            for (float bad : new float[] {7.5f, Float.NaN, Float.POSITIVE_INFINITY, 10}) {
                assertThrows(InvalidInputException.class, () -> keyed.step(null, new float[] {bad}), "" + bad);
            }
        }
    }

    @Test
    void givesNothingBeforeAWindowIsFull() {
        TestModels models = new TestModels(5);
        models.array("conv/kernel", 3, 2, 4);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 2),
                new WindowLayer.Conv("conv", 4, new WindowLayer.Windows(List.of(3), List.of(1), List.of(1),
                        WindowLayer.Padding.VALID), 1, Activation.LINEAR, false, false));
        try (Model model = Model.of(spec, models.weights(), Examples.NONE, QUIET);
                KeyedStepper keyed = new KeyedStepper(model, false)) {
            assertEquals(Optional.empty(), keyed.step(null, new float[] {1, 2}));
            assertEquals(Optional.empty(), keyed.step(keyed.state(), new float[] {3, 4}));
            assertEquals(4, keyed.step(keyed.state(), new float[] {5, 6}).orElseThrow().length);
        }
    }

    @Test
    void refusesModelsOfSeveralInputs() {
        TestModels models = new TestModels(4);
        Graph.Node a = new Graph.Node(TestModels.floats(-1, -1, 2), List.of(), null);
        Graph.Node b = new Graph.Node(new LayerSpec.InputLayer("z", Shape.of(-1, -1, 2), DType.FLOAT32), List.of(),
                null);
        Graph.Node lstm = new Graph.Node(lstm(models, 2, 3), List.of(new Graph.Ref(0, 0)), null);
        ModelSpec spec = new ModelSpec("two", new Graph(List.of(a, b, lstm), List.of(0, 1),
                List.of(new Graph.Output("y", new Graph.Ref(2, 0)))));
        try (Model model = Model.of(spec, models.weights(), Examples.NONE, QUIET)) {
            String message = assertThrows(UnsupportedModelException.class, () -> new KeyedStepper(model, false))
                    .getMessage();
            assertTrue(message.contains("'two' has the inputs"), message);
        }
    }
}
