package lanewise.micrometer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import lanewise.Loan;
import lanewise.Model;
import lanewise.Pool;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final ModelOptions SCALAR = ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR);
    private final MeterRegistry registry = new SimpleMeterRegistry();

    /** A model that multiplies its two numbers. */
    private static Model times(float factor) {
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(Shape.ANY, 2), DType.FLOAT32), List.of(), null),
                new Graph.Node(new CoreLayer.Dense("dense", 1, Activation.LINEAR, false),
                        List.of(new Graph.Ref(0, 0)), null));
        ModelSpec spec = new ModelSpec("times " + factor,
                new Graph(nodes, List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0)))));
        Weights weights = new Weights(Map.of("dense/kernel", TensorData.of(Shape.of(2, 1), factor, factor)));
        return Model.of(spec, weights, Examples.NONE, SCALAR);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).functionCounter().count();
    }

    @Test
    void poolsShowWhatTheyLend() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(times(1), 2)) {
            new PoolMetrics(pool, "a").bindTo(registry);
            assertEquals(2, gauge("lanewise.pool.size"));
            assertEquals(2, gauge("lanewise.pool.idle"));
            try (Loan<Predictor> one = pool.borrow(); Loan<Predictor> two = pool.borrow()) {
                assertEquals(2, gauge("lanewise.pool.used"));
                assertEquals(0, gauge("lanewise.pool.idle"));
                assertEquals(Optional.empty(), pool.borrow(Duration.ofMillis(2)));
                assertArrayEquals(new float[] {3}, one.get().predict(1f, 2f));
                assertArrayEquals(new float[] {3}, two.get().predict(1f, 2f));
            }
            assertEquals(0, gauge("lanewise.pool.used"));
            assertEquals(0, gauge("lanewise.pool.waiting"));
            assertEquals(2, counter("lanewise.pool.borrowed"));
            assertEquals(0, counter("lanewise.pool.swaps"));
            pool.swap(times(2));
            assertEquals(1, counter("lanewise.pool.swaps"));
            assertEquals(1, registry.get("lanewise.pool.wait").functionTimer().count());
            assertTrue(registry.get("lanewise.pool.wait").functionTimer().totalTime(TimeUnit.MILLISECONDS) >= 2);
            registry.getMeters().forEach(meter -> assertEquals("a", meter.getId().getTag("name")));
        }
    }

    @Test
    void modelsAreFollowedOverSwaps() {
        try (Pool<Predictor> pool = Pool.ofPredictors(times(1), 1)) {
            ModelMetrics models = new ModelMetrics(pool::model, "a");
            models.bindTo(registry);
            assertEquals(1, gauge("lanewise.model.warm"));
            assertEquals(0, gauge("lanewise.model.vectors"));
            assertEquals(0, gauge("lanewise.model.slow.calls"));
            assertEquals(pool.model().weightBytes(), gauge("lanewise.model.weights"));
            Search info = registry.find("lanewise.model.info");
            String first = pool.model().fingerprint();
            assertEquals(1, info.tags("name", "a", "model", "times 1.0", "fingerprint", first).gauge().value());
            Model next = times(2);
            pool.swap(next);
            models.refresh();
            assertEquals(next.fingerprint(), registry.get("lanewise.model.info").gauge().getId().getTag("fingerprint"));
            assertEquals(1, registry.find("lanewise.model.info").gauges().size());
        }
    }

    @Test
    void callsAreTimedByTheirOutcome() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(times(1), 1)) {
            CallTimer timer = new CallTimer("a", registry);
            assertArrayEquals(new float[] {5}, pool.call(p -> timer.time(() -> p.predict(2f, 3f))));
            assertArrayEquals(new float[] {7}, pool.call(p -> timer.time(() -> p.predict(3f, 4f))));
            assertThrows(InvalidInputException.class, () -> pool.call(p -> timer.time(() -> p.predict(2f))));
            assertThrows(NumberFormatException.class,
                    () -> pool.call(p -> timer.time(() -> p.predict(Float.parseFloat("x"), 3))));
            for (Map.Entry<String, Integer> count : Map.of("answered", 2, "refused", 1, "failed", 1).entrySet()) {
                assertEquals(count.getValue().longValue(), registry.get("lanewise.call")
                        .tags("name", "a", "outcome", count.getKey()).timer().count(), count.getKey());
            }
        }
    }
}
