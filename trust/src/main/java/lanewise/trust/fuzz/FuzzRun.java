package lanewise.trust.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random scripts, fast. */
final class FuzzRun {
    private static final int SCRIPT_BYTES = 400;

    private FuzzRun() {}

    /** Options and arguments of a JVM that runs this for some time. */
    static List<String> command(long seed, long seconds, List<String> args) {
        List<String> command = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"),
                FuzzRun.class.getName()));
        command.addAll(args);
        command.addAll(List.of(String.valueOf(seed), String.valueOf(seconds)));
        return command;
    }

    /**
     * Runs.
     *
     * @param args reader, folder of stored models, folder to work in, folder of findings, seed, seconds
     */
    public static void main(String... args) throws InterruptedException {
        // a thread with a stack of the usual size
        Thread worker = new Thread(() -> {
            try {
                Progress progress = new Progress(args[0], Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), true);
                long until = System.nanoTime() + Long.parseLong(args[5]) * 1_000_000_000L;
                Random random = new Random(Long.parseLong(args[4]));
                while (System.nanoTime() - until < 0) {
                    progress.step(script(random));
                }
                progress.print();
                System.out.println(Progress.DONE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "fuzz");
        worker.start();
        worker.join();
    }

    static byte[] script(Random random) {
        byte[] bytes = new byte[16 + random.nextInt(SCRIPT_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }
}
