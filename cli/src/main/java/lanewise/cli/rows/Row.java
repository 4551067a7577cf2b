package lanewise.cli.rows;

import java.util.Map;
import lanewise.spec.TensorData;

/**
 * A row as a model takes it.
 *
 * @param text   for a model that takes one text a row, else null
 * @param arrays for other models, an array for each input by name, as {@code Scorer.score} takes them
 */
record Row(String text, Map<String, TensorData> arrays) {
    static Row of(String text) {
        return new Row(text, Map.of());
    }
}
