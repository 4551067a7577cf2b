package lanewise.plan;

import java.util.function.DoubleUnaryOperator;
import lanewise.spec.Activation;

/**
 * Keras's recurrent layers in double precision, written from their formulas, with plain arrays and loops: knows nothing
 * of the engine. A sequence is [steps][features].
 */
final class Oracle {
    private Oracle() {}

    /** One step: input and states to new states; the first state is the output. */
    interface CellStep {
        double[][] apply(double[] x, double[][] states);
    }

    /** What a layer gives for one row. */
    record Result(double[][] outputs, double[] last, double[][] states) {}

    static DoubleUnaryOperator function(Activation f) {
        return switch (f) {
            case LINEAR -> x -> x;
            case TANH -> Math::tanh;
            case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
            case RELU -> x -> Math.max(0, x);
            case HARD_SIGMOID -> x -> Math.min(Math.max(x + 3, 0), 6) / 6;
            default -> throw new IllegalArgumentException(f.name());
        };
    }

    /** x * w[:, from .. from + n) for w of [rows][columns]. */
    private static double[] product(double[] x, float[] w, int columns, int from, int n) {
        double[] y = new double[n];
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < x.length; k++) {
                y[j] += x[k] * w[k * columns + from + j];
            }
        }
        return y;
    }

    private static double at(float[] bias, int i) {
        return bias == null ? 0 : bias[i];
    }

    static CellStep simpleRnn(int n, float[] w, float[] u, float[] b, Activation f) {
        DoubleUnaryOperator act = function(f);
        return (x, s) -> {
            double[] a = product(x, w, n, 0, n);
            double[] r = product(s[0], u, n, 0, n);
            double[] h = new double[n];
            for (int j = 0; j < n; j++) {
                h[j] = act.applyAsDouble(a[j] + r[j] + at(b, j));
            }
            return new double[][] {h};
        };
    }

    static CellStep lstm(int n, float[] w, float[] u, float[] b, Activation f, Activation gate) {
        DoubleUnaryOperator act = function(f);
        DoubleUnaryOperator rec = function(gate);
        return (x, s) -> {
            double[] a = product(x, w, 4 * n, 0, 4 * n);
            double[] r = product(s[0], u, 4 * n, 0, 4 * n);
            double[] h = new double[n];
            double[] c = new double[n];
            for (int j = 0; j < n; j++) {
                double i = rec.applyAsDouble(a[j] + r[j] + at(b, j));
                double forget = rec.applyAsDouble(a[n + j] + r[n + j] + at(b, n + j));
                double candidate = act.applyAsDouble(a[2 * n + j] + r[2 * n + j] + at(b, 2 * n + j));
                double o = rec.applyAsDouble(a[3 * n + j] + r[3 * n + j] + at(b, 3 * n + j));
                c[j] = forget * s[1][j] + i * candidate;
                h[j] = o * act.applyAsDouble(c[j]);
            }
            return new double[][] {h, c};
        };
    }

    /** With weights p of the cell state for i, f and o, limits of the sums, and perhaps f = 1 - i. */
    static CellStep peepholeLstm(int n, float[] w, float[] u, float[] b, float[] p, Activation[] functions, double clip,
            boolean coupled) {
        DoubleUnaryOperator gate = function(functions[0]);
        DoubleUnaryOperator candidate = function(functions[1]);
        DoubleUnaryOperator output = function(functions[2]);
        return (x, states) -> {
            double[] c = new double[n];
            double[] h = new double[n];
            for (int j = 0; j < n; j++) {
                double[] z = new double[4];
                for (int g = 0; g < 4; g++) {
                    z[g] = product(x, w, 4 * n, g * n, n)[j] + product(states[0], u, 4 * n, g * n, n)[j]
                            + at(b, g * n + j);
                }
                double before = states[1][j];
                double i = gate.applyAsDouble(limit(z[0] + p[j] * before, clip));
                double f = coupled ? 1 - i : gate.applyAsDouble(limit(z[1] + p[n + j] * before, clip));
                c[j] = f * before + i * candidate.applyAsDouble(limit(z[2], clip));
                h[j] = gate.applyAsDouble(limit(z[3] + p[2 * n + j] * c[j], clip)) * output.applyAsDouble(c[j]);
            }
            return new double[][] {h, c};
        };
    }

    private static double limit(double value, double clip) {
        return Math.clamp(value, -clip, clip);
    }

    static CellStep gru(int n, float[] w, float[] u, float[] b, Activation f, Activation gate, boolean resetAfter) {
        DoubleUnaryOperator act = function(f);
        DoubleUnaryOperator rec = function(gate);
        return (x, s) -> {
            double[] a = product(x, w, 3 * n, 0, 3 * n);
            double[] r = product(s[0], u, 3 * n, 0, 3 * n);
            double[] z = new double[n];
            double[] reset = new double[n];
            double[] gated = new double[n];
            for (int j = 0; j < n; j++) {
                double second = resetAfter ? at(b, 3 * n + j) : 0;
                z[j] = rec.applyAsDouble(a[j] + at(b, j) + r[j] + second);
                second = resetAfter ? at(b, 4 * n + j) : 0;
                reset[j] = rec.applyAsDouble(a[n + j] + at(b, n + j) + r[n + j] + second);
                gated[j] = reset[j] * s[0][j];
            }
            double[] before = product(gated, u, 3 * n, 2 * n, n);
            double[] h = new double[n];
            for (int j = 0; j < n; j++) {
                double inner = resetAfter ? reset[j] * (r[2 * n + j] + at(b, 5 * n + j)) : before[j];
                double hh = act.applyAsDouble(a[2 * n + j] + at(b, 2 * n + j) + inner);
                h[j] = z[j] * s[0][j] + (1 - z[j]) * hh;
            }
            return new double[][] {h};
        };
    }

    /** Keras's backend.rnn for one row; outputs in the order of processing. */
    static Result run(CellStep cell, double[][] x, boolean[] mask, double[][] initial, boolean backwards,
            boolean zeroOutput) {
        double[][] states = initial;
        int n = initial[0].length;
        double[][] outputs = new double[x.length][];
        double[] previous = new double[n];
        for (int order = 0; order < x.length; order++) {
            int t = backwards ? x.length - 1 - order : order;
            if (mask == null || mask[t]) {
                states = cell.apply(x[t], states);
                outputs[order] = states[0];
            } else {
                outputs[order] = zeroOutput ? new double[n] : previous;
            }
            previous = outputs[order];
        }
        return new Result(outputs, outputs[x.length - 1], states);
    }
}
