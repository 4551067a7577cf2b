package lanewise.examples.service;

/** A request holds more than it may. */
final class BodyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException(int maxBody) {
        super("the body is longer than " + maxBody + " bytes; send fewer rows, or raise lanewise.max-body");
    }
}
