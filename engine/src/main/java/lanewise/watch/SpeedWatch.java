package lanewise.watch;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows what calls of a model should take, or steps of its streams, and notices those that take far longer: the JIT has
 * left a kernel slow, or has taken its code back because other models were opened. Shared by all threads.
 *
 * <p>What a call should take was measured when the model switched to vector kernels, and grows with the numbers of a
 * call. A call is slow if it takes {@link #FACTOR} times as long. That alone also happens where weights have left the
 * caches, or where the machine does something else, so it must besides allocate, as compiled kernels never do, or take
 * longer than reading all its memory explains.
 *
 * <p>Each predictor or stepper times one of {@link #PERIOD} calls, and after a slow one the next, until one is not.
 */
public final class SpeedWatch {
    /** How many times as long a slow call takes. */
    public static final int FACTOR = 4;
    /** One of so many calls is timed. Two looks at the clock and at the allocated bytes take some 100 ns. */
    public static final int PERIOD = 256;
    /** What a call takes more where nothing is in the caches: for small things, and per byte of its memory. */
    private static final long COLD_NANOS = 20_000;
    private static final long COLD_BYTES_PER_NANO = 4;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final SlowCall EVENT = new SlowCall();

    private final String model;
    private final String kind;
    private final long weightBytes;
    /** Of the call that was measured; 0 as long as none was. */
    private volatile long nanos;
    private volatile long inputs;
    private volatile long values;

    private final AtomicLong slowCalls = new AtomicLong();
    /** Slow calls since the last one that was not. */
    private final AtomicInteger inARow = new AtomicInteger();
    /** Of the last slow call. */
    private volatile long lastNanos;
    private volatile long lastExpected;
    private volatile long lastAllocated;
    private volatile long lastTime;

    /**
     * Watches the calls of one kind.
     *
     * @param model       its name
     * @param kind        {@code call} or {@code step}
     * @param weightBytes memory that each call may have to read
     */
    public SpeedWatch(String model, String kind, long weightBytes) {
        this.model = model;
        this.kind = kind;
        this.weightBytes = weightBytes;
    }

    /**
     * Says what a call takes; the least counts.
     *
     * @param measured    nanoseconds
     * @param inputCount  numbers of its inputs
     * @param valueCount  numbers of all its values
     */
    public void expect(long measured, long inputCount, long valueCount) {
        if (nanos == 0 || measured < nanos) {
            inputs = Math.max(1, inputCount);
            values = Math.max(1, valueCount);
            nanos = Math.max(1, measured);
        }
    }

    /**
     * Whether it is known what a call should take.
     *
     * @return false before {@link #expect} was called
     */
    public boolean isOn() {
        return nanos != 0;
    }

    /**
     * What this thread has allocated so far.
     *
     * @return bytes
     */
    public static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /**
     * How many calls were slow so far.
     *
     * @return the number
     */
    public long slowCalls() {
        return slowCalls.get();
    }

    private long expected(long inputCount, long valueCount) {
        double more = Math.max((double) inputCount / inputs, (double) valueCount / values);
        return (long) (nanos * Math.max(1, more));
    }

    /**
     * Notes what a call took.
     *
     * @param taken      nanoseconds
     * @param allocated  bytes
     * @param inputCount numbers of its inputs
     * @param valueCount numbers of all its values
     * @return whether it was slow
     */
    public boolean note(long taken, long allocated, long inputCount, long valueCount) {
        long limit = FACTOR * expected(inputCount, valueCount);
        long cold = COLD_NANOS + (weightBytes + valueCount * Float.BYTES) / COLD_BYTES_PER_NANO;
        if (taken <= limit || allocated == 0 && taken <= limit + cold) {
            if (inARow.getPlain() != 0) {
                inARow.set(0);
            }
            return false;
        }
        slowCalls.incrementAndGet();
        int row = inARow.incrementAndGet();
        lastNanos = taken;
        lastExpected = limit / FACTOR;
        lastAllocated = allocated;
        lastTime = System.nanoTime();
        if (EVENT.isEnabled()) {
            commit(taken, limit / FACTOR, allocated, inputCount, row);
        }
        return true;
    }

    private void commit(long taken, long expected, long allocated, long inputCount, int row) {
        SlowCall event = new SlowCall();
        event.model = model;
        event.kind = kind;
        event.inputs = inputCount;
        event.taken = taken;
        event.expected = expected;
        event.allocated = allocated;
        event.inARow = row;
        event.commit();
    }

    /**
     * Whether calls take what they should, once that is known.
     *
     * @return one line
     */
    public String describe() {
        long slow = slowCalls();
        String should = "a " + kind + " with " + inputs + " numbers as input should take " + micros(nanos) + ", and ";
        if (slow == 0) {
            return should + "none was slow";
        }
        int row = inARow.get();
        return should + slow + (slow == 1 ? " was slow" : " were slow") + ", the last "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lastTime) + " s ago: " + micros(lastNanos)
                + " for "
                + micros(lastExpected) + ", with " + lastAllocated + " bytes allocated; "
                + (row == 0 ? "later ones were not" : "also the " + row + " before");
    }

    private static String micros(long of) {
        return String.format(Locale.ROOT, of < 10_000 ? "%.2f us" : "%.0f us", of / 1000.0);
    }
}
