package lanewise.onnx;

import lanewise.onnx.OnnxValue.Unsupported;

/** What a file may ask for at import: a few of its bytes can ask for any number of values, calls and products. */
final class OnnxBudget {
    /** Most known values that are made of others, all together. */
    private static final long MOST_VALUES = 1L << 24;
    /** Most calls of operators, those in bodies counted each time. */
    private static final int MOST_NODES = 200_000;
    /** Most multiplications of known values, some seconds of work. */
    private static final long MOST_WORK = 1L << 32;

    private long values;
    private int nodes = MOST_NODES;
    private double work = MOST_WORK;

    /**
     * Starts with all of it.
     *
     * @param known how many numbers the file holds
     */
    OnnxBudget(long known) {
        values = MOST_VALUES + 4 * known;
    }

    /** Counts known values that are about to be made. */
    void values(long count) {
        values -= count;
        if (count < 0 || values < 0) {
            throw new Unsupported("it makes more numbers beforehand than the " + MOST_VALUES
                    + " that are supported for all together");
        }
    }

    /** Counts multiplications of known values. */
    void work(double products) {
        work -= products;
        if (work < 0) {
            throw new Unsupported("it computes more with numbers that are known beforehand than the " + MOST_WORK
                    + " products that are supported for all together; let the exporter fold constants");
        }
    }

    /** Counts a call of an operator. */
    void node() {
        if (--nodes < 0) {
            throw new Unsupported("the model calls operators more than " + MOST_NODES
                    + " times, those in bodies of loops counted each time");
        }
    }
}
