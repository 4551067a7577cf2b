package lanewise.error;

/** A model file is missing, cut short, damaged, or of a kind that Lanewise can't read. */
public final class ModelFileException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message which file, where in it, what was expected, what was found
     */
    public ModelFileException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message which file, where in it, what was expected, what was found
     * @param cause   the original exception
     */
    public ModelFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
