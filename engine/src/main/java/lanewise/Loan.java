package lanewise;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What was borrowed from a {@link Pool}, until it is closed: that gives it back. For a {@code try} statement.
 *
 * @param <T> what is lent
 */
public final class Loan<T extends ThreadOwned> implements AutoCloseable {
    private final Generation<T> generation;
    private final Runnable atEnd;
    private final T item;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /**
     * Takes one of a generation, for this thread.
     *
     * @param generation entered, see {@link Generation#enter}; left at the end of the loan
     * @param atEnd      called at the end
     */
    Loan(Generation<T> generation, Runnable atEnd) {
        this.generation = generation;
        this.atEnd = atEnd;
        item = generation.take();
    }

    /**
     * What was borrowed. It belongs to the thread that borrowed it; don't keep it beyond {@link #close}. To go on in
     * another thread, call {@link ThreadOwned#release} here and {@link ThreadOwned#acquire} there.
     *
     * @return the predictor, stepper, scorer or window
     * @throws IllegalStateException if it was given back
     */
    public T get() {
        if (!open.get()) {
            throw new IllegalStateException("this loan was given back to its pool; borrow again");
        }
        return item;
    }

    /**
     * The model that it is of: that of the pool when it was borrowed. It stays open until the loan is closed.
     *
     * @return the model; the pool closes it
     */
    public Model model() {
        return generation.model();
    }

    /**
     * Gives back what was borrowed, in the thread that it belongs to. Closing twice does nothing.
     *
     * @throws IllegalStateException if it belongs to another thread now, or is running; it stays borrowed then
     */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            try {
                generation.takeBack(item);
            } catch (RuntimeException | Error e) {
                open.set(true);
                throw e;
            }
            end();
        }
    }

    /** Closes what was borrowed, whoever has it. */
    void drop() {
        if (open.compareAndSet(true, false)) {
            generation.drop(item);
            end();
        }
    }

    private void end() {
        try {
            generation.leave();
        } finally {
            atEnd.run();
        }
    }

    @Override
    public String toString() {
        return "Loan[" + (open.get() ? item : "given back") + "]";
    }
}
