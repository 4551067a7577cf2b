package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestModels models = new TestModels(17);

    private LoadedModel lstm(int features, int units, ModelOptions options) {
        models.array("lstm/cell/kernel", features, 4 * units);
        models.array("lstm/cell/recurrent_kernel", units, 4 * units);
        models.array("lstm/cell/bias", 4 * units);
        models.array("dense/kernel", units, 2);
        models.array("dense/bias", 2);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID,
                true);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, features),
                new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false),
                new CoreLayer.Dense("dense", 2, Activation.SOFTMAX, true));
        return new LoadedModel(spec, models.weights(), options);
    }

    private static void needsVectors() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    @Test
    void kernelsAreWarmedOnceForAllModels() {
        needsVectors();
        LoadedModel first = lstm(24, 48, OPTIONS);
        WarmUp warmUp = new WarmUp(first, OPTIONS);
        assertTrue(warmUp.run(LONG), warmUp.state());
        assertTrue(warmUp.state().startsWith("vector"), warmUp.state());
        assertTrue(warmUp.smallCalls() > 0);
        // other sizes, the same kernels: input product, product with the states, step, output product
        LoadedModel second = lstm(10, 80, OPTIONS);
        WarmUp again = new WarmUp(second, OPTIONS);
        assertTrue(again.run(LONG), again.state());
        // one call of each, or a few rounds where C2 takes code back that it made for the first model
        assertTrue(again.smallCalls() <= 4 + 20 * 300, again.smallCalls() + " calls after " + warmUp.smallCalls());
        first.close();
        second.close();
    }

    @Test
    void aModelIsWarmedUpOnce() {
        needsVectors();
        LoadedModel model = lstm(5, 32, OPTIONS);
        WarmUp warmUp = new WarmUp(model, OPTIONS);
        assertTrue(warmUp.run(LONG), warmUp.state());
        int calls = warmUp.smallCalls();
        String state = warmUp.state();
        assertTrue(warmUp.run(LONG));
        assertEquals(calls, warmUp.smallCalls());
        assertEquals(state, warmUp.state());
        model.close();
    }

    @Test
    void stepsAreWarmedUpOnceThereIsAStepper() {
        needsVectors();
        LoadedModel model = lstm(1, 32, OPTIONS);
        WarmUp warmUp = new WarmUp(model, OPTIONS);
        assertTrue(warmUp.run(LONG), warmUp.state());
        assertEquals(0, warmUp.streamSteps());
        warmUp.startStreams();
        assertTrue(warmUp.run(LONG));
        int steps = warmUp.streamSteps();
        assertTrue(steps > 0);
        assertTrue(warmUp.run(LONG));
        assertEquals(steps, warmUp.streamSteps());
        model.close();
    }

    @Test
    void stepsAreWarmedUpBeforeTheSwitchIfTheStepperComesFirst() {
        needsVectors();
        LoadedModel model = lstm(3, 40, OPTIONS);
        WarmUp warmUp = new WarmUp(model, OPTIONS);
        warmUp.startStreams();
        assertEquals(0, warmUp.streamSteps());
        assertTrue(warmUp.run(LONG), warmUp.state());
        assertTrue(warmUp.streamSteps() > 0);
        model.close();
    }

    @Test
    void aStoppedModelStaysAsItIs() {
        LoadedModel model = lstm(5, 32, OPTIONS);
        WarmUp warmUp = new WarmUp(model, OPTIONS);
        warmUp.stop();
        assertFalse(warmUp.run(LONG));
        assertEquals(0, warmUp.smallCalls());
        model.close();
    }

    @Test
    void otherChoicesAreNotWarmedUp() {
        for (ModelOptions.KernelChoice choice : ModelOptions.KernelChoice.values()) {
            if (choice == ModelOptions.KernelChoice.AUTO) {
                continue;
            }
            ModelOptions options = OPTIONS.withKernels(choice);
            LoadedModel model = lstm(5, 32, options);
            WarmUp warmUp = new WarmUp(model, options);
            warmUp.run(LONG);
            assertEquals(0, warmUp.smallCalls(), choice.toString());
            model.close();
        }
    }
}
