package lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Scores on two executors that are JVMs of their own, with Spark's own options for them: each opens the broadcast model
 * once, has the Vector API, and gives the bits of a local run. The driver is a JVM of its own too, since Spark reads
 * from its environment where executors find the libraries.
 */
final class Executors {
    private static final int ROWS = 4000;

    private Executors() {}

    /** Starts the driver; throws if it fails. */
    static void run(Path folder) throws IOException, InterruptedException {
        Path jars = Files.createDirectories(folder.resolve("home/jars"));
        List<String> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (entry.endsWith(".jar")) {
                Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
            } else {
                classes.add(path.toString());
            }
        }
        ProcessBuilder driver = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Executors.class.getName(), folder.toString(),
                String.join(File.pathSeparator, classes)).inheritIO();
        driver.environment().putAll(Map.of("SPARK_HOME", folder.resolve("home").toString(), "SPARK_SCALA_VERSION",
                "2.13", "SPARK_LOCAL_IP", "127.0.0.1", "JAVA_HOME", System.getProperty("java.home")));
        Process process = driver.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroy();
            throw new AssertionError("the driver takes more than 5 minutes");
        }
        assertEquals(0, process.exitValue(), "exit code of the driver");
    }

    /** What an executor says of itself after it has scored a partition. */
    private static String executor(Model model) {
        return ProcessHandle.current().pid() + " model " + System.identityHashCode(model) + " vectors "
                + ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /**
     * The driver.
     *
     * @param args the folder to work in, and the folders with classes for executors
     */
    public static void main(String... args) throws Exception {
        Path folder = Path.of(args[0]);
        Sentences sentences = new Sentences();
        Path file = Sentences.write(folder.resolve("sentiment.gguf"));
        SparkSession spark = LocalSpark.configure("local-cluster[2,1,1024]", folder)
                .config("spark.executor.extraClassPath", args[1]).getOrCreate();
        List<String> texts = IntStream.range(0, ROWS).mapToObj(sentences::get).toList();
        Dataset<Row> rows = spark.createDataFrame(LocalSpark.rows(texts.toArray()),
                LocalSpark.schema("text", DataTypes.StringType)).repartition(8);
        RowScorer scorer = RowScorer.of(file).input("text");
        Dataset<Row> scored = scorer.score(rows).rows();
        List<Row> found = scored.orderBy("id").collectAsList();
        String fingerprint;
        try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor()) {
            fingerprint = model.fingerprint();
            for (int i = 0; i < ROWS; i++) {
                List<Float> scores = found.get(i).getList(2);
                assertArrayEquals(predictor.predict(texts.get(i)), new float[] {scores.get(0), scores.get(1)}, 0f,
                        "row " + i);
            }
        }
        // those who hold a model keep it, so asking again says which one it was
        Set<String> executors = new TreeSet<>(spark.range(0, 64, 1, 16).mapPartitions(
                (MapPartitionsFunction<Long, String>) ids -> {
                    try (var held = ExecutorModels.hold(fingerprint, () -> {
                        throw new IllegalStateException("the model was not kept");
                    })) {
                        TimeUnit.MILLISECONDS.sleep(200);
                        return List.of(executor(held.model())).iterator();
                    }
                }, Encoders.STRING()).collectAsList());
        spark.stop();
        executors.forEach(one -> System.out.println("executor " + one));
        assertEquals(2, executors.size(), "executors, each with one model");
        assertEquals(2, executors.stream().filter(one -> one.endsWith("true")).count(), "executors with vectors");
        System.out.println("PASS " + ROWS + " rows on two executors have the bits of a local run");
    }
}
