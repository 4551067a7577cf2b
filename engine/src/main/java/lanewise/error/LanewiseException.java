package lanewise.error;

/** Anything that Lanewise refuses: the message says what, where, what was expected and found, and the way out. */
public sealed class LanewiseException extends RuntimeException
        permits InvalidInputException, ModelFileException, UnsupportedModelException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with its message.
     *
     * @param message what is wrong
     */
    LanewiseException(String message) {
        super(message);
    }

    /**
     * An exception that follows from another.
     *
     * @param message what is wrong
     * @param cause   what was thrown first
     */
    LanewiseException(String message, Throwable cause) {
        super(message, cause);
    }
}
