package lanewise.error;

/**
 * A model or a call needs more than a limit allows: memory, operations, time. Nothing was reserved for it. The message
 * names the limit, what is needed, and how to raise the limit; see {@code lanewise.options.Limits}.
 */
public final class LimitExceededException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message the limit, what is needed, how to raise the limit
     */
    public LimitExceededException(String message) {
        super(message);
    }
}
