package lanewise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import lanewise.error.Shortened;

/**
 * Who may use a predictor, stepper, scorer or window now, and what to tell a caller that asks for more than its maxima.
 * Shared with its tensors.
 *
 * <p>The first thread that uses it owns it from then on. Only the owner can give it away ({@link #release}); after that
 * another thread must take it ({@link #acquire}). What belongs to a thread that has ended belongs to nobody.
 *
 * <p>No race passes {@link #check}: only a thread itself ever writes that it is the owner, and only the owner gives
 * that up, or a {@link #close} that ends all use. So a plain read can't show a thread itself as the owner unless it is.
 */
final class Usage {
    private static final VarHandle OWNER;
    private static final Object RELEASED = new Object();
    private static final Object CLOSED = new Object();

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Usage.class, "owner", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LoadedModel model;
    private final String kind;
    /** Null for what has no maxima of its own. */
    private final String moreRoom;
    /** A thread, {@link #RELEASED}, {@link #CLOSED}, or null before the first use. Written through {@link #OWNER}. */
    @SuppressWarnings("UnusedVariable")
    private Object owner;
    /** Read and written by the owner only. */
    private boolean running;

    /**
     * The usage of what has no maxima of its own.
     *
     * @param model the model that it belongs to
     * @param kind  what it is, for messages
     */
    Usage(LoadedModel model, String kind) {
        this(model, kind, null);
    }

    /**
     * The usage of what was made for some maximum.
     *
     * @param model    the model that it belongs to
     * @param kind     what it is, for messages
     * @param moreRoom what it was made for and how to get more, with a %d for the maximum
     */
    Usage(LoadedModel model, String kind, String moreRoom) {
        this.model = model;
        this.kind = kind;
        this.moreRoom = moreRoom;
    }

    /**
     * Refuses a closed one, one that is another thread's, and one that is running. What nobody has used belongs to this
     * thread from now on.
     */
    void check() {
        if (owner != Thread.currentThread()) {
            adopt(false);
        }
        if (model.isClosed() || running) {
            throw unusable();
        }
    }

    private IllegalStateException unusable() {
        return new IllegalStateException(model.isClosed() ? "the model of this " + kind + " is closed"
                : "this " + kind + " is running; a custom layer can't use the one that runs it");
    }

    /** Refuses a thread that is not the owner, if there is one: for what is read before and between uses. */
    void checkForeign() {
        if (owner != Thread.currentThread()) {
            refuseOthers(OWNER.getAcquire(this));
        }
    }

    /** Marks that a call runs. */
    void begin() {
        check();
        running = true;
    }

    void end() {
        running = false;
    }

    /** Makes it this thread's, if nobody owns it. */
    void acquire() {
        if (owner != Thread.currentThread()) {
            adopt(true);
        }
        if (model.isClosed()) {
            throw unusable();
        }
    }

    /** Gives it away, unless it is running. What the owner has written is visible to the thread that takes it. */
    void release() {
        acquire();
        if (running) {
            throw unusable();
        }
        // fails only if it was closed meanwhile
        OWNER.compareAndSet(this, Thread.currentThread(), RELEASED);
    }

    /**
     * Makes it this thread's.
     *
     * @param released whether it may have been released
     */
    private void adopt(boolean released) {
        Object found = OWNER.getAcquire(this);
        if (found == RELEASED && !released) {
            throw new IllegalStateException("this " + kind
                    + " was released; call acquire() in the thread that uses it from now on");
        }
        // a thread that has ended can't use it any more, and all that it did is visible from here on
        refuseOthers(found);
        if (!OWNER.compareAndSet(this, found, Thread.currentThread())) {
            refuseOthers(OWNER.getAcquire(this));
            throw new IllegalStateException("another thread uses this " + kind);
        }
    }

    private void refuseOthers(Object found) {
        if (found == CLOSED) {
            throw new IllegalStateException("this " + kind + " is closed");
        }
        if (found instanceof Thread thread && thread.isAlive()) {
            throw new IllegalStateException("this " + kind + " belongs to thread '" + thread.getName()
                    + "', but thread '" + Thread.currentThread().getName() + "' uses it; give each thread its own, or"
                    + " hand it over: release() in the one, then acquire() in the other");
        }
    }

    /** Whether it or its model is closed; any thread may ask. */
    boolean isClosed() {
        return model.isClosed() || OWNER.getAcquire(this) == CLOSED;
    }

    /** Closes it, whoever owns it; returns whether it was open. */
    boolean close() {
        return OWNER.getAndSet(this, CLOSED) != CLOSED;
    }

    String moreRoom(int largest) {
        return String.format(moreRoom, largest);
    }

    /** Whether this thread owns it, so that it may read values. */
    boolean isOwn() {
        return owner == Thread.currentThread() && !model.isClosed();
    }

    /** What it is, for people. */
    String text(String more) {
        return Shortened.of(Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + " of '" + model.spec().name()
                + "'" + (more.isEmpty() ? "" : ": " + more) + (isClosed() ? ", closed" : ""));
    }
}
