package lanewise.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;

/**
 * What the others are compared with.
 *
 * @param format how it keeps weights
 */
record Lanewise(WeightFormat format) implements Engine {
    /** With weights as they are. */
    static final String NAME = "lanewise";

    /** Its name with weights of a format. */
    static String name(WeightFormat format) {
        return format.isNarrow() ? NAME + "-" + format.name().toLowerCase(Locale.ROOT) : NAME;
    }

    @Override
    public String name() {
        return name(format);
    }

    @Override
    public boolean takes(Workload workload) {
        return !format.isNarrow() || workload.isRounded();
    }

    @Override
    public Network used(Network network) {
        return network.rounded(format);
    }

    /** Options of models that are measured. */
    static ModelOptions options(WeightFormat format) {
        ModelOptions options = ModelOptions.DEFAULT.withWarmUpThread(false);
        return format.isNarrow() ? options.withWeights(format) : options;
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
        return open(workload, network, 1).getFirst();
    }

    @Override
    public boolean takesThreads() {
        return true;
    }

    @Override
    public List<Scorer> open(Workload workload, Network network, int threads) {
        Model model = network.model(workload.steps(), options(format));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        List<Scorer> scorers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            scorers.add(new LanewiseScorer(i == 0 ? model : null, model.predictor(workload.batch(), workload.steps()),
                    workload.batch(), network.outputs()));
        }
        return scorers;
    }

    @Override
    public boolean takesVoice() {
        return !format.isNarrow();
    }

    @Override
    public Scorer openVoice(Path file) {
        Model model = Importer.open(file, ImportOptions.DEFAULT
                .withInputValue("sr", TensorData.of(DType.INT32, Shape.SCALAR, VoiceBenchmark.RATE))
                .withInputShape("input", Shape.of(Shape.ANY, VoiceBenchmark.SAMPLES))
                .withModel(options(format)));
        if (!model.warmUp(Duration.ofSeconds(20))) {
            throw new IllegalStateException("vector kernels are not in use: " + model.explain());
        }
        return new VoiceScorer(model);
    }

    private static final class VoiceScorer implements Scorer {
        private final Model model;
        private final Predictor predictor;
        private final float[] state;
        private final float[] y = new float[1];

        VoiceScorer(Model model) {
            this.model = model;
            predictor = model.predictor();
            // the open axis is that of the rows, here one
            state = new float[Arrays.stream(predictor.inputs().get(1).shape().toArray()).map(size -> Math.max(1, size))
                    .reduce(1, (a, b) -> a * b)];
        }

        @Override
        public float[] score(Workload.Call call) {
            predictor.inputs().getFirst().set(call.x());
            predictor.inputs().get(1).set(state);
            predictor.run();
            predictor.outputs().get(1).get(state);
            predictor.outputs().getFirst().get(y);
            return y;
        }

        @Override
        public void close() {
            predictor.close();
            model.close();
        }
    }

    private static final class LanewiseScorer implements Scorer {
        /** Null for all threads but the first. */
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
            if (model != null) {
                model.close();
            }
        }
    }
}
