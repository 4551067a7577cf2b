package lanewise.cli;

import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;

/** A model with a predictor that is made anew where a call needs more room. */
final class Scorer implements AutoCloseable {
    private final Model model;
    private Predictor predictor;
    private int maxBatch;
    private int maxSteps;
    private int known;

    Scorer(Model model) {
        this.model = model;
    }

    @Override
    public void close() {
        if (predictor != null) {
            predictor.close();
        }
    }

    Model model() {
        return model;
    }

    /** A predictor for at least these many rows and steps. */
    Predictor room(int batch, int steps) {
        if (predictor == null || batch > maxBatch || steps > maxSteps) {
            close();
            maxBatch = Math.max(batch, maxBatch);
            maxSteps = Math.max(Math.max(steps, maxSteps), 64);
            predictor = model.predictor(maxBatch, maxSteps);
        }
        return predictor;
    }

    /** Scores a text; returns the predictor, whose outputs hold the answer. */
    Predictor score(String text) {
        // layers that cut texts themselves make no more words than there are characters
        int steps = text.length();
        if (model.spec().text() != null) {
            TextEncoder encoder = new TextEncoder(model.spec().text());
            encoder.encode(text);
            steps = encoder.paddedCount();
        }
        Predictor room = room(1, steps);
        known = room.inputs().getFirst().set(text);
        room.run();
        return room;
    }

    /** Whether the model scores texts: through a tokenizer, or by layers of its own. */
    boolean takesText() {
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        return model.spec().text() != null || layers.size() == 1 && layers.getFirst().dtype() == DType.STRING;
    }

    /** How many words of the last text the model knows; -1 where layers of its own read it. */
    int known() {
        return known;
    }

    /** Scores one row of numbers for each input; where one size is unknown, it follows from their number. */
    Predictor score(List<float[]> rows) {
        int steps = 1;
        for (int i = 0; i < rows.size(); i++) {
            Shape shape = model.spec().graph().inputLayers().get(i).shape();
            long known = 1;
            boolean open = false;
            for (int axis = 1; axis < shape.rank(); axis++) {
                open |= shape.dim(axis) == Shape.ANY;
                known *= Math.max(1, shape.dim(axis));
            }
            steps = open ? (int) Math.max(steps, rows.get(i).length / known) : steps;
        }
        Predictor room = room(1, steps);
        for (int i = 0; i < rows.size(); i++) {
            room.inputs().get(i).set(rows.get(i));
        }
        room.run();
        return room;
    }

    /** The largest sizes of some arrays, as room for a call with them. */
    Predictor roomFor(Iterable<TensorData> arrays) {
        int batch = 1;
        int steps = 1;
        for (TensorData array : arrays) {
            for (int i = 0; i < array.shape().rank(); i++) {
                batch = i == 0 ? Math.max(batch, array.shape().dim(0)) : batch;
                steps = i > 0 ? Math.max(steps, array.shape().dim(i)) : steps;
            }
        }
        return room(batch, steps);
    }
}
