package lanewise.tasks;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import lanewise.Model;

/**
 * A model that is open once in this JVM, however many tasks hold it: the first opens it, the last closes it. For
 * frameworks that start tasks which know nothing of each other.
 */
public final class SharedModel implements AutoCloseable {
    private static final Map<String, Shared> OPEN = new ConcurrentHashMap<>();

    private final Shared shared;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private SharedModel(Shared shared) {
        this.shared = shared;
    }

    /** A model and how many hold it. Its lock is held while it is opened. */
    private static final class Shared {
        private final String key;
        /** Null before it is open. */
        private Model model;
        private int holders;
        /** Whether its last holder has closed it. */
        private boolean gone;

        Shared(String key) {
            this.key = key;
        }

        /** Returns false if it is gone. */
        synchronized boolean hold(Supplier<Model> open) {
            if (gone) {
                return false;
            }
            if (model == null) {
                try {
                    model = Objects.requireNonNull(open.get());
                } finally {
                    if (model == null) {
                        remove();
                    }
                }
            }
            holders++;
            return true;
        }

        synchronized void letGo() {
            if (--holders == 0) {
                remove();
                model.close();
            }
        }

        private void remove() {
            gone = true;
            OPEN.remove(key, this);
        }
    }

    /**
     * Holds a model: opens it if nobody holds it now, else waits while another opens it.
     *
     * @param key  says which model, for example its path and when it was changed
     * @param open opens the model; what it throws is thrown here, and the next holder tries again
     * @return the model, until it is closed
     */
    public static SharedModel hold(String key, Supplier<Model> open) {
        Objects.requireNonNull(open);
        while (true) {
            Shared shared = OPEN.computeIfAbsent(key, Shared::new);
            if (shared.hold(open)) {
                return new SharedModel(shared);
            }
        }
    }

    /**
     * The model.
     *
     * @return the same for all holders of the key; don't close it
     * @throws IllegalStateException if this is closed
     */
    public Model model() {
        if (!held.get()) {
            throw new IllegalStateException("this holder of model '" + shared.key + "' is closed");
        }
        return shared.model;
    }

    /** Lets the model go; the last who holds it closes it. Closing twice does nothing. */
    @Override
    public void close() {
        if (held.compareAndSet(true, false)) {
            shared.letGo();
        }
    }

    @Override
    public String toString() {
        return "SharedModel[" + shared.key + (held.get() ? "" : ", closed") + "]";
    }
}
