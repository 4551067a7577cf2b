package lanewise.cli.page;

import java.util.Map;
import java.util.Optional;

/**
 * What rounding weights does to a model's answers.
 *
 * @param together what rounding all of them does, in words
 * @param calls    how many examples were scored
 * @param layers   by how much each layer alone moves an answer at most, by the layer's path
 */
public record MovedAnswers(String together, int calls, Map<String, Double> layers) {
    /** Copies the map. */
    public MovedAnswers {
        layers = Map.copyOf(layers);
    }

    /** What the layer of an array moves; the layer's path is the longest that leads to the array. */
    Optional<Double> alone(String key) {
        String path = key;
        while (!path.isEmpty() && !layers.containsKey(path)) {
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
        return Optional.ofNullable(layers.get(path));
    }
}
