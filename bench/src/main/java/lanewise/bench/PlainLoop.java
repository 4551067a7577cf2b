package lanewise.bench;

import java.util.ArrayList;
import java.util.List;

/** The loop that a user would write, for every network of the table. */
final class PlainLoop implements Engine {
    @Override
    public String name() {
        return "plain-loop";
    }

    @Override
    public String version() {
        return "-";
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        return new PlainScorer(workload, network);
    }

    private static final class PlainScorer implements Scorer {
        private final int steps;
        private final int batch;
        private final Network network;
        private final List<List<PlainLstm>> layers = new ArrayList<>();
        private final List<float[][]> sequences = new ArrayList<>();
        private final float[][] embeddings;
        private final float[] y;

        PlainScorer(Workload workload, Network network) {
            this.steps = workload.steps();
            this.batch = workload.batch();
            this.network = network;
            sequences.add(new float[steps][network.features()]);
            for (Network.Layer layer : network.layers()) {
                layers.add(layer.directions().stream().map(c -> new PlainLstm(layer.features(), layer.units(), c))
                        .toList());
                sequences.add(new float[steps][layer.outputs()]);
            }
            embeddings = new float[network.vocabulary()][network.features()];
            for (int i = 0; i < embeddings.length; i++) {
                System.arraycopy(network.embeddings(), i * network.features(), embeddings[i], 0, network.features());
            }
            y = new float[batch * network.outputs()];
        }

        @Override
        public float[] score(Workload.Call call) {
            for (int b = 0; b < batch; b++) {
                score(call, b);
            }
            return y;
        }

        private void score(Workload.Call call, int b) {
            float[][] x = sequences.getFirst();
            for (int t = 0; t < steps; t++) {
                if (call.ids() != null) {
                    x[t] = embeddings[call.ids()[b * steps + t]];
                } else {
                    System.arraycopy(call.x(), (b * steps + t) * x[t].length, x[t], 0, x[t].length);
                }
            }
            float[] last = null;
            for (int i = 0; i < layers.size(); i++) {
                last = layer(layers.get(i), sequences.get(i), sequences.get(i + 1), call, b);
            }
            if (network.head() == null) {
                System.arraycopy(last, 0, y, b * last.length, last.length);
            } else {
                network.head().apply(last, y, b * network.outputs());
            }
        }

        /** Runs a layer; its last output: of the backward direction, the one for the first step. */
        private float[] layer(List<PlainLstm> directions, float[][] x, float[][] out, Workload.Call call, int b) {
            int units = out[0].length / directions.size();
            float[] last = new float[out[0].length];
            for (int d = 0; d < directions.size(); d++) {
                PlainLstm lstm = directions.get(d);
                lstm.start(call.h(), call.c(), b);
                float[] h = null;
                for (int s = 0; s < steps; s++) {
                    int t = d == 0 ? s : steps - 1 - s;
                    h = lstm.step(x[t]);
                    System.arraycopy(h, 0, out[t], d * units, units);
                }
                System.arraycopy(h, 0, last, d * units, units);
            }
            return last;
        }

        @Override
        public void close() {}
    }
}
