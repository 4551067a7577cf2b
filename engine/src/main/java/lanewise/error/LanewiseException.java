package lanewise.error;

/**
 * Anything that Lanewise refuses. The message says what is wrong, where, what was expected, what was found, and a way
 * out.
 */
public sealed class LanewiseException extends RuntimeException
        permits InvalidInputException, ModelFileException, UnsupportedModelException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message what is wrong
     */
    LanewiseException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what is wrong
     * @param cause   the original exception
     */
    LanewiseException(String message, Throwable cause) {
        super(message, cause);
    }
}
