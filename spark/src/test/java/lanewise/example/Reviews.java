package lanewise.example;

import java.nio.file.Path;
import lanewise.spark.RowScorer;
import lanewise.spark.ScoredRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A job: scores the reviews of a file and writes them to Parquet. README.md shows it and says how to run it. */
public final class Reviews {
    private Reviews() {}

    /**
     * Runs the job and shows what it gives.
     *
     * @param spark  where it runs
     * @param model  a .gguf file
     * @param lines  a file with a review in each line
     * @param folder of Parquet files, to write
     */
    public static void run(SparkSession spark, Path model, Path lines, Path folder) {
        String scoredReviews = folder.toString();
        Dataset<Row> reviews = spark.read().textFile(lines.toString()).toDF("text");
        RowScorer scorer = RowScorer.of(model).input("text").label("label").skipBadRows();
        ScoredRows scored = scorer.score(reviews);
        scored.rows().write().parquet(scoredReviews); // text, scores: array<float>, label: string
        System.out.println(scored.badRows().value() + " bad rows");
        Dataset<Row> found = spark.read().parquet(scoredReviews);
        found.groupBy("label").count().orderBy("label").show();
        found.limit(5).show(60);
    }
}
