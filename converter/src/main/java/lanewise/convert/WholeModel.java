package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;

/** What is right or wrong with a layer only in its model: collected while layers are read, and reported at the end. */
final class WholeModel {
    private final List<Options> unrolledBackwards = new ArrayList<>();
    private final List<Options> stateful = new ArrayList<>();
    private boolean masked;

    /** Notes whether a layer of the model gets or makes a mask. */
    void masked(boolean one) {
        masked |= one;
    }

    /** Notes a layer that zeroes the outputs of masked steps in the order of the input, although it runs backwards. */
    void unrolledBackwards(Options o) {
        unrolledBackwards.add(o);
    }

    /** Notes a layer that keeps its state from call to call. */
    void stateful(Options o) {
        stateful.add(o);
    }

    /**
     * Reports what is wrong.
     *
     * @param model the model, or null if it could not be read
     */
    void finish(KerasLayer model) {
        if (masked) {
            unrolledBackwards.forEach(o -> o.problem("runs backwards with unroll=True, where Keras zeroes the outputs"
                    + " of masked steps at the wrong end; save it with unroll=False"));
        }
        if (model != null && model.spec() instanceof LayerSpec.Nested nested && hasOpenRows(nested)) {
            stateful.forEach(o -> o.problem("is stateful, but the inputs are of any number of rows; Keras needs a"
                    + " fixed one: keras.Input(batch_shape=...)"));
        }
    }

    private static boolean hasOpenRows(LayerSpec.Nested model) {
        return model.graph().nodes().stream().map(Graph.Node::layer)
                .allMatch(layer -> !(layer instanceof LayerSpec.InputLayer input)
                        || input.shape().rank() > 0 && input.shape().dim(0) == Shape.ANY);
    }
}
