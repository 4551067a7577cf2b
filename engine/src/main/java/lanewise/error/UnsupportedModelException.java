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
        this(problems.stream().map(Shortened::of).distinct().toArray(String[]::new));
    }

    private UnsupportedModelException(String... lines) {
        super(lines.length == 1 ? lines[0] : lines.length + " problems:\n  " + String.join("\n  ", lines), true);
        problems = lines;
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
