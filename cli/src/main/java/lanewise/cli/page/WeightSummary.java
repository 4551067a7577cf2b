package lanewise.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * What the numbers of a weight array are like.
 *
 * @param key       path of the layer and role
 * @param shape     of the array
 * @param least     the least finite number
 * @param most      the largest finite number
 * @param mean      of the finite numbers
 * @param deviation their standard deviation
 * @param zeros     how many are 0
 * @param wrong     how many are NaN or infinite
 * @param bins      how many finite numbers lie in each of equal parts of least to most
 */
record WeightSummary(String key, Shape shape, double least, double most, double mean, double deviation, long zeros,
        long wrong, long[] bins) {
    private static final int BINS = 48;

    /** Summaries of all arrays of floats, in the order of the layers. */
    static List<WeightSummary> of(Weights weights) {
        List<WeightSummary> all = new ArrayList<>();
        weights.shapes().keySet().forEach(key -> {
            int slash = key.lastIndexOf('/');
            TensorData array = weights.find(key.substring(0, slash), key.substring(slash + 1)).orElseThrow();
            if (array.dtype() == DType.FLOAT32 && array.shape().size() > 0) {
                all.add(of(key, array.shape(), array.toFloats()));
            }
        });
        return all;
    }

    static WeightSummary of(String key, Shape shape, float[] values) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        long zeros = 0;
        long finite = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                least = Math.min(least, value);
                most = Math.max(most, value);
                sum += value;
                zeros += value == 0 ? 1 : 0;
                finite++;
            }
        }
        double mean = sum / finite;
        long[] bins = new long[BINS];
        for (float value : values) {
            if (Float.isFinite(value)) {
                squares += (value - mean) * (value - mean);
                bins[least == most ? BINS / 2 : (int) Math.min(BINS - 1, (value - least) / (most - least) * BINS)]++;
            }
        }
        return new WeightSummary(key, shape, least, most, mean, Math.sqrt(squares / finite), zeros,
                values.length - finite, bins);
    }

    long count() {
        return shape.size();
    }

    /** The fullest bin; its height is that of the picture. */
    long tallest() {
        return IntStream.range(0, bins.length).mapToLong(i -> bins[i]).max().orElse(0);
    }
}
