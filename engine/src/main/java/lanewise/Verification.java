package lanewise;

import java.util.Objects;
import java.util.Optional;

/**
 * The result of replaying examples. Immutable.
 *
 * <p>A model of float32 weights passes if each value is as near to what was expected as the examples allow. Weights of
 * 16 bits give other answers than those that they were rounded from, so two things are checked of such a model: its
 * kernels must be as near as the examples allow to a run in double precision over the same weights, and what rounding
 * moved must be within a limit, where there is one.
 *
 * @param calls    how many calls were replayed
 * @param values   how many values were compared
 * @param maxError largest absolute difference from what was expected, of narrow weights too
 * @param failure  the first value that is off by more than allowed, or empty if none is
 * @param rounding what was found of narrow weights, or empty if all are float32
 */
public record Verification(int calls, long values, double maxError, Optional<Failure> failure,
        Optional<Rounding> rounding) {
    /**
     * A value that is off by more than allowed.
     *
     * @param call    the number of its call, from 0
     * @param message output, position, found and expected, in words
     */
    public record Failure(int call, String message) {
        /** Checks that there are words. */
        public Failure {
            Objects.requireNonNull(message);
        }
    }

    /**
     * What rounding the weights to 16 bits did.
     *
     * @param kernelError largest absolute difference from a run in double precision over the same weights
     * @param distance    how far rounding moved an output: the largest difference from what was expected, less what the
     *                    examples allow anyway; of an output whose largest expected value is above 1, as a part of that
     *                    value; a text that changed counts as 1
     * @param farthest    the value that moved so far, in words; empty if none moved by more than the examples allow
     */
    public record Rounding(double kernelError, double distance, Optional<Failure> farthest) {
        /** Checks that the value is not null. */
        public Rounding {
            Objects.requireNonNull(farthest);
        }
    }

    /** Checks that nothing is null. */
    public Verification {
        Objects.requireNonNull(failure);
        Objects.requireNonNull(rounding);
    }

    /**
     * Whether every value is as expected.
     *
     * @return true if there is no failure
     */
    public boolean passed() {
        return failure.isEmpty();
    }

    /**
     * The same result where narrow weights may move outputs only so far. Changes nothing of float32 weights.
     *
     * @param limit the largest {@link Rounding#distance} that passes
     * @return this, or a failure
     */
    public Verification within(double limit) {
        if (!passed() || rounding.isEmpty() || rounding.get().distance() <= limit) {
            return this;
        }
        Failure far = rounding.get().farthest().orElseThrow();
        return new Verification(calls, values, maxError, Optional.of(new Failure(far.call(), far.message()
                + ": rounding the weights moved it by " + (float) rounding.get().distance()
                + ", and the limit is " + (float) limit)), rounding);
    }

    /** Whether all is as expected, and if not, what is not. */
    @Override
    public String toString() {
        return "Verification[" + failure.map(found -> "failed: " + found.message()).orElse("passed") + ", " + calls
                + " calls, " + values + " values, largest error " + (float) maxError
                + rounding.map(found -> ", rounding moved outputs by " + (float) found.distance()).orElse("") + "]";
    }
}
