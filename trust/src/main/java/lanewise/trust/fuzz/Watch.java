package lanewise.trust.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Collectors;
import lanewise.trust.Memory;

/** Sees inputs that take too long or too much memory. Ends the JVM where one never returns. */
final class Watch {
    /** Exit code of a JVM in which an input did not return. */
    static final int HANGS = 99;

    private static final String INSTRUMENTOR = "com.code_intelligence.jazzer.instrumentor.";
    private static final long SLOW_NANOS = 2_000_000_000L;
    private static final long HANG_NANOS = 20_000_000_000L;
    private static final long MOST_BYTES = 300L << 20;

    private final Findings findings;
    private final Thread worker;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Thread looking;
    private long baseBytes = -1;
    private volatile Seed seed;
    private volatile long number;
    private volatile long cpuAtStart;
    private volatile long wallAtStart;
    private volatile boolean slow;

    Watch(Findings findings, Thread worker) {
        this.findings = findings;
        this.worker = worker;
        looking = new Thread(this::look, "watch");
        looking.setDaemon(true);
        looking.start();
    }

    void stop() {
        looking.interrupt();
    }

    void begin(Seed next) {
        cpuAtStart = threads.getCurrentThreadCpuTime();
        wallAtStart = System.nanoTime();
        slow = false;
        number++;
        seed = next;
    }

    void end() {
        Seed done = seed;
        seed = null;
        long bytes = Memory.resident();
        if (baseBytes < 0) {
            baseBytes = bytes;
        } else if (bytes - baseBytes > MOST_BYTES) {
            findings.add("Memory", done, (bytes - baseBytes >> 20) + " MB resident");
            baseBytes = bytes;
        }
    }

    private void look() {
        while (true) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                return;
            }
            long looked = number;
            Seed current = seed;
            if (current == null) {
                continue;
            }
            long cpu = threads.getThreadCpuTime(worker.threadId()) - cpuAtStart;
            long wall = System.nanoTime() - wallAtStart;
            if (cpu > SLOW_NANOS && !slow && looked == number) {
                slow = true;
                report("Slow", current, cpu);
            }
            if (wall > HANG_NANOS && looked == number) {
                report("Hang", current, wall);
                Runtime.getRuntime().halt(HANGS);
            }
        }
    }

    private void report(String what, Seed current, long nanos) {
        StackTraceElement[] stack = worker.getStackTrace();
        if (Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith(INSTRUMENTOR))) {
            // it changes a class that is loaded just now: that is no time of the input
            return;
        }
        findings.add(Findings.kind(what, stack), current, nanos / 1_000_000 + " ms\n"
                + Arrays.stream(stack).map(frame -> "  at " + frame).collect(Collectors.joining("\n")));
    }
}
