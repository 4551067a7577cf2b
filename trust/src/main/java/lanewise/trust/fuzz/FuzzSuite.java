package lanewise.trust.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import lanewise.trust.Result;
import lanewise.trust.WorkFolder;

/** Fuzzes one reader after the other, each in JVMs of its own: one that ends is started again. */
public final class FuzzSuite {
    /** Opened once each; more than the largest file and its tables need. */
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms400m", "-Xmx400m",
            "-XX:+AlwaysPreTouch", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "-XX:ErrorFile=/dev/null");

    private final Path models;
    private final Path findings;

    private FuzzSuite(Path models, Path findings) {
        this.models = models;
        this.findings = findings;
    }

    /**
     * The names of all readers.
     *
     * @return in lower case
     */
    public static List<String> readers() {
        return Arrays.stream(Reader.values()).map(reader -> reader.name().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * The long form.
     *
     * @param reader   one of {@link #readers}
     * @param models   the folder of stored models, for seeds
     * @param findings takes a folder for each kind of finding
     * @param seed     what the inputs follow from
     * @param seconds  how long
     * @return what was found
     * @throws IOException          if files can't be written
     * @throws InterruptedException if it is interrupted
     */
    public static Result one(String reader, Path models, Path findings, long seed, long seconds)
            throws IOException, InterruptedException {
        try (WorkFolder work = WorkFolder.create("fuzz-" + reader)) {
            // files of the reader's own lie beside those of its inputs
            return new FuzzSuite(models, findings).run(Reader.valueOf(reader.toUpperCase(Locale.ROOT)), seed, seconds,
                    work.path().resolve("input"));
        }
    }

    /**
     * The short form, in this JVM: some inputs of every reader.
     *
     * @param models   the folder of stored models, for seeds
     * @param work     an empty folder
     * @param findings takes a folder for each kind of finding
     * @param inputs   how many of each reader
     * @return what was found
     * @throws IOException if files can't be written
     */
    public static Result few(Path models, Path work, Path findings, long inputs) throws IOException {
        long begin = System.nanoTime();
        Findings found = new Findings(findings);
        Watch watch = new Watch(found, Thread.currentThread());
        long tried = 0;
        for (Reader reader : Reader.values()) {
            Fuzzer fuzzer = new Fuzzer(reader, models, work.resolve(reader.name()), found, true);
            Random random = new Random(1);
            for (long i = 0; i < inputs; i++) {
                fuzzer.step(new Script(FuzzRun.script(random)), watch);
            }
            tried += fuzzer.inputs();
        }
        watch.stop();
        return new Result("fuzz", begin, List.copyOf(found.counts().keySet())).count("inputs", tried);
    }

    private Result run(Reader reader, long firstSeed, long seconds, Path work)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long until = begin + seconds * 1_000_000_000L;
        String name = reader.name().toLowerCase(Locale.ROOT);
        Path kept = findings.resolve(name);
        WorkFolder.delete(kept);
        long inputs = 0;
        long answers = 0;
        long outcomes = 0;
        Map<String, Long> found = new TreeMap<>();
        long guidedInputs = 0;
        long early = 0;
        int runs = 0;
        while (System.nanoTime() - until < 0) {
            long left = Math.max(1, (until - System.nanoTime()) / 1_000_000_000L);
            boolean guided = runs > 0 && System.nanoTime() - begin > (until - begin) / 2;
            // the first half goes to plain runs, unless one ends early
            long share = guided ? left : Math.max(1, left - seconds / 2);
            List<String> args = List.of(reader.name(), models.toString(), work.toString(),
                    kept.resolve("run" + runs).toString());
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(JVM);
            long seed = firstSeed + runs;
            command.addAll(guided ? GuidedRun.command(seed, share, args) : FuzzRun.command(seed, share, args));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String[] last = {Progress.COUNT, "0", "0", "0"};
            Map<String, Long> kinds = new TreeMap<>();
            boolean done = false;
            try (BufferedReader out = process.inputReader()) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    String[] words = line.split(" ", -1);
                    switch (words[0]) {
                        case Progress.COUNT -> last = words;
                        case Progress.FINDING -> kinds.put(words[2], Long.parseLong(words[1]));
                        case Progress.DONE -> done = true;
                        default -> {
                        }
                    }
                }
            }
            kinds.forEach((kind, count) -> found.merge(kind, count, Long::sum));
            int exit = process.waitFor();
            inputs += Long.parseLong(last[1]);
            answers += Long.parseLong(last[2]);
            outcomes = Math.max(outcomes, Long.parseLong(last[3]));
            guidedInputs += guided ? Long.parseLong(last[1]) : 0;
            if (!done && !(guided && exit == 0)) {
                early++;
                ended(exit, work, kept, found);
            }
            runs++;
        }
        double taken = (System.nanoTime() - begin) / 1e9;
        System.out.printf(Locale.ROOT, "%-14s %,d inputs, %,.0f a second, %,d answered, %,d forms of outcomes%n", name,
                inputs, inputs / taken, answers, outcomes);
        found.forEach((kind, count) -> System.out.println("  " + count + " x " + kind + ", kept in " + kept));
        return new Result("fuzz-" + name, begin, List.copyOf(found.keySet())).count("inputs", inputs)
                .count("of these guided by coverage", guidedInputs)
                .count("answered", answers).count("forms of outcomes", outcomes)
                .count("inputs a second", Math.round(inputs / taken)).count("JVMs that ended early", early);
    }

    /** A JVM that ended: its last input still lies in its folder. */
    private static void ended(int exit, Path work, Path kept, Map<String, Long> found) throws IOException {
        String kind = exit == Watch.HANGS ? "Hang" : "JVM-ended-with-" + exit;
        found.merge(kind, 1L, Long::sum);
        if (exit != Watch.HANGS) {
            Path own = kept.resolve(kind + "-" + found.get(kind)).resolve("input");
            Files.createDirectories(own.getParent());
            Files.move(work, own);
            Files.createDirectories(work);
        }
    }
}
