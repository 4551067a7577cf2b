package lanewise.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The trials that README.md names: {@code ./lanewise kafka}. */
public final class Main {
    private static final String USAGE = """
            usage: lanewise kafka demo
                   lanewise kafka takeover [--keys N] [--events N] [--partitions N]
                   lanewise kafka throughput [--keys N] [--events N] [--features N] [--units N] [--threads N]
                       [--rate N] [--seconds N]
                   lanewise kafka models FOLDER MODEL.gguf ...""";

    private Main() {}

    /**
     * Runs a trial.
     *
     * @param args its name and its options
     */
    public static void main(String... args) throws Exception {
        String trial = args.length == 0 ? "" : args[0];
        if (trial.equals("models")) {
            ModelFolder.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        Map<String, Integer> options;
        try {
            options = options(trial, args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
            return;
        }
        Path work = Files.createTempDirectory("lanewise-kafka-");
        int status = 0;
        try {
            run(trial, options, work);
        } catch (AssertionError e) {
            System.err.println("FAILED: " + e.getMessage());
            status = 1;
        } finally {
            delete(work);
        }
        System.exit(status);
    }

    private static void run(String trial, Map<String, Integer> options, Path work) throws Exception {
        switch (trial) {
            case "demo" -> Demo.run(work);
            case "takeover" -> {
                int keys = options.getOrDefault("--keys", 1000);
                int events = options.getOrDefault("--events", 200_000);
                System.out.println(new TakeOver(keys, events, options.getOrDefault("--partitions", 4)).run(work));
                System.out.printf("PASS %d events of %d keys: each scored once, equal in all bits to a stepper for each"
                        + " key%n", events, keys);
            }
            default -> new Throughput(options.getOrDefault("--keys", 1000), options.getOrDefault("--events", 300_000),
                    options.getOrDefault("--features", 16), options.getOrDefault("--units", 64),
                    options.getOrDefault("--threads", 1), options.getOrDefault("--rate", 1000),
                    options.getOrDefault("--seconds", 20)).run(work).forEach(System.out::println);
        }
    }

    private static Map<String, Integer> options(String trial, String... args) {
        Set<String> known = switch (trial) {
            case "demo" -> Set.of();
            case "takeover" -> Set.of("--keys", "--events", "--partitions");
            case "throughput" -> Set.of("--keys", "--events", "--features", "--units", "--threads", "--rate",
                    "--seconds");
            default -> throw new IllegalArgumentException("'" + trial + "' is no trial");
        };
        Map<String, Integer> options = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            if (!known.contains(args[i]) || i + 1 == args.length || !args[i + 1].matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException("can't read '" + String.join(" ", List.of(args).subList(i,
                        Math.min(i + 2, args.length))) + "'");
            }
            options.put(args[i], Integer.valueOf(args[i + 1]));
        }
        return options;
    }

    /** Broker and RocksDB leave files behind; what can't be deleted stays in the folder for temporary files. */
    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
