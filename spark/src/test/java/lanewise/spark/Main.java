package lanewise.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import lanewise.example.Reviews;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The trials that README.md names: {@code ./lanewise spark}. */
@Command(name = "lanewise spark", mixinStandardHelpOptions = true,
        description = "Trials of Lanewise in Spark, in this JVM.")
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
        Path folder = Files.createTempDirectory("lanewise-spark-");
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

    @Command(name = "demo", description = "Scores the reviews of a file and writes them to Parquet.")
    int demo(@Parameters(paramLabel = "MODEL.gguf") Path model,
            @Parameters(paramLabel = "REVIEWS.txt") Path lines,
            @Parameters(paramLabel = "SCORED.parquet") Path scored) throws Exception {
        inFolder(folder -> {
            SparkSession spark = LocalSpark.start(2, folder);
            try {
                Reviews.run(spark, model, lines, scored);
            } finally {
                spark.stop();
            }
        });
        return 0;
    }

    @Command(name = "rows", description = "Compares scores with a local run, and measures rows a second.")
    int rows(@Option(names = "--rows", defaultValue = "1000000") int rows) throws Exception {
        inFolder(new ManyRows(rows)::run);
        return 0;
    }

    @Command(name = "executors", description = "Scores on two executors that are JVMs of their own.")
    int executors() throws Exception {
        inFolder(Executors::run);
        return 0;
    }
}
