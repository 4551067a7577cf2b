package lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and arrays through a real Spark, with Parquet on both sides; good rows and bad ones. */
class SentimentTest {
    private static final int ROWS = 8_000;

    @TempDir
    private static Path folder;
    private static SparkSession spark;
    private static Path file;
    private static Sentences sentences;

    @BeforeAll
    static void start() throws IOException {
        sentences = new Sentences();
        file = Sentences.write(folder.resolve("sentiment.gguf"));
        spark = LocalSpark.start(2, folder);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static long opened(Recording recording) throws IOException {
        recording.stop();
        Path to = folder.resolve("recording.jfr");
        recording.dump(to);
        return RecordingFile.readAllEvents(to).stream()
                .filter(event -> event.getEventType().getName().equals("lanewise.ModelLoad")).count();
    }

    @Test
    void givesTheBitsOfALocalRun() throws Exception {
        List<String> texts = IntStream.range(0, ROWS).mapToObj(sentences::get).toList();
        String in = folder.resolve("in.parquet").toString();
        String out = folder.resolve("out.parquet").toString();
        spark.createDataFrame(LocalSpark.rows(texts.toArray()), LocalSpark.schema("text", DataTypes.StringType))
                .repartition(6).write().parquet(in);
        RowScorer scorer = RowScorer.of(file).input("text").label("label");
        try (Recording recording = new Recording()) {
            recording.enable("lanewise.ModelLoad").withoutThreshold();
            recording.start();
            scorer.score(spark.read().parquet(in)).rows().write().parquet(out);
            assertEquals(1, opened(recording), "opened once for all tasks of the executor");
        }
        Dataset<Row> scored = spark.read().parquet(out).orderBy("id");
        assertEquals(List.of("id", "text", "scores", "label"), List.of(scored.columns()));
        List<Row> rows = scored.collectAsList();
        assertEquals(ROWS, rows.size());
        try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor()) {
            for (int i = 0; i < ROWS; i++) {
                Row row = rows.get(i);
                float[] expected = predictor.predict(texts.get(i));
                assertEquals(i, row.getLong(0));
                assertEquals(texts.get(i), row.getString(1));
                assertEquals(List.of(expected[0], expected[1]), row.getList(2), "row " + i);
                assertEquals(expected[0] > expected[1] ? "negative" : "positive", row.getString(3));
            }
        }
    }

    @Test
    void badRowsStopOrAreSkippedOrMarked() {
        Dataset<Row> texts = spark.createDataFrame(LocalSpark.rows("good", null, "bad", null),
                LocalSpark.schema("text", DataTypes.StringType)).coalesce(1);
        RowScorer scorer = RowScorer.of(file).input("text").rowName("id");
        String message = messages(assertThrows(Exception.class, () -> scorer.score(texts).rows().collectAsList()));
        assertTrue(message.contains("partition 0, row 1, id 1: column 'text' is or holds null"), message);
        assertTrue(message.contains("skipBadRows()"), message);

        ScoredRows skipped = scorer.skipBadRows().score(texts);
        assertEquals(List.of(0L, 2L), skipped.rows().collectAsList().stream().map(row -> row.getLong(0)).toList());
        assertEquals(2, skipped.badRows().value());

        ScoredRows marked = scorer.markBadRows("problem").label("label").score(texts);
        List<Row> rows = marked.rows().collectAsList();
        assertEquals(List.of(false, true, false, true), rows.stream().map(row -> row.isNullAt(2)).toList());
        assertEquals(List.of(false, true, false, true), rows.stream().map(row -> row.isNullAt(3)).toList());
        assertEquals(Arrays.asList(null, "partition 0, row 1, id 1: column 'text' is or holds null", null,
                "partition 0, row 3, id 3: column 'text' is or holds null"),
                rows.stream().map(row -> row.get(4))
                        .toList());
        assertEquals(2, marked.badRows().value());
    }

    /** The same model without its text handling: arrays of ids. */
    @Test
    void arraysHaveTheLengthThatTheModelTakes() throws IOException {
        Path ids = Sentences.writeWithoutText(folder.resolve("ids.gguf"));
        int[] row = new int[40];
        Arrays.setAll(row, i -> i * 7);
        Integer[] good = Arrays.stream(row).boxed().toArray(Integer[]::new);
        Integer[] holed = good.clone();
        holed[3] = null;
        StructType schema = LocalSpark.schema("words", DataTypes.createArrayType(DataTypes.IntegerType));
        Dataset<Row> rows = spark.createDataFrame(LocalSpark.rows(good, Arrays.copyOf(good, 39), holed, good), schema)
                .coalesce(1);
        ScoredRows scored = RowScorer.of(ids).input("words").markBadRows("problem").score(rows);
        List<Row> found = scored.rows().collectAsList();
        try (Model model = Model.open(ids, ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor()) {
            float[] expected = predictor.predict(row);
            assertEquals(List.of(expected[0], expected[1]), found.get(0).getList(2));
            assertEquals(List.of(expected[0], expected[1]), found.get(3).getList(2));
        }
        assertTrue(found.get(1).getString(3).contains("39"), found.get(1).toString());
        assertTrue(found.get(2).getString(3).contains("null"), found.get(2).toString());
        assertEquals(2, scored.badRows().value());
    }

    @Test
    void refusesBeforeAJobRuns() throws IOException {
        Dataset<Row> texts = spark.createDataFrame(LocalSpark.rows("good"),
                LocalSpark.schema("text", DataTypes.StringType));
        RowScorer scorer = RowScorer.of(file);
        refused("reads column", () -> scorer.score(texts));
        refused("has the type BIGINT", () -> scorer.input("id").score(texts));
        refused("column 'text' already", () -> scorer.input("text").output("text").score(texts));
        refused("no input 'words'", () -> scorer.input("words", "text"));
        refused("'key'", () -> scorer.input("text").rowName("key").score(texts));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.gguf"), bytes);
        assertThrows(ModelFileException.class, () -> RowScorer.of(damaged));
        assertThrows(ModelFileException.class, () -> RowScorer.of(folder.resolve("absent.gguf")));
    }

    private static void refused(String part, Runnable call) {
        String message = assertThrows(InvalidInputException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString();
    }
}
