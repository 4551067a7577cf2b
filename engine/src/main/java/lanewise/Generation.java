package lanewise;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * One of the models that a {@link Pool} has served, with what calls of it need. Lives until the pool has another model
 * and all that was lent has come back; then its last user closes it. Any number of threads may use it.
 */
final class Generation<T extends ThreadOwned> {
    /** Stands for one that could not be made, or that a borrower has closed; made anew when it is needed. */
    private static final Object MISSING = new Object();

    private final Model model;
    private final Function<? super Model, ? extends T> make;
    /** Those that are not lent, and {@link #MISSING}; null where one is lent. */
    private final AtomicReferenceArray<Object> idle;
    /** The pool until it has another model, and each borrower. */
    private final AtomicLong users = new AtomicLong(1);

    /**
     * Makes all that can be lent.
     *
     * @param model claimed, see {@link LoadedModel#claim}; if this fails, it is no longer
     */
    Generation(Model model, int size, Function<? super Model, ? extends T> make) {
        this.model = model;
        this.make = make;
        idle = new AtomicReferenceArray<>(size);
        try {
            for (int i = 0; i < size; i++) {
                idle.set(i, make.apply(model));
            }
        } catch (RuntimeException | Error e) {
            closeIdle();
            model.loaded.unclaim(false);
            throw e;
        }
    }

    Model model() {
        return model;
    }

    /** Keeps it alive until {@link #leave}; false if it is gone. */
    boolean enter() {
        long now = users.get();
        while (now > 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** Ends what {@link #enter} began; the last user frees the memory. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            closeIdle();
            if (model.loaded.unclaim(true)) {
                model.close();
            }
        }
    }

    private void closeIdle() {
        for (int i = 0; i < idle.length(); i++) {
            if (idle.getAndSet(i, null) instanceof ThreadOwned item) {
                item.close();
            }
        }
    }

    /**
     * Lends one to this thread, with states of zeros. There is one: the pool lends no more than there are, and counts
     * one as lent until it is back in its place.
     *
     * @throws RuntimeException what making one throws, if one has to be made; also if the model is closed
     */
    T take() {
        Object found = null;
        // the first places are taken first, so that caches hold what they hold
        for (int i = 0; found == null; i = (i + 1) % idle.length()) {
            found = idle.get(i) == null ? null : idle.getAndSet(i, null);
            if (found == null && i == idle.length() - 1) {
                Thread.onSpinWait();
            }
        }
        T item = null;
        try {
            item = found == MISSING ? null : acquired(found);
            if (item == null) {
                item = make.apply(model);
                item.acquire();
            }
            startAnew(item);
            return item;
        } catch (RuntimeException | Error e) {
            if (item != null) {
                item.close();
            }
            put(MISSING);
            throw e;
        }
    }

    /** Makes one this thread's; null if a borrower before has closed it, or has acquired it again by himself. */
    @SuppressWarnings("unchecked")
    private T acquired(Object found) {
        T item = (T) found;
        try {
            item.acquire();
            return item;
        } catch (IllegalStateException e) {
            item.close();
            return null;
        }
    }

    private static void startAnew(ThreadOwned item) {
        switch (item) {
            case Predictor predictor -> predictor.resetStates();
            case Stepper stepper -> stepper.reset();
            case Scorer scorer -> scorer.resetStates();
            case Window window -> window.reset();
            case Decoder decoder -> decoder.resetStates();
        }
    }

    /**
     * Takes one back from this thread.
     *
     * @throws IllegalStateException if it is another thread's, or running; nothing changes then
     */
    void takeBack(T item) {
        try {
            item.acquire();
            item.release();
        } catch (IllegalStateException e) {
            if (!item.isClosed()) {
                throw e;
            }
            drop(item);
            return;
        }
        put(item);
    }

    /** Closes one instead of taking it back. */
    void drop(T item) {
        item.close();
        put(MISSING);
    }

    private void put(Object item) {
        for (int i = 0;; i = (i + 1) % idle.length()) {
            if (idle.get(i) == null && idle.compareAndSet(i, null, item)) {
                return;
            }
        }
    }
}
