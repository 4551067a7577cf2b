package lanewise.error;

/**
 * The parts of a model's description do not fit together, such as a shape and the values of an array. Constructors of
 * {@code lanewise.spec} and {@code lanewise.text} throw it. Whoever reads a file or plans a model turns it, and no
 * other {@link IllegalArgumentException}, into an exception that says where the parts come from.
 */
public final class InvalidSpecException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message which part, what was expected, what was found
     */
    public InvalidSpecException(String message) {
        super(message);
    }
}
