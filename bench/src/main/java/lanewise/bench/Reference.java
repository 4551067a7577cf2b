package lanewise.bench;

import lanewise.spec.Activation;

/**
 * The answers that every engine has to give before it is timed: plain loops in double precision over Keras's arrays.
 */
final class Reference {
    private final Network network;
    private final int steps;

    Reference(Workload workload, Network network) {
        this.network = network;
        this.steps = workload.steps();
    }

    /** Scores a row of a call. */
    double[] score(Workload.Call call, int row) {
        double[][] x = new double[steps][network.features()];
        for (int t = 0; t < steps; t++) {
            for (int k = 0; k < x[t].length; k++) {
                x[t][k] = call.ids() == null ? call.x()[(row * steps + t) * x[t].length + k]
                        : network.embeddings()[call.ids()[row * steps + t] * x[t].length + k];
            }
        }
        double[] last = null;
        for (Network.Layer layer : network.layers()) {
            double[][] out = new double[steps][layer.outputs()];
            last = new double[layer.outputs()];
            for (int d = 0; d < layer.directions().size(); d++) {
                direction(layer, d, x, out, last, call, row);
            }
            x = out;
        }
        return network.head() == null ? last : head(last);
    }

    private void direction(Network.Layer layer, int d, double[][] x, double[][] out, double[] last, Workload.Call call,
            int row) {
        int units = layer.units();
        Network.Cell cell = layer.directions().get(d);
        double[] h = new double[units];
        double[] c = new double[units];
        for (int j = 0; j < units && call.h() != null; j++) {
            h[j] = call.h()[row * units + j];
            c[j] = call.c()[row * units + j];
        }
        for (int s = 0; s < steps; s++) {
            int t = d == 0 ? s : steps - 1 - s;
            double[] z = new double[4 * units];
            for (int j = 0; j < z.length; j++) {
                z[j] = cell.bias()[j];
            }
            add(z, x[t], cell.kernel());
            add(z, h, cell.recurrent());
            for (int j = 0; j < units; j++) {
                c[j] = sigmoid(z[units + j]) * c[j] + sigmoid(z[j]) * Math.tanh(z[2 * units + j]);
                h[j] = sigmoid(z[3 * units + j]) * Math.tanh(c[j]);
            }
            System.arraycopy(h, 0, out[t], d * units, units);
        }
        System.arraycopy(h, 0, last, d * units, units);
    }

    private static void add(double[] z, double[] x, float[] matrix) {
        for (int k = 0; k < x.length; k++) {
            for (int j = 0; j < z.length; j++) {
                z[j] += x[k] * matrix[k * z.length + j];
            }
        }
    }

    private double[] head(double[] h) {
        double[] y = new double[network.head().units()];
        double sum = 0;
        for (int j = 0; j < y.length; j++) {
            double z = network.head().bias()[j];
            for (int k = 0; k < h.length; k++) {
                z += h[k] * network.head().kernel()[k * y.length + j];
            }
            y[j] = network.head().function() == Activation.LINEAR ? z : Math.exp(z);
            sum += y[j];
        }
        for (int j = 0; j < y.length && network.head().function() != Activation.LINEAR; j++) {
            y[j] /= network.head().function() == Activation.SOFTMAX ? sum : 1 + y[j];
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
