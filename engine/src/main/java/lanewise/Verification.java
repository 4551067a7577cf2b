package lanewise;

import java.util.Objects;
import java.util.Optional;

/**
 * The result of replaying examples. Immutable.
 *
 * @param calls    how many calls were replayed
 * @param values   how many values were compared
 * @param maxError largest absolute difference
 * @param failure  the first value that is off by more than allowed, or empty if none is
 */
public record Verification(int calls, long values, double maxError, Optional<Failure> failure) {
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

    /** Checks that the failure is not null. */
    public Verification {
        Objects.requireNonNull(failure);
    }

    /**
     * Whether every value is as expected.
     *
     * @return true if there is no failure
     */
    public boolean passed() {
        return failure.isEmpty();
    }
}
