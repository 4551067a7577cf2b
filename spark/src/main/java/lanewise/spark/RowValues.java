package lanewise.spark;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidInputException;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Reads what Spark has in a column, as {@link lanewise.Scorer#scoreRow} takes it. */
final class RowValues {
    private RowValues() {}

    /**
     * A text, a number, or nested lists.
     *
     * @param column where it is, for messages
     * @param value  what Spark has there
     * @throws InvalidInputException if something in it is null or NaN
     */
    static Object of(String column, Object value) {
        if (value == null) {
            throw new InvalidInputException("column '" + column + "' is or holds null");
        }
        if (value instanceof Seq<?> values) {
            List<Object> list = new ArrayList<>(values.size());
            for (Iterator<?> all = values.iterator(); all.hasNext();) {
                list.add(of(column, all.next()));
            }
            return list;
        }
        if (value instanceof Number number && Double.isNaN(number.doubleValue())) {
            throw new InvalidInputException("column '" + column + "' is or holds NaN");
        }
        return value;
    }
}
