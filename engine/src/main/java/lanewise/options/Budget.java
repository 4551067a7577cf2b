package lanewise.options;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;

/**
 * What the opening of one model has taken of its {@link Limits}. Every reader takes from the same budget before it
 * allocates or computes, however many files, attempts and nested models there are: {@link #current} finds it.
 */
public final class Budget {
    private static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    /** What unpacks to no more than so many times its size is no bomb. */
    private static final int FREE_RATIO = 20;

    private final Limits limits;
    private final AtomicLongArray taken = new AtomicLongArray(Limit.values().length);
    private final long begin = System.nanoTime();

    /**
     * Starts with all of it; the time runs.
     *
     * @param limits how much there is
     */
    public Budget(Limits limits) {
        this.limits = limits;
    }

    /**
     * Opens something within limits. What is opened on the way takes from the same budget.
     *
     * @param <T>    the type of what is opened
     * @param limits how much may be needed, unless an opening is going on, which has its own limits
     * @param open   opens it
     * @return what it returns
     */
    public static <T> T within(Limits limits, Supplier<T> open) {
        return CURRENT.isBound() ? open.get() : new Budget(limits).run(open);
    }

    /**
     * Opens something that takes from this budget.
     *
     * @param <T>  the type of what is opened
     * @param open opens it
     * @return what it returns
     */
    public <T> T run(Supplier<T> open) {
        return ScopedValue.where(CURRENT, this).call(open::get);
    }

    /**
     * The budget of the opening that is going on in this thread.
     *
     * @return it, or one of its own with the usual limits where none is going on
     */
    public static Budget current() {
        return CURRENT.isBound() ? CURRENT.get() : new Budget(Limits.DEFAULT);
    }

    /**
     * Takes an amount, before it is used.
     *
     * @param limit  of what
     * @param amount how much, at least 0; what is less counts as none
     * @param what   what needs it, for the message
     * @throws lanewise.error.LimitExceededException if there is not as much left, or no time
     */
    public void take(Limit limit, long amount, String what) {
        take(limit, amount, 0, what);
    }

    /**
     * Takes an amount of which some is free.
     *
     * @param limit  of what
     * @param amount how much, at least 0
     * @param free   what does not count, beyond what was free before
     * @param what   what needs it, for the message
     * @throws lanewise.error.LimitExceededException if there is not as much left, or no time
     */
    public void take(Limit limit, long amount, long free, String what) {
        checkTime(what);
        long more = Math.max(0, amount - free);
        long most = limits.of(limit);
        long before = taken.get(limit.ordinal());
        if (more > most - before) {
            throw limit.exceeded(what, before + more < 0 ? Long.MAX_VALUE : before + more, most);
        }
        taken.addAndGet(limit.ordinal(), more);
    }

    /**
     * Takes what a compressed part of a file unpacks to.
     *
     * @param packed   bytes in the file
     * @param unpacked bytes in memory
     * @param what     what is unpacked, for the message
     * @throws lanewise.error.LimitExceededException if there is not as much left, or no time
     */
    public void unpack(long packed, long unpacked, String what) {
        take(Limit.UNPACKED, unpacked, FREE_RATIO * Math.max(0, packed), what);
    }

    /**
     * Refuses to go on once the time is over.
     *
     * @param what what takes it, for the message
     * @throws lanewise.error.LimitExceededException if there is no time left
     */
    public void checkTime(String what) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        if (seconds >= limits.of(Limit.TIME)) {
            throw Limit.TIME.exceeded(what, 10 * limits.of(Limit.TIME), limits.of(Limit.TIME));
        }
    }

    /**
     * How much there was at first.
     *
     * @param limit of what
     * @return bytes, a count, or seconds
     */
    public long most(Limit limit) {
        return limits.of(limit);
    }

    /**
     * What was taken so far.
     *
     * @param limit of what
     * @return bytes, a count, or seconds
     */
    public long taken(Limit limit) {
        return limit == Limit.TIME ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)
                : taken.get(limit.ordinal());
    }
}
