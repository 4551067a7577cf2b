package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import lanewise.options.Limit;

/**
 * An arena with a limit. All memory that the engine reserves off the heap, where no option of the JVM bounds it, lies
 * in one of these, except for small buffers that kernels hold.
 */
public final class OffHeap implements Arena {
    private static final AtomicLong RESERVED = new AtomicLong();
    private static final AtomicLong HIGHEST = new AtomicLong();
    /** Closings of arenas that any thread may use: those that have begun, and those that have ended. */
    private static final AtomicLong CLOSING = new AtomicLong();
    private static final AtomicLong CLOSED = new AtomicLong();

    private final Arena arena;
    private final AtomicLong bytes = new AtomicLong();
    private volatile Bound bound;

    private OffHeap(Arena arena, Bound bound) {
        this.arena = arena;
        this.bound = bound;
    }

    /**
     * How much memory an arena may hold.
     *
     * @param limit what bounds it
     * @param most  bytes
     * @param free  bytes that do not count
     * @param what  what needs them, for the message
     */
    public record Bound(Limit limit, long most, long free, String what) {
        /** For memory whose size is bounded already. */
        public static final Bound NONE = new Bound(Limit.SCRATCH, Long.MAX_VALUE, 0, "");
    }

    /**
     * Creates an arena that any thread may use and close.
     *
     * @param bound how much it may hold
     * @return the arena; whoever made it closes it
     */
    public static OffHeap shared(Bound bound) {
        return new OffHeap(Arena.ofShared(), bound);
    }

    /**
     * Creates an arena that belongs to the calling thread, for memory whose size is bounded already.
     *
     * @return the arena; whoever made it closes it
     */
    public static OffHeap confined() {
        return confined(Bound.NONE);
    }

    /**
     * Creates an arena that belongs to the calling thread.
     *
     * @param bound how much it may hold
     * @return the arena; whoever made it closes it
     */
    public static OffHeap confined(Bound bound) {
        return new OffHeap(Arena.ofConfined(), bound);
    }

    /**
     * What all open arenas hold.
     *
     * @return bytes
     */
    public static long reserved() {
        return RESERVED.get();
    }

    /**
     * Sets another limit for all that is reserved from now on.
     *
     * @param newBound how much more than now the arena may hold
     */
    public void bound(Bound newBound) {
        bound = new Bound(newBound.limit, newBound.most, newBound.free + bytes.get(), newBound.what);
    }

    /**
     * Refuses what is beyond the limit, before any of it is reserved.
     *
     * @param more bytes that will be needed
     * @throws lanewise.error.LimitExceededException if that is too much
     */
    public void check(long more) {
        Bound b = bound;
        if (more - (b.free - bytes.get()) > b.most) {
            throw b.limit.exceeded(b.what, bytes.get() + more - b.free, b.most);
        }
    }

    /**
     * The most that all arenas held at once.
     *
     * @return bytes
     */
    public static long highest() {
        return HIGHEST.get();
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        check(byteSize);
        MemorySegment segment = arena.allocate(byteSize, byteAlignment);
        bytes.addAndGet(byteSize);
        HIGHEST.accumulateAndGet(RESERVED.addAndGet(byteSize), Math::max);
        return segment;
    }

    /**
     * How many arenas of the process have begun to be closed. To close one that any thread may use, the JVM stops each
     * thread for a moment and takes the compiled code from under the call that it is in
     * (src/hotspot/share/prims/scopedMemoryAccess.cpp): the rest of the innermost kernel is interpreted, which takes up
     * to some milliseconds, and makes objects of its vectors. The next call is compiled again.
     *
     * @return a number that only grows
     */
    public static long closing() {
        return CLOSING.get();
    }

    /**
     * How many of {@link #closing} have ended. What was done between a look at this number and a later look at the
     * other was not disturbed if they are equal.
     *
     * @return a number that only grows
     */
    public static long closed() {
        return CLOSED.get();
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    /**
     * Frees the memory.
     *
     * @throws IllegalStateException if it is closed already
     */
    @Override
    public void close() {
        CLOSING.incrementAndGet();
        try {
            arena.close();
        } finally {
            CLOSED.incrementAndGet();
        }
        RESERVED.addAndGet(-bytes.get());
    }
}
