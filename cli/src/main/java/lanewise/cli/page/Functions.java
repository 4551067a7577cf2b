package lanewise.cli.page;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.Weights;

/** Keras's functions as the engine computes them, so that there is no second definition of any. */
final class Functions implements AutoCloseable {
    private final Map<Activation, Model> models = new EnumMap<>(Activation.class);
    private final Map<Activation, Predictor> predictors = new EnumMap<>(Activation.class);
    private final int longest;

    /**
     * No function yet.
     *
     * @param longest how many numbers a row may have
     */
    Functions(int longest) {
        this.longest = longest;
    }

    /**
     * Applies a function to a row.
     *
     * @param function the function
     * @param row      its arguments
     * @return new numbers, in single precision
     */
    double[] apply(Activation function, double[] row) {
        if (function == Activation.LINEAR) {
            return row.clone();
        }
        Predictor predictor = predictors.computeIfAbsent(function, this::predictor);
        float[] x = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            x[i] = (float) row[i];
        }
        float[] y = predictor.predict(x);
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            result[i] = y[i];
        }
        return result;
    }

    private Predictor predictor(Activation function) {
        Graph.Node input = new Graph.Node(
                new LayerSpec.InputLayer("x", Shape.of(Shape.ANY, Shape.ANY), DType.FLOAT32), List.of(), null);
        Graph.Node activate = new Graph.Node(new CoreLayer.Activate("y", function), List.of(new Graph.Ref(0, 0)), null);
        Graph graph = new Graph(List.of(input, activate), List.of(0),
                List.of(new Graph.Output("y", new Graph.Ref(1, 0))));
        Model model = Model.of(new ModelSpec(function.kerasName(), graph), new Weights(Map.of()), Examples.NONE,
                ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
        models.put(function, model);
        return model.predictor(1, longest);
    }

    @Override
    public void close() {
        predictors.values().forEach(Predictor::close);
        models.values().forEach(Model::close);
    }
}
