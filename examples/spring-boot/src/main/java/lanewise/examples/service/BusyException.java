package lanewise.examples.service;

/** No scorer was free in time. */
final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException() {
        super("all predictors are busy; try again later");
    }
}
