package lanewise.spec;

import java.util.List;
import java.util.Objects;

/**
 * What rounding its weights to 16 bits did to a model's answers, as it was measured when the file was written.
 *
 * @param calls   how many calls were compared with those of the float32 weights
 * @param limit   what no {@link Output#distance} was to exceed
 * @param outputs for each output of the model, in order
 */
public record Accuracy(int calls, double limit, List<Output> outputs) {
    /**
     * What rounding did to one output.
     *
     * @param name         of the output
     * @param largest      largest absolute difference of a value; a text that changed counts as 1
     * @param mean         mean absolute difference
     * @param size         the largest absolute value that float32 weights gave
     * @param labels       how many labels were compared: the largest value along the last axis, or whether a single
     *                     value from 0 to 1 is above 0.5; 0 if the output has none
     * @param changed      how many of these changed
     * @param layer        the layer that moves the output most if it alone is rounded; empty if none does
     * @param layerLargest by how much that layer alone moves it
     */
    public record Output(String name, double largest, double mean, double size, long labels, long changed, String layer,
            double layerLargest) {
        /** Checks that there are names. */
        public Output {
            Objects.requireNonNull(name);
            Objects.requireNonNull(layer);
        }

        /**
         * What is held against a limit: the largest difference, of an output with values above 1 as a part of the
         * largest.
         *
         * @return the distance from the answers of float32 weights
         */
        public double distance() {
            return largest / Math.max(1, size);
        }
    }

    /** Copies the list. */
    public Accuracy {
        outputs = List.copyOf(outputs);
    }

    /**
     * The output that moved farthest.
     *
     * @return the one with the largest {@link Output#distance}
     */
    public Output worst() {
        Output worst = outputs.getFirst();
        for (Output output : outputs) {
            worst = output.distance() > worst.distance() ? output : worst;
        }
        return worst;
    }

    /**
     * Whether no output moved farther than the limit.
     *
     * @return false if one did
     */
    public boolean isWithin() {
        return worst().distance() <= limit;
    }
}
