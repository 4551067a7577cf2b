package lanewise;

/**
 * What one call of a model needs, and so belongs to one thread at a time: the first that uses it. Another thread is
 * refused, until the owner has called {@link #release} and the other {@link #acquire}. A {@link Pool} does that for
 * whoever borrows from it.
 */
public sealed interface ThreadOwned extends AutoCloseable permits Session, Scorer, Window, Decoder {
    /**
     * Makes this the calling thread's own. Needed only after {@link #release}: what nobody has used yet, or whose owner
     * has ended, belongs to the next thread that uses it. Does nothing if it is this thread's already.
     *
     * @throws IllegalStateException if it belongs to another thread, which has not released it, or is closed
     */
    void acquire();

    /**
     * Gives this away, with all that it holds. Until the next thread calls {@link #acquire}, every use is refused.
     *
     * @throws IllegalStateException if it belongs to another thread, or is closed or running
     */
    void release();

    /**
     * Whether it can't be used any more. Any thread may ask.
     *
     * @return true once it or its model is closed
     */
    boolean isClosed();

    /** Frees the memory. Any thread may close; closing twice does nothing. */
    @Override
    void close();
}
