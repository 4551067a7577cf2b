package lanewise;

import java.util.Objects;

/**
 * A label with the probability that a model gives it. Immutable.
 *
 * @param name        the label
 * @param index       its position in the model's labels
 * @param probability the model's output for it; with two labels and one output value p, they get 1 - p and p
 */
public record Label(String name, int index, float probability) {
    /** Checks that there is a name. */
    public Label {
        Objects.requireNonNull(name);
    }
}
