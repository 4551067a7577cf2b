package lanewise.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import lanewise.Pool;
import lanewise.PoolCounters;

/**
 * What a pool has lent, to how many, and how long they waited: {@code lanewise.pool.*}, tagged with a name.
 * Read from {@link Pool#counters} when the registry asks, so calls cost nothing more than without. Any thread may use
 * it.
 */
public final class PoolMetrics implements MeterBinder {
    private final Pool<?> pool;
    private final Tags tags;

    /**
     * Metrics of a pool.
     *
     * @param pool the pool; kept by its registry as long as the pool is kept elsewhere
     * @param name what to call it, the tag {@code name}
     */
    public PoolMetrics(Pool<?> pool, String name) {
        this.pool = Objects.requireNonNull(pool);
        this.tags = Tags.of("name", name);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "lanewise.pool.size", "how many can be lent at once", PoolCounters::size);
        gauge(registry, "lanewise.pool.used", "how many are lent now", PoolCounters::inUse);
        gauge(registry, "lanewise.pool.idle", "how many could be lent now", PoolCounters::idle);
        gauge(registry, "lanewise.pool.waiting", "threads that wait for one now", PoolCounters::waiting);
        counter(registry, "lanewise.pool.borrowed", "how many were lent", PoolCounters::borrowed);
        counter(registry, "lanewise.pool.swaps", "models that have taken the place of the one before",
                PoolCounters::swaps);
        FunctionTimer.builder("lanewise.pool.wait", pool, p -> p.counters().waited(), p -> p.counters().waitNanos(),
                TimeUnit.NANOSECONDS).tags(tags).description("borrowers that had to wait, and how long")
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<PoolCounters> value) {
        Gauge.builder(name, pool, p -> value.applyAsDouble(p.counters())).tags(tags).description(what)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, String what, ToDoubleFunction<PoolCounters> value) {
        FunctionCounter.builder(name, pool, p -> value.applyAsDouble(p.counters())).tags(tags).description(what)
                .register(registry);
    }
}
