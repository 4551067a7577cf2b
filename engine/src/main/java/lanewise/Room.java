package lanewise;

import java.util.List;
import lanewise.spec.Example;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.TensorData;

/**
 * How large a predictor must be for some inputs.
 *
 * @param rows  in a call
 * @param steps for sizes that the model leaves open
 */
record Room(int rows, int steps) {
    static final Room LEAST = new Room(1, 1);

    /**
     * The room that some calls need.
     *
     * @param spec  the model
     * @param calls of the model
     */
    static Room of(ModelSpec spec, List<Example> calls) {
        List<LayerSpec.InputLayer> layers = spec.graph().inputLayers();
        Room needed = LEAST;
        for (Example call : calls) {
            for (int i = 0; i < Math.min(layers.size(), call.inputs().size()); i++) {
                needed = needed.with(spec, layers.get(i), call.inputs().get(i));
            }
        }
        return needed;
    }

    /**
     * The room that this and an array need.
     *
     * @param spec  the model
     * @param layer the input
     * @param array its values, as a caller gives them
     */
    Room with(ModelSpec spec, LayerSpec.InputLayer layer, TensorData array) {
        int mostRows = rows;
        int mostSteps = steps;
        for (int axis = 0; axis < array.shape().rank(); axis++) {
            int size = array.shape().dim(axis);
            mostRows = axis == layer.rowAxis() ? Math.max(mostRows, size) : mostRows;
            mostSteps = axis == layer.rowAxis() ? mostSteps : Math.max(mostSteps, size);
        }
        for (String text : array.strings()) {
            // no tokenizer makes more ids from a text than it has characters, before it pads them
            mostSteps = Math.max(mostSteps, text.length());
        }
        if (spec.text() != null && !array.strings().isEmpty()) {
            mostSteps = Math.max(mostSteps, spec.text().padding().maxlen());
        }
        return new Room(mostRows, mostSteps);
    }
}
