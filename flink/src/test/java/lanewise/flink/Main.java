package lanewise.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import lanewise.example.Forecasts;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The trials that README.md names: {@code ./lanewise flink}. */
@Command(name = "lanewise flink", mixinStandardHelpOptions = true,
        description = "Trials of Lanewise in Flink, on a small cluster in this JVM.")
public final class Main {
    private Main() {}

    /**
     * Runs a trial.
     *
     * @param args its name and its options
     */
    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    private interface Trial {
        void run(Path folder) throws Exception;
    }

    private static void inFolder(Trial trial) throws Exception {
        Path folder = Files.createTempDirectory("lanewise-flink-");
        try {
            trial.run(folder);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Command(name = "demo", description = "Forecasts a series of weeks for two keys.")
    int demo(@Parameters(paramLabel = "MODEL.gguf") Path model,
            @Parameters(paramLabel = "SERIES.csv") Path series) throws Exception {
        Forecasts.run(model, series);
        return 0;
    }

    @Command(name = "restarts",
            description = "Compares scores over a failure, and over a savepoint that is rescaled from 1"
                    + " to 2, with a stepper for each key.")
    int restarts(@Option(names = "--keys", defaultValue = "1000") int keys,
            @Option(names = "--events", defaultValue = "200000") int events,
            @Option(names = "--rate", description = "events a second", defaultValue = "20000") int rate)
            throws Exception {
        Restarts restarts = new Restarts(events, keys, rate);
        inFolder(restarts::failure);
        System.out.println("PASS over a failure with restore from a checkpoint");
        inFolder(restarts::rescale);
        System.out.println("PASS over a savepoint that is rescaled from 1 to 2");
        System.out.println(events + " events of " + keys
                + " keys: each scored once, equal in all bits to a stepper for each key");
        return 0;
    }

    @Command(name = "throughput", description = "Measures how many events a second are scored.")
    int throughput(@Option(names = "--keys", defaultValue = "10000") int keys,
            @Option(names = "--events", defaultValue = "1000000") int events) throws Exception {
        inFolder(new Throughput(events, keys)::run);
        return 0;
    }
}
