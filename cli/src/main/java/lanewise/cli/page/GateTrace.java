package lanewise.cli.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.OutputTensor;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Weights;

/**
 * What happened inside one cell of a recurrent layer over the steps of one row.
 *
 * @param path       of the layer; of the cell where the layer has several
 * @param kerasClass the cell's class
 * @param backwards  whether the layer starts at the last step
 * @param values     for each part of the cell [steps][units] by step in time; a masked step has what the step before it
 *                   left, and NaN in gates
 * @param masked     by step in time, whether the step is masked
 * @param difference the largest difference between the states computed here and the engine's
 */
public record GateTrace(String path, String kerasClass, boolean backwards, Map<String, double[][]> values,
        boolean[] masked,
        double difference) {
    /**
     * Follows a layer. Its sums are computed in double precision from what the engine says that the layer reads; its
     * hidden states after each step, and its last states, are compared with the engine's.
     *
     * @param loop    the layer
     * @param outputs of the probing model, after its call; the first row counts
     * @param weights of the model
     * @return a trace for each cell
     */
    static List<GateTrace> of(Probe.Loop loop, List<OutputTensor> outputs, Weights weights) {
        double[][] x = firstRow(outputs.get(loop.first()));
        int steps = x.length;
        boolean[] masked = new boolean[steps];
        if (loop.mask() >= 0) {
            double[][] mask = firstRow(outputs.get(loop.mask()));
            for (int t = 0; t < steps; t++) {
                // what is read may be NaN, then the probe is too; a masked step is 0 for sure
                masked[t] = mask[t][0] == 0;
            }
        }
        RecurrentLayer.Rnn rnn = loop.rnn();
        double[][] expected = firstRow(outputs.get(loop.states()));
        List<GateTrace> traces = new ArrayList<>();
        int state = 0;
        int largest = rnn.cells().stream().mapToInt(RecurrentLayer.Cell::units).max().orElseThrow();
        try (Functions functions = new Functions(largest)) {
            for (int i = 0; i < rnn.cells().size(); i++) {
                RecurrentLayer.Cell cell = rnn.cells().get(i);
                List<double[]> first = new ArrayList<>();
                List<double[]> last = new ArrayList<>();
                for (int s = 0; s < cell.states(); s++, state++) {
                    first.add(loop.initial().isEmpty() ? new double[cell.units()]
                            : doubles(outputs.get(loop.initial().get(state)).toFloats(), 0, cell.units()));
                    last.add(doubles(outputs.get(loop.states() + 1 + state).toFloats(), 0, cell.units()));
                }
                String path = loop.path() + "/" + cell.name();
                CellStep step = new CellStep(cell, path, weights, functions, first);
                boolean isLast = i == rnn.cells().size() - 1;
                GateTrace trace = run(rnn.cells().size() == 1 ? loop.path() : path, cell, rnn.goBackwards(), step, x,
                        masked, isLast ? expected : null);
                traces.add(new GateTrace(trace.path, trace.kerasClass, trace.backwards, trace.values, masked,
                        Math.max(trace.difference, difference(step.states(), last))));
                x = trace.values.get(GateNames.HIDDEN);
            }
        }
        return traces;
    }

    private static GateTrace run(String path, RecurrentLayer.Cell cell, boolean backwards, CellStep step, double[][] x,
            boolean[] masked, double[][] expected) {
        int steps = x.length;
        Map<String, double[][]> values = new LinkedHashMap<>();
        double difference = 0;
        boolean seen = false;
        for (int order = 0; order < steps; order++) {
            int t = backwards ? steps - 1 - order : order;
            if (!masked[t]) {
                seen = true;
                step.step(x[t])
                        .forEach((name, row) -> values.computeIfAbsent(name, key -> new double[steps][])[t] = row);
            }
            // until the first step that runs the engine puts out zeros
            if (expected != null && seen) {
                difference = Math.max(difference, difference(List.of(step.output()), List.of(expected[order])));
            }
            if (masked[t]) {
                values.computeIfAbsent(GateNames.HIDDEN, key -> new double[steps][])[t] = step.output();
                if (cell.states() == 2) {
                    values.computeIfAbsent(GateNames.CELL, key -> new double[steps][])[t] = step.states().get(1);
                }
            }
        }
        return new GateTrace(path, cell.kerasClass(), backwards, values, masked, difference);
    }

    private static double difference(List<double[]> found, List<double[]> expected) {
        double largest = 0;
        for (int i = 0; i < found.size(); i++) {
            for (int u = 0; u < found.get(i).length; u++) {
                double error = Math.abs(found.get(i)[u] - expected.get(i)[u]);
                boolean same = Double.isNaN(found.get(i)[u]) && Double.isNaN(expected.get(i)[u]);
                largest = same || error <= largest ? largest : Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
            }
        }
        return largest;
    }

    /** Of an output [rows, steps, features] the first row, by step. */
    private static double[][] firstRow(OutputTensor output) {
        float[] all = output.toFloats();
        int steps = output.toArray().shape().dim(1);
        int width = output.toArray().shape().dim(2);
        double[][] row = new double[steps][];
        for (int t = 0; t < steps; t++) {
            row[t] = doubles(all, t * width, width);
        }
        return row;
    }

    private static double[] doubles(float[] values, int from, int count) {
        double[] all = new double[count];
        for (int i = 0; i < count; i++) {
            all[i] = values[from + i];
        }
        return all;
    }

    int steps() {
        return masked.length;
    }

    int units() {
        return values.get(GateNames.HIDDEN)[0].length;
    }
}
