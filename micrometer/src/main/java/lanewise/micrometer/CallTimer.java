package lanewise.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;

/**
 * Times calls: {@code lanewise.call}, tagged with a name and with an {@code outcome}: {@code answered}, {@code refused}
 * for input that does not fit the model or its limits, {@code failed} for any other exception. Any thread may use it. A
 * timed call looks at the clock twice; calls that are not wrapped pay nothing.
 */
public final class CallTimer {
    private final Timer answered;
    private final Timer refused;
    private final Timer failed;

    /**
     * Creates timers.
     *
     * @param name     what to call them, the tag {@code name}; best that of the pool
     * @param registry where the timers are
     */
    public CallTimer(String name, MeterRegistry registry) {
        answered = timer(name, "answered", registry);
        refused = timer(name, "refused", registry);
        failed = timer(name, "failed", registry);
    }

    private static Timer timer(String name, String outcome, MeterRegistry registry) {
        return Timer.builder("lanewise.call").tags("name", name, "outcome", outcome)
                .description("calls of the model, without waiting").register(registry);
    }

    /**
     * Calls, and notes how long it took.
     *
     * @param <R>  what it results in
     * @param call calls what was borrowed, so that the time holds no waiting
     * @return the result
     */
    public <R> R time(Supplier<? extends R> call) {
        Timer timer = failed;
        long begin = System.nanoTime();
        try {
            R result = call.get();
            timer = answered;
            return result;
        } catch (InvalidInputException | LimitExceededException e) {
            timer = refused;
            throw e;
        } finally {
            timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }
}
