package lanewise;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;

/**
 * Predictors for many threads, virtual ones too, and a model that can be replaced while they score:
 *
 * <pre>{@code
 * try (Pool<Predictor> pool = Pool.ofPredictors(Model.open(path), 8)) {
 *     float[] y = pool.call(predictor -> predictor.predict(x));
 *     pool.swap(Model.open(next));
 * }
 * }</pre>
 *
 * <p>A pool lends as many at once as it has; who comes later waits, in the order of coming. What is lent belongs to the
 * borrower's thread until it comes back, starts from states of zeros, and stays with the model that it was made of. A
 * {@link Predictor}, a {@link Stepper}, a {@link Scorer} and a {@link Window} can be lent.
 *
 * <p><b>The pool owns its models.</b> It closes a model once another has taken its place, or the pool is closed, and
 * the last borrower has come back; so don't close it yourself. Several pools may be given the same model: the last to
 * let it go closes it.
 *
 * <p>A pool starts no thread. Borrowing takes no lock unless it waits.
 *
 * @param <T> what is lent
 */
public final class Pool<T extends ThreadOwned> implements AutoCloseable {
    private final int size;
    private final Function<? super Model, ? extends T> make;
    /** As many as can be lent; one more, for all who wait, once the pool is closed. */
    private final Semaphore permits;
    private final ReentrantLock swapping = new ReentrantLock();
    private volatile Generation<T> newest;
    private volatile boolean closed;
    private final LongAdder borrowed = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final AtomicLong swaps = new AtomicLong();

    private Pool(Model model, int size, Function<? super Model, ? extends T> make) {
        Objects.requireNonNull(make);
        if (size < 1) {
            throw new InvalidInputException("a pool of " + size + ", expected at least 1");
        }
        this.size = size;
        this.make = make;
        permits = new Semaphore(size, true);
        model.loaded.claim();
        newest = new Generation<>(model, size, make);
    }

    /**
     * Lends predictors for one row, of up to {@link Model#DEFAULT_MAX_STEPS} steps.
     *
     * @param model the model; the pool closes it
     * @param size  how many; as many as there are processors serve any number of threads
     * @return the pool; close it when it is no longer needed
     * @throws InvalidInputException  if the size is below 1
     * @throws LimitExceededException if a predictor needs more than the limits allow
     * @throws IllegalStateException  if the model is closed
     */
    public static Pool<Predictor> ofPredictors(Model model, int size) {
        return of(model, size, Model::predictor);
    }

    /**
     * Lends steppers for one stream each, which start with a new stream; see {@link Stepper#restore}.
     *
     * @param model the model; the pool closes it
     * @param size  how many
     * @return the pool; close it when it is no longer needed
     * @throws lanewise.error.UnsupportedModelException if the model can't be stepped, with every reason
     * @throws InvalidInputException                    if the size is below 1
     * @throws LimitExceededException                   if a stepper needs more than the limits allow
     * @throws IllegalStateException                    if the model is closed
     */
    public static Pool<Stepper> ofSteppers(Model model, int size) {
        return of(model, size, Model::stepper);
    }

    /**
     * Lends scorers: for texts and rows of any size, with labels.
     *
     * @param model the model; the pool closes it
     * @param size  how many
     * @return the pool; close it when it is no longer needed
     * @throws InvalidInputException if the size is below 1
     * @throws IllegalStateException if the model is closed
     */
    public static Pool<Scorer> ofScorers(Model model, int size) {
        return of(model, size, Model::scorer);
    }

    /**
     * Lends what a function makes, for example {@code Pool.of(model, 8, m -> m.predictor(32, 100))}.
     *
     * @param <T>   what is lent
     * @param model the model; the pool closes it, unless this call fails
     * @param size  how many
     * @param make  makes one of a model, with its settings; called now and by {@link #swap}, and by a borrower if the
     *              one before it closed what it had borrowed
     * @return the pool; close it when it is no longer needed
     * @throws InvalidInputException if the size is below 1
     * @throws IllegalStateException if the model is closed
     */
    public static <T extends ThreadOwned> Pool<T> of(Model model, int size, Function<? super Model, ? extends T> make) {
        return new Pool<>(model, size, make);
    }

    /**
     * Borrows, and waits until something can be borrowed. Use it in a {@code try} statement, which gives it back.
     *
     * @return what was borrowed
     * @throws InterruptedException  if the thread is interrupted before or while it waits; nothing is borrowed then
     * @throws IllegalStateException if the pool is closed, also while the thread waits
     */
    public Loan<T> borrow() throws InterruptedException {
        if (!permits.tryAcquire(0, TimeUnit.NANOSECONDS)) {
            long begin = System.nanoTime();
            try {
                permits.acquire();
            } finally {
                noteWait(begin);
            }
        }
        return lend();
    }

    /**
     * Borrows, unless nothing can be borrowed in time. So a service can refuse a request rather than keep it waiting.
     *
     * @param atMost how long to wait
     * @return what was borrowed, or empty if the time has passed
     * @throws InterruptedException  if the thread is interrupted before or while it waits; nothing is borrowed then
     * @throws IllegalStateException if the pool is closed, also while the thread waits
     */
    public Optional<Loan<T>> borrow(Duration atMost) throws InterruptedException {
        if (!permits.tryAcquire(0, TimeUnit.NANOSECONDS)) {
            long begin = System.nanoTime();
            try {
                // as it saturates, any duration will do
                if (!permits.tryAcquire(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS)) {
                    return Optional.empty();
                }
            } finally {
                noteWait(begin);
            }
        }
        return Optional.of(lend());
    }

