package lanewise.plan.op;

/** One thing about one layer that can't be run; becomes a line of the refusal, behind the layer's path. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A problem of the layer that is being planned.
     *
     * @param message what is wrong, without the layer's name
     */
    public Problem(String message) {
        super(message, null, false, false);
    }
}
