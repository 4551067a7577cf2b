package lanewise.examples.service;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import lanewise.Loan;
import lanewise.Model;
import lanewise.Pool;
import lanewise.Scorer;
import lanewise.Verification;
import lanewise.error.InvalidInputException;
import lanewise.micrometer.CallTimer;
import lanewise.micrometer.ModelMetrics;
import lanewise.micrometer.PoolMetrics;
import lanewise.spec.Examples;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The model that serves, in a pool, and how another one takes its place. Any thread may use it. */
@Component
class ServedModel {
    /** Examples that are replayed before a model serves; {@code lanewise verify} replays all. */
    static final int REPLAYED = 32;

    private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

    private final Settings settings;
    private final Pool<Scorer> pool;
    private final CallTimer timer;
    private final ModelMetrics metrics;
    private volatile Path file;

    ServedModel(Settings settings, MeterRegistry registry) {
        this.settings = settings;
        file = settings.model();
        Model model = opened(file);
        pool = Pool.ofScorers(model, settings.size());
        timer = new CallTimer("model", registry);
        metrics = new ModelMetrics(pool::model, "model");
        new PoolMetrics(pool, "model").bindTo(registry);
        metrics.bindTo(registry);
        // requests are answered from now on; what follows waits for the warm-up and says what it came to
        Thread.ofVirtual().name("kernels").start(() -> report(model));
    }

    /** A model that answers as its training framework did, as far as its file holds examples of that. */
    private static Model opened(Path path) {
        Model model = Model.open(path);
        try {
            Examples all = model.examples();
            Verification verification = model.verify(new Examples(
                    all.calls().subList(0, Math.min(REPLAYED, all.calls().size())), all.absolute(), all.relative()));
            if (!verification.passed()) {
                throw new InvalidInputException(path.getFileName() + " does not answer as its training framework did: "
                        + verification.failure().orElseThrow().message());
            }
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Says which kernels compute, and what a call takes with them. */
    private static void report(Model model) {
        try {
            while (!model.isWarmedUp()) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        String kernels = kernels(model);
        if (model.usesVectors()) {
            LOG.info("model '{}' {}: {}", model.spec().name(), model.fingerprint(), kernels);
        } else {
            LOG.warn("model '{}' {}: {}. With vector kernels calls would take a fifth to a ninth of the time",
                    model.spec().name(), model.fingerprint(), kernels);
        }
    }

    /** Which kernels compute, and why: a line of {@link Model#explain}. */
    static String kernels(Model model) {
        return model.explain().lines().findFirst().orElseThrow().replaceFirst("kernels\\s+", "");
    }

    /**
     * Scores with the model that serves now.
     *
     * @param use is given a scorer of this model
     * @throws BusyException if no scorer is free in time
     */
    <R> R call(Function<Loan<Scorer>, R> use) {
        try (Loan<Scorer> loan = pool.borrow(settings.maxWait()).orElseThrow(BusyException::new)) {
            return timer.time(() -> use.apply(loan));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        }
    }

    /** The model that serves now. */
    Model model() {
        return pool.model();
    }

    /** Its file. */
    Path file() {
        return file;
    }

    /** What the pool counts. */
    Pool<Scorer> pool() {
        return pool;
    }

    /**
     * Lets another model serve. It must lie beside the first, take and give the same, and answer its examples right;
     * else it is refused, and nothing has changed. Nobody waits: calls go on with the old model until the new one is
     * warm.
     *
     * @param name the name of its file
     * @return the model
     */
    synchronized Model swap(String name) throws IOException {
        Path next = settings.model().toAbsolutePath().resolveSibling(name);
        if (!next.getFileName().toString().equals(name) || !Files.isRegularFile(next)) {
            throw new NoSuchFileException(name, null, "there is no such file beside " + settings.model().getFileName());
        }
        Model model = opened(next);
        try {
            Duration atMost = settings.warmUp();
            model.warmUp(atMost);
            pool.swap(model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
        file = next;
        metrics.refresh();
        return model;
    }

    @PreDestroy
    void close() {
        pool.close();
    }
}
