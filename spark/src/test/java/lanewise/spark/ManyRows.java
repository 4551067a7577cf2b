package lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.LongStream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;

/**
 * Compares rows from Parquet with a local run, in all bits, and prints what they took on one core and on two.
 *
 * @param rows how many
 */
record ManyRows(int rows) implements Serializable {
    private static final int WARM_UP_ROWS = 50_000;
    private static final int PARTITIONS = 8;
    /** The scores of the local run, two for each row. Spark runs in this JVM, so its tasks see them. */
    private static float[] expected;

    /** Runs something with all rows and prints what it took; returns seconds of CPU. */
    private double time(String what, Runnable run) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        long cpuStart = system.getProcessCpuTime();
        run.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = (system.getProcessCpuTime() - cpuStart) / 1e9;
        System.out.println(String.format(Locale.ROOT, "%-45s %8.1f s %8.0f rows/s %8.1f s of CPU", what, seconds,
                rows / seconds, cpu));
        return cpu;
    }

    private void local(Path file, String[] texts) {
        try (Model model = Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor()) {
            model.warmUp(Duration.ofSeconds(20));
            expected = new float[2 * rows];
            float[] y = new float[2];
            time("a loop over a predictor, one core", () -> {
                for (int i = 0; i < rows; i++) {
                    predictor.predict(texts[i], y);
                    System.arraycopy(y, 0, expected, 2 * i, 2);
                }
            });
        }
    }

    /** Rows of an id and a text. */
    private Dataset<Row> texts(SparkSession spark) {
        return spark.range(0, rows, 1, PARTITIONS).mapPartitions((MapPartitionsFunction<Long, Row>) ids -> {
            Sentences sentences = new Sentences();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return ids.hasNext();
                }

                @Override
                public Row next() {
                    long id = ids.next();
                    return RowFactory.create(id, sentences.get(id));
                }
            };
        }, Encoders.row(LocalSpark.schema("text", DataTypes.StringType)));
    }

    /** The job without a model: rows become objects and columns again, and two floats come with each. */
    private static Dataset<Row> unscored(Dataset<Row> rows) {
        float[] scores = {0.25f, 0.75f};
        return rows.mapPartitions((MapPartitionsFunction<Row, Row>) all -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Row next() {
                Row row = all.next();
                return RowFactory.create(row.get(0), row.get(1), scores);
            }
        }, Encoders.row(rows.schema().add("scores", DataTypes.createArrayType(DataTypes.FloatType, false))));
    }

    private void assertExact(SparkSession spark, String scored) {
        LongAccumulator found = spark.sparkContext().longAccumulator();
        LongAccumulator sum = spark.sparkContext().longAccumulator();
        LongAccumulator wrong = spark.sparkContext().longAccumulator();
        spark.read().parquet(scored)
                .foreachPartition((ForeachPartitionFunction<Row>) all -> all.forEachRemaining(row -> {
                    found.add(1);
                    sum.add(row.getLong(0));
                    for (int i = 0; i < 2; i++) {
                        float score = (Float) row.getList(2).get(i);
                        float local = expected[2 * (int) row.getLong(0) + i];
                        wrong.add(Float.floatToRawIntBits(score) == Float.floatToRawIntBits(local) ? 0 : 1);
                    }
                }));
        assertEquals(rows, found.value(), "rows");
        assertEquals(LongStream.range(0, rows).sum(), sum.value(), "sum of the ids");
        assertEquals(0, wrong.value(), "scores with other bits than those of the local run");
    }

    /** Compares and prints. */
    void run(Path folder) throws IOException {
        Path file = Sentences.write(folder.resolve("sentiment.gguf"));
        Sentences sentences = new Sentences();
        local(file, LongStream.range(0, rows).mapToObj(sentences::get).toArray(String[]::new));
        String in = folder.resolve("in.parquet").toString();
        RowScorer scorer = RowScorer.of(file).input("text");
        for (int cores : new int[] {1, 2}) {
            SparkSession spark = LocalSpark.start(cores, folder);
            if (cores == 1) {
                texts(spark).write().parquet(in);
            }
            Dataset<Row> texts = spark.read().parquet(in);
            // compiles what is measured
            scorer.score(texts.limit(WARM_UP_ROWS)).rows().write().parquet(in + ".warm-up." + cores);
            unscored(texts.limit(WARM_UP_ROWS)).write().parquet(in + ".warm-up.unscored." + cores);
            String out = folder.resolve("out-" + cores + ".parquet").toString();
            String on = cores == 1 ? "one core" : cores + " cores";
            double scored = time("Parquet to scored Parquet, " + on,
                    () -> scorer.score(texts).rows().write().parquet(out));
            double without = time("the same job without a model, " + on,
                    () -> unscored(texts).write().parquet(out + ".unscored"));
            System.out.println(String.format(Locale.ROOT, "share of Spark: %.0f %%", 100 * without / scored));
            assertExact(spark, out);
            spark.stop();
        }
        System.out.println("PASS " + rows + " rows have the bits of the loop");
    }
}
