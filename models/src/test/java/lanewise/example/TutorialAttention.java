package lanewise.example;

import java.util.List;
import lanewise.options.CustomLayer;
import lanewise.spec.TensorData;

/**
 * The attention layer of Keras tutorials: {@code softmax(tanh(x W + b) u)} over the steps weights them; masked ones get
 * nothing.
 */
public final class TutorialAttention implements CustomLayer {
    private final int features;
    private final int units;
    private final float[] w;
    private final float[] b;
    private final float[] u;

    /**
     * Takes what the model file holds.
     *
     * @param config  the layer's options, which say nothing that the arrays do not
     * @param weights W (features, units), b (units), u (units)
     */
    public TutorialAttention(String config, List<TensorData> weights) {
        features = weights.get(0).shape().dim(0);
        units = weights.get(0).shape().dim(1);
        w = weights.get(0).toFloats();
        b = weights.get(1).toFloats();
        u = weights.get(2).toFloats();
    }

    @Override
    public int[] outputShape(List<int[]> inputs) {
        int[] x = inputs.getFirst();
        if (x.length != 3 || x[2] != features) {
            throw new IllegalArgumentException("expected (batch, steps, " + features + ")");
        }
        return new int[] {x[0], features};
    }

    @Override
    public void compute(List<Array> inputs, Array output) {
        Array x = inputs.getFirst();
        int steps = x.shape()[1];
        for (int row = 0; row < x.shape()[0]; row++) {
            double[] weight = new double[steps];
            double sum = 0;
            for (int t = 0; t < steps; t++) {
                weight[t] = x.isKept(row, t) ? Math.exp(score(x, ((long) row * steps + t) * features)) : 0;
                sum += weight[t];
            }
            for (int i = 0; i < features; i++) {
                double y = 0;
                for (int t = 0; t < steps; t++) {
                    y += weight[t] / sum * x.get(((long) row * steps + t) * features + i);
                }
                output.set((long) row * features + i, (float) y);
            }
        }
    }

    private double score(Array x, long at) {
        double score = 0;
        for (int j = 0; j < units; j++) {
            double z = b[j];
            for (int i = 0; i < features; i++) {
                z += x.get(at + i) * w[i * units + j];
            }
            score += Math.tanh(z) * u[j];
        }
        return score;
    }
}
