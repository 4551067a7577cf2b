package lanewise;

/**
 * What came of replaying examples.
 *
 * @param calls      how many calls were replayed
 * @param values     how many values were compared
 * @param maxError   largest absolute difference
 * @param failure    the first value that is off by more than allowed, in words; null if none is
 * @param failedCall the call that it is in; -1 if there is none
 */
public record Verification(int calls, long values, double maxError, String failure, int failedCall) {
    /**
     * Whether every value is as expected.
     *
     * @return true if there is no failure
     */
    public boolean passed() {
        return failure == null;
    }
}
