package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import lanewise.error.UnsupportedModelException;
import lanewise.kernel.OffHeap;
import lanewise.options.CustomLayer;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import org.junit.jupiter.api.Test;

/** Closing a model takes no longer than that, and its memory goes with its last user. */
class ModelCloseTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int UNITS = 500;

    private final TestModels models = new TestModels(5);

    /** A layer in which a call stays until the test lets it go. */
    private static final class Gate implements CustomLayer {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public int[] outputShape(List<int[]> inputs) {
            return inputs.getFirst();
        }

        @Override
        public void compute(List<Array> inputs, Array output) {
            reached.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            MemorySegment.copy(inputs.getFirst().values(), 0, output.values(), 0, 4L * UNITS);
        }
    }

    private ModelSpec spec(LayerSpec... more) {
        models.array("dense/kernel", UNITS, UNITS);
        models.array("dense/bias", UNITS);
        LayerSpec dense = new CoreLayer.Dense("dense", UNITS, Activation.TANH, true);
        LayerSpec input = TestModels.floats(new int[] {-1, UNITS});
        return more.length == 0 ? TestModels.chain(input, dense) : TestModels.chain(input, more[0], dense);
    }

    private static void awaitReserved(long bytes) throws InterruptedException {
        for (int i = 0; i < 3000 && OffHeap.reserved() != bytes; i++) {
            Thread.sleep(10);
        }
        assertEquals(bytes, OffHeap.reserved());
    }

    /** The warm-up is kept in the middle of a run for as long as the test likes. */
    @Test
    void closeDoesNotWaitForTheWarmUp() throws InterruptedException {
        assumeTrue(VectorSupport.PRESENT);
        long before = OffHeap.reserved();
        Gate gate = new Gate();
        ModelOptions options = ModelOptions.DEFAULT
                .withCustomLayers(CustomLayers.NONE.and("Gate", List.of(), (config, weights) -> gate));
        Model model = Model.of(spec(new LayerSpec.Custom("gate", "Gate", "", "{}", List.of())), models.weights(),
                Examples.NONE, options);
        Predictor predictor = model.predictor();
        gate.reached.await();
        assertTimeoutPreemptively(LONG, model::close);
        // the run that goes on needs the weights
        assertTrue(OffHeap.reserved() - before > model.weightBytes());
        assertThrows(IllegalStateException.class, () -> predictor.predict(new float[UNITS]));
        assertThrows(IllegalStateException.class, model::predictor);
        model.close();
        predictor.close();
        gate.opened.countDown();
        awaitReserved(before);
    }

    @Test
    void memoryIsLevelOverManyCycles() throws InterruptedException {
        long before = OffHeap.reserved();
        ModelSpec spec = spec();
        for (int i = 0; i < 500; i++) {
            try (Model model = Model.of(spec, models.weights(), Examples.NONE, ModelOptions.DEFAULT)) {
                if (i % 10 == 0) {
                    model.predictor().close();
                }
            }
        }
        awaitReserved(before);
    }

    @Test
    void aModelThatIsRefusedLeavesNoMemory() {
        long before = OffHeap.reserved();
        ModelSpec spec = spec(new CoreLayer.Dense("other", 7, Activation.TANH, true));
        assertThrows(UnsupportedModelException.class,
                () -> Model.of(spec, models.weights(), Examples.NONE, ModelOptions.DEFAULT));
        assertEquals(before, OffHeap.reserved());
    }
}
