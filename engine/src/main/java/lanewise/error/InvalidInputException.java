package lanewise.error;

/**
 * A call was given something that the model can't take: a wrong name, rank, length, id, or more than the stated maxima.
 */
public final class InvalidInputException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with its message.
     *
     * @param message which input, expected and found
     */
    public InvalidInputException(String message) {
        super(message);
    }
}
