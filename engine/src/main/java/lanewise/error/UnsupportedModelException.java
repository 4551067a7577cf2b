package lanewise.error;

import java.util.List;

/** A model can't be run exactly. Lists every reason at once. */
public final class UnsupportedModelException extends LanewiseException {
    private static final long serialVersionUID = 1L;

    /** An array, because it is serializable whatever list was given. */
    private final String[] problems;

    /**
     * Creates an exception for a list of reasons.
     *
     * @param problems at least one; one per layer and option: path, class, what was found, what is supported, what to
     *                 do
     */
    public UnsupportedModelException(List<String> problems) {
        super(problems.size() == 1 ? problems.getFirst()
                : problems.size() + " problems:\n  " + String.join("\n  ", problems));
        this.problems = problems.toArray(String[]::new);
    }

    /**
     * The reasons.
     *
     * @return an immutable list of at least one
     */
    public List<String> problems() {
        return List.of(problems);
    }
}
