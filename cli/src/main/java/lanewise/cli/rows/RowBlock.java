package lanewise.cli.rows;

import java.util.Map;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import lanewise.spec.TensorData;

/** Some rows that follow one another: read by one thread, understood and scored by another. */
public interface RowBlock {
    /**
     * How many there are.
     *
     * @return 1 if they are one call that can't be divided
     */
    int size();

    /**
     * The number of a row in what it was read from, from 1: its line, if it is one.
     *
     * @param row from 0
     */
    long number(int row);

    /**
     * Where a row is, for messages.
     *
     * @param row from 0
     * @return such as "line 7 of rows.csv"
     */
    String place(int row);

    /**
     * The text of a row.
     *
     * @param row from 0
     * @return null if it is numbers, or several texts
     * @throws InvalidInputException if it can't be read
     */
    String text(int row);

    /**
     * Some rows as one call of a model.
     *
     * @param scorer that is to score them
     * @param from   the first one, from 0
     * @param to     behind the last one
     * @return an array for each input, by name; null if they differ in size, so that they are no one call
     * @throws InvalidInputException if one of them can't be read
     */
    Map<String, TensorData> call(Scorer scorer, int from, int to);

    /**
     * How much has been read with these rows.
     *
     * @return in the unit of {@link Rows#total}
     */
    long position();
}
