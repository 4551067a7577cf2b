package lanewise.bench;

import java.time.Duration;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;

/** What the others are compared with. */
final class Lanewise implements Engine {
    static final String NAME = "lanewise";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "this tree";
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        Model model = network.model(workload.steps(), ModelOptions.DEFAULT.withWarmUpThread(false));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        Predictor predictor = model.predictor(workload.batch(), workload.steps());
        return new LanewiseScorer(model, predictor, workload.batch(), network.outputs());
    }

    private static final class LanewiseScorer implements Scorer {
        private final Model model;
        private final Predictor predictor;
        private final InputTensor x;
        private final int batch;
        private final float[] y;

        LanewiseScorer(Model model, Predictor predictor, int batch, int outputs) {
            this.model = model;
            this.predictor = predictor;
            this.batch = batch;
            x = predictor.inputs().getFirst();
            y = new float[batch * outputs];
        }

        @Override
        public float[] score(Workload.Call call) {
            if (call.ids() != null) {
                x.set(call.ids(), batch);
            } else {
                x.set(call.x(), batch);
            }
            if (call.h() != null) {
                predictor.inputs().get(1).set(call.h(), batch);
                predictor.inputs().get(2).set(call.c(), batch);
            }
            predictor.run();
            predictor.outputs().getFirst().get(y);
            return y;
        }

        @Override
        public void close() {
            predictor.close();
            model.close();
        }
    }
}
