package lanewise.trust.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Fuzzes in a JVM of its own, and prints about every second what it counted so far, for {@link FuzzSuite}. */
final class Progress {
    /** Before the numbers of inputs, answers and forms of outcomes. */
    static final String COUNT = "COUNT";
    /** Before a number and a kind of finding. */
    static final String FINDING = "FINDING";
    /** After all. */
    static final String DONE = "DONE";

    private static final long EVERY_NANOS = 1_000_000_000L;

    private final Findings findings;
    private final Fuzzer fuzzer;
    private final Watch watch;
    private long last = System.nanoTime();

    /**
     * Fuzzes in the calling thread.
     *
     * @param reader   its name
     * @param models   the folder of stored models
     * @param work     the folder to work in
     * @param findings takes findings
     * @param grows    whether inputs with new outcomes become seeds
     */
    Progress(String reader, Path models, Path work, Path findings, boolean grows) throws IOException {
        this.findings = new Findings(findings);
        fuzzer = new Fuzzer(Reader.valueOf(reader), models, work, this.findings, grows);
        // code is loaded at its first use, and guided runs change it then: that is no time of an input
        fuzzer.loadCode();
        watch = new Watch(this.findings, Thread.currentThread());
        fuzzer.trySeeds(watch, Integer.MAX_VALUE);
    }

    void step(byte[] script) throws IOException {
        fuzzer.step(new Script(script), watch);
        if (System.nanoTime() - last > EVERY_NANOS) {
            print();
        }
    }

    /** Prints what is counted so far. */
    void print() {
        last = System.nanoTime();
        for (Map.Entry<String, Long> kind : findings.counts().entrySet()) {
            System.out.println(FINDING + " " + kind.getValue() + " " + kind.getKey());
        }
        System.out.println(COUNT + " " + fuzzer.inputs() + " " + fuzzer.answers() + " " + fuzzer.outcomes());
    }
}
