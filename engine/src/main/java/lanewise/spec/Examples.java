package lanewise.spec;

import java.util.List;

/**
 * Verification examples in a model file: calls and the training framework's answers.
 *
 * <p>A value passes when {@code |got - expected| <= absolute + relative * |expected|}; NaN equals NaN, and an infinity
 * equals itself.
 *
 * @param calls    the calls, in order
 * @param absolute allowed absolute difference
 * @param relative allowed difference relative to the expected value
 */
public record Examples(List<Example> calls, double absolute, double relative) {
    /** No examples. */
    public static final Examples NONE = new Examples(List.of(), 1e-5, 1e-5);

    /** Copies the list. */
    public Examples {
        calls = List.copyOf(calls);
    }

    /** How many there are, and how near answers must come. */
    @Override
    public String toString() {
        return "Examples[" + calls.size() + " calls, within " + absolute + " + " + relative + " * |expected|]";
    }
}