    private void noteWait(long begin) {
        waited.increment();
        waitNanos.add(System.nanoTime() - begin);
    }

    /** Lends with a permit, or gives up the permit. */
    private Loan<T> lend() {
        try {
            while (!closed) {
                Generation<T> generation = newest;
                // one that is gone has a successor
                if (generation.enter()) {
                    return lend(generation);
                }
            }
            throw new IllegalStateException("the pool is closed");
        } catch (RuntimeException | Error e) {
            // where the pool is closed, this wakes the next who waits
            permits.release();
            throw e;
        }
    }

    private Loan<T> lend(Generation<T> generation) {
        try {
            Loan<T> loan = new Loan<>(generation, this::noteReturn);
            borrowed.increment();
            return loan;
        } catch (RuntimeException | Error e) {
            generation.leave();
            throw e;
        }
    }

    private void noteReturn() {
        returned.increment();
        permits.release();
    }

    /**
     * Borrows for one use.
     *
     * @param <R> what it results in
     * @param use is given what was borrowed; must not keep it, nor leave it to another thread
     * @return the result
     * @throws InterruptedException  if the thread is interrupted before or while it waits; nothing is called then
     * @throws IllegalStateException if the pool is closed, also while the thread waits
     */
    public <R> R call(Function<? super T, ? extends R> use) throws InterruptedException {
        Objects.requireNonNull(use);
        Loan<T> loan = borrow();
        R result;
        try {
            result = use.apply(loan.get());
        } catch (Throwable e) {
            giveBack(loan, e);
            throw e;
        }
        giveBack(loan, null);
        return result;
    }

    /** Gives back, also what the use has left to another thread: that is closed, since nobody could give it back. */
    private static void giveBack(Loan<?> loan, Throwable thrown) {
        try {
            loan.close();
        } catch (IllegalStateException e) {
            loan.drop();
            if (thrown == null) {
                throw e;
            }
            thrown.addSuppressed(e);
        }
    }

    /**
     * Replaces the model. Who has borrowed goes on with the old one; who borrows from now on has the new one. No call
     * is lost and none waits. The old model is closed when its last borrower has come back.
     *
     * <p>A model answers with scalar code at first. Where that matters, call {@link Model#warmUp} of the next model
     * before.
     *
     * @param next the model to use from now on; the pool closes it, unless this call fails
     * @throws InvalidInputException  if its inputs, outputs, text handling or labels differ from those of the model
     *                                before, with every difference; nothing has changed then, and {@code next} is still
     *                                open and the caller's
     * @throws LimitExceededException if what is lent needs more than the limits of {@code next} allow; likewise
     * @throws IllegalStateException  if the pool or {@code next} is closed; likewise
     */
    public void swap(Model next) {
        Objects.requireNonNull(next);
        swapping.lock();
        try {
            Generation<T> old = newest;
            if (closed) {
                throw new IllegalStateException("the pool is closed");
            }
            next.loaded.checkOpen();
            if (old.model() == next) {
                throw new InvalidInputException("the pool serves this model already; open the next one");
            }
            List<String> differences = Contract.of(old.model().loaded)
                    .differences(Contract.of(next.loaded));
            if (!differences.isEmpty()) {
                throw new InvalidInputException("model '" + next.spec().name() + "' can't take the place of '"
                        + old.model().spec().name() + "': " + String.join("; ", differences)
                        + ". Make a pool of its own for it");
            }
            next.loaded.claim();
            newest = new Generation<>(next, size, make);
            swaps.incrementAndGet();
            old.leave();
        } finally {
            swapping.unlock();
        }
    }

    /**
     * The model that who borrows now is given.
     *
     * @return the model; the pool closes it. What needs it for longer borrows, and asks {@link Loan#model}
     */
    public Model model() {
        return newest.model();
    }

    /**
     * What the pool has done so far, for a service's metrics.
     *
     * @return numbers of this moment
     */
    public PoolCounters counters() {
        // in this order, so that no more have come back than were lent
        long back = returned.sum();
        long lent = borrowed.sum();
        int inUse = (int) Math.min(size, lent - back);
        return new PoolCounters(size, inUse, closed ? 0 : size - inUse, permits.getQueueLength(), lent, waited.sum(),
                waitNanos.sum(), swaps.get());
    }

    /**
     * Closes the pool: who waits is refused, who has borrowed goes on. The model is closed when its last borrower has
     * come back. Closing twice does nothing.
     */
    @Override
    public void close() {
        swapping.lock();
        try {
            if (!closed) {
                closed = true;
                newest.leave();
                permits.release();
            }
        } finally {
            swapping.unlock();
        }
    }

    @Override
    public String toString() {
        PoolCounters now = counters();
        return "Pool[" + newest.model().spec().name() + ", " + now.inUse() + " of " + size + " lent"
                + (closed ? ", closed" : "") + "]";
    }
}
