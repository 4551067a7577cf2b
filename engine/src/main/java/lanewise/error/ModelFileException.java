package lanewise.error;

/** A model file is missing, cut short, damaged, or of a kind that nobody here can read. */
public final class ModelFileException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with its message.
     *
     * @param message which file, where in it, expected and found
     */
    public ModelFileException(String message) {
        super(message);
    }

    /**
     * An exception that follows from another.
     *
     * @param message which file, where in it, expected and found
     * @param cause   what a library threw
     */
    public ModelFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
