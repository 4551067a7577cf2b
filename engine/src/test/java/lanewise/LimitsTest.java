package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.kernel.OffHeap;
import lanewise.options.Budget;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    private final TestModels models = new TestModels(3);

    private Model model(Limits limits, ModelSpec spec) {
        return Model.of(spec, models.weights(), Examples.NONE, QUIET.withLimits(limits));
    }

    private ModelSpec dense(int inputs) {
        models.array("dense/kernel", inputs, 1);
        models.array("dense/bias", 1);
        return TestModels.chain(TestModels.floats(-1, -1, inputs),
                new CoreLayer.Dense("dense", 1, Activation.TANH, true));
    }

    /** Nothing is reserved, and the message says what to do. */
    private static void exceeds(Limit limit, Runnable act) {
        long before = OffHeap.reserved();
        String message = assertThrows(LimitExceededException.class, act::run).getMessage();
        assertTrue(message.contains("(the limit '" + limit.key() + "')"), message);
        assertTrue(message.contains("--limits " + limit.key() + "="), message);
        assertTrue(message.contains("Limit." + limit.name()), message);
        assertEquals(before, OffHeap.reserved());
    }

    @Test
    void aPredictorNeedsNoMoreThanScratch() {
        ModelSpec spec = dense(10);
        try (Model model = model(Limits.DEFAULT, spec)) {
            exceeds(Limit.SCRATCH, () -> model.predictor(1000, 100_000));
            exceeds(Limit.SCRATCH, () -> model.window(30_000_000));
            // what can't be counted is refused as before
            assertThrows(InvalidInputException.class,
                    () -> model.predictor(Integer.MAX_VALUE, Integer.MAX_VALUE));
        }
        try (Model model = model(Limits.DEFAULT.with(Limit.SCRATCH, 20_000), spec)) {
            model.predictor(1, 100).close();
            exceeds(Limit.SCRATCH, () -> model.predictor(1, 1000));
        }
    }

    /** A matrix of one column takes sixteen times its size. */
    @Test
    void packedWeightsMayExceedTheWeightsByTheLimit() {
        ModelSpec spec = dense(1000);
        exceeds(Limit.WEIGHTS, () -> model(Limits.DEFAULT.with(Limit.WEIGHTS, 50_000), spec));
        model(Limits.DEFAULT.with(Limit.WEIGHTS, 64_000), spec).close();
    }

    @Test
    void aPlanHasNoMoreOperations() {
        List<LayerSpec> layers = new ArrayList<>(List.of(TestModels.floats(new int[] {-1, 4})));
        for (int i = 0; i < 50; i++) {
            layers.add(new CoreLayer.Activate("a" + i, Activation.TANH));
        }
        ModelSpec spec = TestModels.chain(layers.toArray(LayerSpec[]::new));
        exceeds(Limit.OPERATIONS, () -> model(Limits.DEFAULT.with(Limit.OPERATIONS, 49), spec));
        model(Limits.DEFAULT.with(Limit.OPERATIONS, 50), spec).close();
    }

    @Test
    void openingTakesNoLonger() {
        exceeds(Limit.TIME, () -> model(Limits.DEFAULT.with(Limit.TIME, 0), dense(10)));
    }

    /** It answers all the same. */
    @Test
    void aModelThatNeedsMoreToWarmUpStaysScalar() {
        assumeTrue(VectorSupport.PRESENT);
        try (Model model = model(Limits.DEFAULT.with(Limit.WARM_UP, 100), dense(100))) {
            assertFalse(model.warmUp(Duration.ofSeconds(30)));
            assertTrue(model.explain().contains("(the limit 'warm-up')"), model.explain());
            try (Predictor predictor = model.predictor()) {
                assertEquals(1, predictor.predict(new float[100]).length);
            }
        }
    }

    @Test
    void aBudgetIsOneForAllThatIsOpenedOnTheWay() {
        Limits three = Limits.DEFAULT.with(Limit.CALLS, 3);
        exceeds(Limit.CALLS, () -> Budget.within(three, () -> {
            for (int i = 0; i < 4; i++) {
                Budget.within(Limits.DEFAULT, () -> {
                    Budget.current().take(Limit.CALLS, 1, "a test");
                    return null;
                });
            }
            return null;
        }));
        Budget budget = new Budget(three);
        budget.unpack(10, 200, "a test");
        assertEquals(0, budget.taken(Limit.UNPACKED));
        budget.unpack(10, 207, "a test");
        assertEquals(7, budget.taken(Limit.UNPACKED));
        exceeds(Limit.UNPACKED, () -> budget.unpack(1, Long.MAX_VALUE, "a test"));
    }

    @Test
    void limitsAreReadFromText() {
        Limits limits = Limits.DEFAULT.with("scratch=4GB, time=300,calls=7");
        assertEquals(4_000_000_000L, limits.of(Limit.SCRATCH));
        assertEquals(300, limits.of(Limit.TIME));
        assertEquals(7, limits.of(Limit.CALLS));
        assertEquals(limits, Limits.DEFAULT.with(limits.toString()));
        assertEquals(limits.hashCode(), Limits.DEFAULT.with(limits.toString()).hashCode());
        for (String wrong : List.of("", "scratch", "memory=1", "scratch=", "scratch=-1", "calls=1GB", "time=5min",
                "scratch=99999999999GB", "scratch=1,,")) {
            assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.with(wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.with(Limit.CALLS, -1));
    }
}
