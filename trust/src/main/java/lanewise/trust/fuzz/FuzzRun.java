package lanewise.trust.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Fuzzes one reader in a JVM of its own, and prints what it counted every second and at its end. */
final class FuzzRun {
    private FuzzRun() {}

    /**
     * Runs.
     *
     * @param args reader, folder of stored models, folder to work in, folder of findings, seed, seconds
     */
    public static void main(String... args) throws Exception {
        Path work = Path.of(args[2]);
        Findings findings = new Findings(Path.of(args[3]));
        Thread worker = new Thread(() -> {
            try {
                Fuzzer fuzzer = new Fuzzer(Reader.valueOf(args[0]), Path.of(args[1]), work, findings);
                Watch watch = new Watch(findings, Thread.currentThread());
                fuzzer.trySeeds(watch, 1);
                long second = System.nanoTime();
                long until = second + Long.parseLong(args[5]) * 1_000_000_000L;
                for (long seed = Long.parseLong(args[4]); System.nanoTime() - until < 0; seed++) {
                    second = Math.min(until, System.nanoTime() + 1_000_000_000L);
                    fuzzer.run(seed, Long.MAX_VALUE, second, watch);
                    System.out.println("COUNT " + fuzzer.inputs() + " " + fuzzer.answers() + " " + fuzzer.outcomes());
                }
                System.out.println("DONE");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "fuzz");
        worker.start();
        worker.join();
        for (Map.Entry<String, Long> kind : findings.counts().entrySet()) {
            System.out.println("FINDING " + kind.getValue() + " " + kind.getKey());
        }
        Findings.delete(work);
        Files.deleteIfExists(work);
    }
}
