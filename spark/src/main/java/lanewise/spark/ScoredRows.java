package lanewise.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * The rows that a scorer gives. Nothing is scored before an action of Spark's asks for them.
 *
 * @param rows    the rows, with the columns that the scorer adds
 * @param badRows how many bad rows were skipped or marked so far. Spark counts again what it computes again: it is
 *                exact after one action in which no task failed
 */
public record ScoredRows(Dataset<Row> rows, LongAccumulator badRows) {}
