package lanewise;

/**
 * Whether a predictor or stepper may be used now, and what to tell a caller that asks for more than its maxima. Shared
 * with its tensors.
 */
final class Usage {
    private final LoadedModel model;
    private final String kind;
    private final String moreRoom;
    private boolean running;
    private boolean closed;

    /**
     * The usage of a new predictor or stepper.
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

    /** Refuses a closed one, and one that another thread is using. */
    void check() {
        if (closed || model.isClosed()) {
            throw new IllegalStateException(
                    closed ? "this " + kind + " is closed" : "the model of this " + kind + " is closed");
        }
        if (running) {
            throw new IllegalStateException("another thread is using this " + kind + "; give each thread its own");
        }
    }

    /** Marks that a call runs, to catch another thread; best effort, without a lock. */
    void begin() {
        check();
        running = true;
    }

    void end() {
        running = false;
    }

    /** Closes it; returns whether it was open. */
    boolean close() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    String moreRoom(int largest) {
        return String.format(moreRoom, largest);
    }
}
