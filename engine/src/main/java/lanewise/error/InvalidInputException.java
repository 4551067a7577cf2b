package lanewise.error;

/**
 * A call was given something that the model can't take: a wrong name, rank, length or id, or more than the stated
 * maxima.
 */
public final class InvalidInputException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message which input, what was expected, what was found
     */
    public InvalidInputException(String message) {
        super(message);
    }
}
