package lanewise.verify;

import java.util.List;
import lanewise.spec.DType;
import lanewise.spec.TensorData;

/** How two answers differ, summed up over calls. What is meant by a label: {@link lanewise.spec.Accuracy.Output}. */
final class Difference {
    double largest;
    /** Largest absolute value of the first answers. */
    double size;
    private long changed;
    private double sum;
    private long values;
    private long compared;
    /** Whether single values are probabilities as far as one can see. */
    private boolean probabilities = true;
    private boolean single;

    double mean() {
        return values == 0 ? 0 : sum / values;
    }

    /** How many labels were compared. */
    long labels() {
        return single && !probabilities ? 0 : compared;
    }

    /** How many labels changed. */
    long changedLabels() {
        return single && !probabilities ? 0 : changed;
    }

    /**
     * Adds a call.
     *
     * @param expected the answer to compare with
     * @param found    the other answer
     */
    void add(TensorData expected, TensorData found) {
        if (!expected.shape().equals(found.shape())) {
            largest = Double.POSITIVE_INFINITY;
        } else if (expected.dtype() == DType.STRING) {
            addTexts(expected.strings(), found.strings());
        } else if (expected.dtype() == DType.FLOAT32) {
            int rank = expected.shape().rank();
            addFloats(expected.toFloats(), found.toFloats(), rank > 1 ? expected.shape().dim(rank - 1) : 1);
        } else {
            addIntegers(expected.toLongs(), found.toLongs());
        }
    }

    private void addTexts(List<String> expected, List<String> found) {
        for (int i = 0; i < expected.size(); i++) {
            addValue(0, expected.get(i).equals(found.get(i)) ? 0 : 1);
            addLabel(expected.get(i).equals(found.get(i)));
        }
    }

    private void addIntegers(long[] expected, long[] found) {
        for (int i = 0; i < expected.length; i++) {
            addValue(expected[i], found[i]);
            addLabel(expected[i] == found[i]);
        }
    }

    private void addFloats(float[] expected, float[] found, int width) {
        for (int i = 0; i < expected.length; i++) {
            addValue(expected[i], found[i]);
        }
        if (width == 1) {
            single = true;
            for (int i = 0; i < expected.length; i++) {
                probabilities &= expected[i] >= 0 && expected[i] <= 1;
                addLabel(expected[i] > 0.5f == found[i] > 0.5f);
            }
            return;
        }
        for (int row = 0; row < expected.length; row += width) {
            addLabel(largestOf(expected, row, width) == largestOf(found, row, width));
        }
    }

    private static int largestOf(float[] values, int from, int width) {
        int best = from;
        for (int i = from + 1; i < from + width; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private void addLabel(boolean same) {
        compared++;
        changed += same ? 0 : 1;
    }

    private void addValue(double expected, double found) {
        boolean equal = expected == found || Double.isNaN(expected) && Double.isNaN(found);
        double error = equal ? 0 : Math.abs(expected - found);
        // a number that became infinite or NaN, or was it
        error = Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
        largest = Math.max(largest, error);
        sum += error;
        values++;
        size = Double.isFinite(expected) ? Math.max(size, Math.abs(expected)) : size;
    }
}
