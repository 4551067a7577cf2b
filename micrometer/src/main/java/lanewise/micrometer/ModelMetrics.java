package lanewise.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import lanewise.Model;

/**
 * How a model runs, and which it is: {@code lanewise.model.*}, tagged with a name. Read from the model when the
 * registry asks, so calls cost nothing more than without. Any thread may use it.
 */
public final class ModelMetrics implements MeterBinder {
    private final Supplier<Model> model;
    private final Tags tags;
    private final List<MultiGauge> infos = new CopyOnWriteArrayList<>();

    /**
     * Metrics of a model that may be replaced.
     *
     * @param model gives the model that serves now, for example {@code pool::model}
     * @param name  what to call it, the tag {@code name}; best that of the pool
     */
    public ModelMetrics(Supplier<Model> model, String name) {
        this.model = Objects.requireNonNull(model);
        this.tags = Tags.of("name", name);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge("lanewise.model.warm", "1 if nothing is left to warm up", m -> m.isWarmedUp() ? 1 : 0)
                .register(registry);
        gauge("lanewise.model.vectors", "1 if it computes with vector kernels", m -> m.usesVectors() ? 1 : 0)
                .register(registry);
        gauge("lanewise.model.slow.calls", "calls and steps that took at least four times what they should",
                Model::slowCalls).register(registry);
        gauge("lanewise.model.weights", "packed weights, off the heap", Model::weightBytes)
                .baseUnit(BaseUnits.BYTES).register(registry);
        infos.add(MultiGauge.builder("lanewise.model.info").tags(tags)
                .description("always 1; its tags say which model serves").register(registry));
        refresh();
    }

    private Gauge.Builder<Supplier<Model>> gauge(String name, String what, ToDoubleFunction<Model> value) {
        // the supplier is often a lambda that nobody else holds
        return Gauge.builder(name, model, m -> value.applyAsDouble(m.get())).strongReference(true).tags(tags)
                .description(what);
    }

    /**
     * Says anew which model serves, in the tags {@code model} and {@code fingerprint} of {@code lanewise.model.info}.
     * Tags don't follow by themselves: call it after {@link lanewise.Pool#swap}.
     */
    public void refresh() {
        Model now = model.get();
        MultiGauge.Row<?> row = MultiGauge.Row.of(
                Tags.of("model", now.spec().name(), "fingerprint", now.fingerprint()), 1);
        infos.forEach(info -> info.register(List.of(row), true));
    }
}
