package lanewise.cli.page;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidSpecException;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * What rounding a weight matrix to 16 bits does to its numbers.
 *
 * @param key      path of the layer and role
 * @param bfloat16 errors in that format
 * @param int16    errors in that format
 */
record Rounded(String key, Errors bfloat16, Errors int16) {
    /**
     * Errors of a rounded matrix.
     *
     * @param relative root of the mean square error over that of the numbers; NaN if it can't be rounded
     * @param largest  largest absolute error
     */
    record Errors(double relative, double largest) {}

    /** All matrices of float32 weights that may have 16 bits; none of a model that is rounded already. */
    static List<Rounded> of(ModelSpec spec, Weights weights) {
        List<Rounded> all = new ArrayList<>();
        if (weights.narrow().isEmpty()) {
            spec.graph().walk((path, layer) -> {
                for (String role : layer.matrixRoles()) {
                    weights.find(path, role).ifPresent(matrix -> all.add(new Rounded(path + "/" + role,
                            errors(WeightFormat.BFLOAT16, matrix), errors(WeightFormat.INT16, matrix))));
                }
            });
        }
        return all;
    }

    private static Errors errors(WeightFormat format, TensorData matrix) {
        float[] exact = matrix.toFloats();
        float[] rounded;
        try {
            rounded = NarrowArray.of(format, matrix).decode().toFloats();
        } catch (InvalidSpecException e) {
            // numbers that are not finite, or too large
            return new Errors(Double.NaN, Double.NaN);
        }
        double squares = 0;
        double errors = 0;
        double largest = 0;
        for (int i = 0; i < exact.length; i++) {
            double error = Math.abs((double) rounded[i] - exact[i]);
            squares += (double) exact[i] * exact[i];
            errors += error * error;
            largest = Math.max(largest, error);
        }
        return new Errors(squares == 0 ? 0 : Math.sqrt(errors / squares), largest);
    }
}
