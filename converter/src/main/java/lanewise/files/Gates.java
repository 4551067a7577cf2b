package lanewise.files;

/** Converts the gates of recurrent layers from the layout of other frameworks to Keras's layout and order. */
public final class Gates {
    private Gates() {}

    /**
     * Transposes a matrix whose rows are the units of all gates.
     *
     * @param rows   gates * units rows of inputs
     * @param units  of a gate
     * @param order  for each of Keras's gates, its position in the source
     * @return inputs rows of gates * units
     */
    public static float[] columns(float[] rows, int units, int... order) {
        int width = order.length * units;
        int inputs = rows.length / width;
        float[] columns = new float[rows.length];
        for (int g = 0; g < order.length; g++) {
            for (int u = 0; u < units; u++) {
                for (int i = 0; i < inputs; i++) {
                    columns[i * width + g * units + u] = rows[(order[g] * units + u) * inputs + i];
                }
            }
        }
        return columns;
    }

    /**
     * Concatenates the two biases of a layer.
     *
     * @param input     what is added to the product with the input, gates * units
     * @param recurrent what is added to the product with the state
     * @param units     of a gate
     * @param order     for each of Keras's gates, its position in the source
     * @return both, each in Keras's order
     */
    public static float[] biases(float[] input, float[] recurrent, int units, int... order) {
        int width = order.length * units;
        float[] both = new float[2 * width];
        for (int g = 0; g < order.length; g++) {
            System.arraycopy(input, order[g] * units, both, g * units, units);
            System.arraycopy(recurrent, order[g] * units, both, width + g * units, units);
        }
        return both;
    }

    /**
     * The sum of two biases that are always added together.
     *
     * @param both two of one length, one behind the other
     * @return their sum
     */
    public static float[] sum(float[] both) {
        float[] sum = new float[both.length / 2];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = both[i] + both[sum.length + i];
        }
        return sum;
    }
}
