package lanewise.cli.page;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.Activation;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * One cell of a recurrent layer, step by step, with all its sums in double precision: gates are nowhere else to
 * be seen.
 */
final class CellStep {
    private final RecurrentLayer.Cell cell;
    private final Functions functions;
    private final double limit;
    private final int units;
    private final float[] kernel;
    private final float[] recurrent;
    private final float[] bias;
    private final float[] peephole;
    private double[] h;
    private double[] c;

    /**
     * A cell at its first step.
     *
     * @param given     what it is
     * @param path      where its weights are
     * @param weights   of the model
     * @param functions what it computes functions with
     * @param states    its first states
     */
    CellStep(RecurrentLayer.Cell given, String path, Weights weights, Functions functions, List<double[]> states) {
        limit = given instanceof RecurrentLayer.ClippedCell clipped ? clipped.limit() : Double.POSITIVE_INFINITY;
        cell = given instanceof RecurrentLayer.ClippedCell clipped ? clipped.cell() : given;
        this.functions = functions;
        units = cell.units();
        kernel = array(weights, path, "kernel");
        recurrent = array(weights, path, "recurrent_kernel");
        bias = array(weights, path, "bias");
        peephole = array(weights, path, "peephole");
        h = states.getFirst();
        c = states.getLast();
    }

    private static float[] array(Weights weights, String path, String role) {
        return weights.find(path, role).map(TensorData::toFloats).orElse(new float[0]);
    }

    /** The output after the last step. */
    double[] output() {
        return h;
    }

    /** The states after the last step. */
    List<double[]> states() {
        return cell.states() == 2 ? List.of(h, c) : List.of(h);
    }

    /**
     * Runs a step.
     *
     * @param x what the cell reads
     * @return gates and new states by their names in {@link GateNames}, in the order of the computation
     */
    Map<String, double[]> step(double[] x) {
        return switch (cell) {
            case RecurrentLayer.LstmCell l -> lstm(l, x);
            case RecurrentLayer.PeepholeLstmCell l -> peephole(l, x);
            case RecurrentLayer.GruCell l -> gru(l, x);
            case RecurrentLayer.SimpleRnnCell l -> {
                h = functions.apply(l.activation(), clip(add(product(kernel, x, 0, 1), product(recurrent, h, 0, 1),
                        bias(0, 0)), limit));
                yield Map.of(GateNames.HIDDEN, h);
            }
            case RecurrentLayer.ClippedCell l -> throw new IllegalStateException(l.name() + " clips twice");
        };
    }

    private Map<String, double[]> lstm(RecurrentLayer.LstmCell l, double[] x) {
        double[] i = functions.apply(l.recurrentActivation(), sum(x, 0, 4));
        double[] f = functions.apply(l.recurrentActivation(), sum(x, 1, 4));
        double[] g = functions.apply(l.activation(), sum(x, 2, 4));
        double[] o = functions.apply(l.recurrentActivation(), sum(x, 3, 4));
        return lstm(i, f, g, o, l.activation());
    }

    private Map<String, double[]> lstm(double[] i, double[] f, double[] g, double[] o,
            Activation output) {
        c = cellState(i, f, g);
        h = times(o, functions.apply(output, c));
        Map<String, double[]> all = new LinkedHashMap<>();
        all.put(GateNames.INPUT, i);
        all.put(GateNames.FORGET, f);
        all.put(GateNames.CANDIDATE, g);
        all.put(GateNames.CELL, c);
        all.put(GateNames.OUTPUT, o);
        all.put(GateNames.HIDDEN, h);
        return all;
    }

    private double[] cellState(double[] i, double[] f, double[] g) {
        return add(times(f, c), times(i, g));
    }

    private Map<String, double[]> peephole(RecurrentLayer.PeepholeLstmCell l, double[] x) {
        double[] i = functions.apply(l.gates(), clip(add(sum(x, 0, 4), seen(0, c)), l.clip()));
        double[] f = l.coupled() ? add(ones(), times(i, ones(-1)))
                : functions.apply(l.gates(), clip(add(sum(x, 1, 4), seen(1, c)), l.clip()));
        double[] g = functions.apply(l.candidate(), clip(sum(x, 2, 4), l.clip()));
        double[] o = functions.apply(l.gates(), clip(add(sum(x, 3, 4), seen(2, cellState(i, f, g))), l.clip()));
        return lstm(i, f, g, o, l.output());
    }

    /** What a gate sees of the cell state. */
    private double[] seen(int gate, double[] state) {
        double[] all = new double[units];
        for (int u = 0; u < units; u++) {
            all[u] = peephole[gate * units + u] * state[u];
        }
        return all;
    }

    private Map<String, double[]> gru(RecurrentLayer.GruCell l, double[] x) {
        double[] z = functions.apply(l.recurrentActivation(), clip(gate(l, x, 0), limit));
        double[] r = functions.apply(l.recurrentActivation(), clip(gate(l, x, 1), limit));
        double[] input = add(product(kernel, x, 2, 3), bias(2, 0));
        double[] past = l.resetAfter() ? times(r, add(product(recurrent, h, 2, 3), bias(2, 3 * units)))
                : product(recurrent, times(r, h), 2, 3);
        double[] candidate = functions.apply(l.activation(), clip(add(input, past), limit));
        h = add(times(z, h), times(add(ones(), times(z, ones(-1))), candidate));
        Map<String, double[]> all = new LinkedHashMap<>();
        all.put(GateNames.UPDATE, z);
        all.put(GateNames.RESET, r);
        all.put(GateNames.CANDIDATE, candidate);
        all.put(GateNames.HIDDEN, h);
        return all;
    }

    private double[] gate(RecurrentLayer.GruCell l, double[] x, int gate) {
        double[] sum = sum(x, gate, 3);
        return l.resetAfter() ? add(sum, bias(gate, 3 * units)) : sum;
    }

    private double[] sum(double[] x, int gate, int gates) {
        return add(product(kernel, x, gate, gates), product(recurrent, h, gate, gates), bias(gate, 0));
    }

    private double[] bias(int gate, int offset) {
        double[] all = new double[units];
        for (int u = 0; u < units && bias.length > offset; u++) {
            all[u] = bias[offset + gate * units + u];
        }
        return all;
    }

    /** A row times the columns of one gate. */
    private double[] product(float[] matrix, double[] row, int gate, int gates) {
        double[] sums = new double[units];
        for (int k = 0; k < row.length; k++) {
            int at = (k * gates + gate) * units;
            for (int u = 0; u < units; u++) {
                sums[u] += row[k] * matrix[at + u];
            }
        }
        return sums;
    }

    private static double[] add(double[]... all) {
        double[] sum = all[0].clone();
        for (int i = 1; i < all.length; i++) {
            for (int u = 0; u < sum.length; u++) {
                sum[u] += all[i][u];
            }
        }
        return sum;
    }

    private static double[] times(double[] a, double[] b) {
        double[] product = new double[a.length];
        for (int u = 0; u < a.length; u++) {
            product[u] = a[u] * b[u];
        }
        return product;
    }

    private double[] ones() {
        return ones(1);
    }

    private double[] ones(double value) {
        double[] all = new double[units];
        Arrays.fill(all, value);
        return all;
    }

    private static double[] clip(double[] values, double limit) {
        double[] all = values.clone();
        for (int u = 0; u < all.length; u++) {
            all[u] = Math.max(-limit, Math.min(limit, all[u]));
        }
        return all;
    }
}
