package lanewise.kafka;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * What a model says to one event of a key, after all of the key's events before. Scores are equal if they are of the
 * same model and hold the same bits.
 *
 * @param model  the fingerprint of the model that gave it, 16 hex digits
 * @param values the model's output; not copied, so don't change it
 */
public record Score(String model, float[] values) implements Outcome {
    /** The number of hex digits of a fingerprint. */
    static final int FINGERPRINT_DIGITS = 16;

    /**
     * Checks the fingerprint.
     *
     * @throws IllegalArgumentException if it is not 16 hex digits
     */
    public Score {
        Objects.requireNonNull(values);
        if (model.length() != FINGERPRINT_DIGITS) {
            throw new IllegalArgumentException("'" + model + "' is no fingerprint, expected 16 hex digits");
        }
        HexFormat.fromHexDigitsToLong(model);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Score score && model.equals(score.model) && Arrays.equals(bits(), score.bits());
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + Arrays.hashCode(bits());
    }

    private int[] bits() {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Override
    public String toString() {
        return Arrays.toString(values) + " of model " + model;
    }
}
