package lanewise.trust;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process. */
public final class Memory {
    private static final Path STATUS = Path.of("/proc/self/statm");
    private static final int PAGE = 4096;

    private Memory() {}

    /**
     * What is resident.
     *
     * @return bytes; 0 where the system does not say
     */
    public static long resident() {
        try {
            return Files.exists(STATUS) ? Long.parseLong(Files.readString(STATUS).split(" ", -1)[1]) * PAGE : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * What is used of the heap.
     *
     * @return bytes
     */
    public static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /**
     * What is resident beyond the heap, as far as the heap is committed.
     *
     * @return bytes
     */
    public static long offHeap() {
        return Math.max(0, resident() - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted());
    }
}
