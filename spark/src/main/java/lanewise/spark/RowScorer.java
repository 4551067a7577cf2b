package lanewise.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lanewise.Model;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.format.PlainFile;
import lanewise.options.ModelOptions;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Scores the rows of a dataset: texts, numbers or arrays in, scores out. Columns of the dataset are kept, columns with
 * scores are added. All scores have the bits that {@link lanewise.Predictor} gives for the row alone.
 *
 * <p>The driver reads the model's file and broadcasts its bytes. Each executor opens it once and keeps it until it has
 * had some other models; each task has a predictor of its own.
 *
 * <p>A row is bad if a value that the model reads is null or NaN, or the model refuses it, for example an array of
 * another length. The job fails with the row's place, or the row is {@link #skipBadRows skipped} or {@link #markBadRows
 * marked}.
 *
 * <p>Immutable: the other methods return another scorer. Used on the driver, by any thread.
 */
public final class RowScorer {
    private final byte[] file;
    private final Settings settings;

    private RowScorer(byte[] file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /**
     * Reads a model. By default its inputs are columns of the same names; the scores are in the column {@code scores},
     * or, if the model has several outputs, each in {@code scores_} with the output's name.
     *
     * @param model a {@code .gguf} file that the driver can read
     * @return the scorer
     * @throws ModelFileException        if the file is missing, damaged, or of another kind
     * @throws UnsupportedModelException if it holds something that can't be run
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static RowScorer of(Path model) {
        byte[] file = PlainFile.bytes(model);
        try (Model opened = Model.open(model, ModelOptions.DEFAULT.withWarmUpThread(false))) {
            return new RowScorer(file, Settings.of(opened));
        }
    }

    /**
     * Sets the column that a model with one input reads.
     *
     * @param column its name. Texts for a model that takes texts; else numbers, or arrays of numbers in arrays as deep
     *               as the input's shape without its rows, or flat ones, row-major
     * @return another scorer
     * @throws InvalidInputException if the model has several inputs
     */
    public RowScorer input(String column) {
        if (settings.columns().size() != 1) {
            throw new InvalidInputException("the model has the inputs " + settings.columns().keySet()
                    + "; name the input too: input(name, column)");
        }
        return input(settings.columns().keySet().iterator().next(), column);
    }

    /**
     * Sets the column that an input of the model reads.
     *
     * @param name   the input's name
     * @param column the column's name, see {@link #input(String)}
     * @return another scorer
     * @throws InvalidInputException if the model has no such input
     */
    public RowScorer input(String name, String column) {
        if (!settings.columns().containsKey(name)) {
            throw new InvalidInputException("the model has no input '" + name + "', only "
                    + settings.columns().keySet());
        }
        Map<String, String> columns = new LinkedHashMap<>(settings.columns());
        columns.put(name, column);
        return new RowScorer(file, settings.withColumns(columns));
    }

    /**
     * Sets the column that takes the scores: an array of floats, or of texts if the model gives these; row-major.
     *
     * @param column its name; if the model has several outputs, the beginning of their names
     * @return another scorer
     */
    public RowScorer output(String column) {
        return new RowScorer(file, settings.withOutput(column));
    }

    /**
     * Adds a column with the label of the largest score.
     *
     * @param column its name
     * @return another scorer
     * @throws InvalidInputException if the model has no labels
     */
    public RowScorer label(String column) {
        if (!settings.hasLabels()) {
            throw new InvalidInputException("the model has no labels");
        }
        return new RowScorer(file, settings.withLabel(column));
    }

    /**
     * Names rows in errors and reasons by a column, beside their place.
     *
     * @param column its name
     * @return another scorer
     */
    public RowScorer rowName(String column) {
        return new RowScorer(file, settings.withRowName(column));
    }

    /**
     * Leaves bad rows out and counts them. By default the job fails with the reason.
     *
     * @return another scorer
     */
    public RowScorer skipBadRows() {
        return new RowScorer(file, settings.withBadRows(Settings.BadRows.SKIP, null));
    }

    /**
     * Keeps bad rows, without scores but with the reason, and counts them. By default the job fails with the reason.
     *
     * @param column the column for the reason, null for the other rows
     * @return another scorer
     */
    public RowScorer markBadRows(String column) {
        return new RowScorer(file, settings.withBadRows(Settings.BadRows.MARK, column));
    }

    /**
     * Scores rows.
     *
     * @param rows the rows; not changed
     * @return the rows with their scores
     * @throws InvalidInputException if a column is missing, of a type that the model can't read, or there already
     */
    public ScoredRows score(Dataset<?> rows) {
        StructType schema = Columns.outputs(rows.schema(), settings);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
        Broadcast<byte[]> model = context.broadcast(file);
        LongAccumulator bad = rows.sparkSession().sparkContext().longAccumulator("lanewise bad rows");
        Dataset<Row> scored = rows.toDF().mapPartitions(
                (MapPartitionsFunction<Row, Row>) new PartitionScoring(settings, model, bad), Encoders.row(schema));
        return new ScoredRows(scored, bad);
    }

    @Override
    public String toString() {
        return "RowScorer[" + new ArrayList<>(List.of(settings.columns(), settings.output(),
                Optional.ofNullable(settings.label()), settings.badRows())) + "]";
    }
}
