package lanewise.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An arena of which is known how much memory lies in it. All memory that the engine reserves off the heap, where no
 * option of the JVM bounds it, lies in one of these, except for small buffers that kernels hold.
 */
public final class OffHeap implements Arena {
    private static final AtomicLong RESERVED = new AtomicLong();

    private final Arena arena;
    private final AtomicLong bytes = new AtomicLong();

    private OffHeap(Arena arena) {
        this.arena = arena;
    }

    /**
     * Creates an arena that any thread may use and close.
     *
     * @return the arena; whoever made it closes it
     */
    public static OffHeap shared() {
        return new OffHeap(Arena.ofShared());
    }

    /**
     * Creates an arena that belongs to the calling thread.
     *
     * @return the arena; whoever made it closes it
     */
    public static OffHeap confined() {
        return new OffHeap(Arena.ofConfined());
    }

    /**
     * What all open arenas hold.
     *
     * @return bytes
     */
    public static long reserved() {
        return RESERVED.get();
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        MemorySegment segment = arena.allocate(byteSize, byteAlignment);
        bytes.addAndGet(byteSize);
        RESERVED.addAndGet(byteSize);
        return segment;
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
        arena.close();
        RESERVED.addAndGet(-bytes.get());
    }
}
