package lanewise.error;

/**
 * Anything that Lanewise refuses. The message says what is wrong, where, what was expected, what was found, and a way
 * out.
 */
public sealed class LanewiseException extends RuntimeException
        permits InvalidInputException, LimitExceededException, ModelFileException, UnsupportedModelException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message what is wrong
     */
    LanewiseException(String message) {
        super(Shortened.of(message));
    }

    /**
     * Creates an exception whose message may have several lines.
     *
     * @param lines what is wrong, shortened already
     * @param ready true; tells the constructors apart
     */
    LanewiseException(String lines, boolean ready) {
        super(lines);
        assert ready;
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what is wrong
     * @param cause   the original exception
     */
    LanewiseException(String message, Throwable cause) {
        super(Shortened.of(message), cause);
    }
}
