package lanewise;

/**
 * What a {@link Pool} has done so far, and how it stands now: numbers of one moment, read without stopping anybody, so
 * while threads borrow they may differ by a few. Immutable.
 *
 * @param size        how many can be lent at once
 * @param inUse       how many are lent now
 * @param idle        how many could be lent now
 * @param waiting     threads that wait for one now
 * @param borrowed    how many were lent since the pool was made
 * @param waited      how many borrowers had to wait, those that gave up included
 * @param waitNanos   how long these waited, together, in nanoseconds
 * @param swaps       how many models have taken the place of the one before
 */
public record PoolCounters(int size, int inUse, int idle, int waiting, long borrowed, long waited, long waitNanos,
        long swaps) {}
