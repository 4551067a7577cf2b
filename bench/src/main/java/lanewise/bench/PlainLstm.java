package lanewise.bench;

import java.util.Arrays;

/**
 * What a user would write without a library: an LSTM with transposed {@code float[][]} weights, the inner loop over the
 * inputs, and {@code Math.exp} and {@code Math.tanh}. Keras's layout, gates i f c o.
 */
final class PlainLstm {
    private final int units;
    private final float[][] kernel;
    private final float[][] recurrent;
    private final float[] bias;
    private final float[] h;
    private final float[] c;
    private final float[] z;

    /** Turns Keras's arrays so that a sum runs along memory. */
    PlainLstm(int features, int units, Network.Cell cell) {
        this.units = units;
        this.kernel = transpose(cell.kernel(), features, 4 * units);
        this.recurrent = transpose(cell.recurrent(), units, 4 * units);
        this.bias = cell.bias();
        h = new float[units];
        c = new float[units];
        z = new float[4 * units];
    }

    static float[][] transpose(float[] matrix, int rows, int columns) {
        float[][] transposed = new float[columns][rows];
        for (int r = 0; r < rows; r++) {
            for (int col = 0; col < columns; col++) {
                transposed[col][r] = matrix[r * columns + col];
            }
        }
        return transposed;
    }

    /** Starts from a row's states, or from zeros where there are none. */
    void start(float[] firstH, float[] firstC, int row) {
        if (firstH == null) {
            Arrays.fill(h, 0f);
            Arrays.fill(c, 0f);
        } else {
            System.arraycopy(firstH, row * units, h, 0, units);
            System.arraycopy(firstC, row * units, c, 0, units);
        }
    }

    /** One step; returns the output, which is the layer's own array. */
    float[] step(float[] x) {
        for (int j = 0; j < 4 * units; j++) {
            float sum = bias[j];
            for (int k = 0; k < x.length; k++) {
                sum += x[k] * kernel[j][k];
            }
            for (int k = 0; k < units; k++) {
                sum += h[k] * recurrent[j][k];
            }
            z[j] = sum;
        }
        for (int j = 0; j < units; j++) {
            float i = sigmoid(z[j]);
            float f = sigmoid(z[units + j]);
            float g = (float) Math.tanh(z[2 * units + j]);
            float o = sigmoid(z[3 * units + j]);
            c[j] = f * c[j] + i * g;
            h[j] = o * (float) Math.tanh(c[j]);
        }
        return h;
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
