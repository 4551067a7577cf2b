package lanewise;

import java.util.List;
import java.util.function.Consumer;
import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.text.TextEncoder;

/**
 * Scores rows of any size: holds a {@link Predictor} and creates a larger one when a call needs more room. Created by
 * {@link Model#scorer()}.
 *
 * <p>This is the simple way to score; each call allocates its answer. Where no allocation is allowed, use a predictor.
 * Only one thread at a time may use a scorer.
 */
public final class Scorer implements AutoCloseable {
    private static final int LEAST_STEPS = 64;

    private final LoadedModel model;
    /** Null where the model has no tokenizer. */
    private final TextEncoder encoder;
    private Predictor predictor;
    private int maxBatch = 1;
    private int maxSteps = LEAST_STEPS;
    private boolean closed;

    Scorer(LoadedModel model) {
        model.checkOpen();
        this.model = model;
        encoder = model.spec().text() == null ? null : new TextEncoder(model.spec().text());
    }

    /**
     * Whether the model scores texts: through a tokenizer, or with its own layers.
     *
     * @return false for models that take only numbers
     */
    public boolean takesText() {
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        return encoder != null || layers.size() == 1 && layers.getFirst().dtype() == DType.STRING;
    }

    /**
     * Scores one text.
     *
     * @param text raw text
     * @return the answer, with the model's labels
     * @throws InvalidInputException if the model takes no text
     */
    public Answer score(CharSequence text) {
        // layers that split texts themselves make at most one word per character
        int steps = text.length();
        if (encoder != null) {
            encoder.encode(text);
            steps = encoder.paddedCount();
        }
        return run(steps, room -> room.onlyInput().set(text));
    }

    /**
     * Scores one row with a model that has one input; if one size is unknown, it follows from the number of values.
     *
     * @param row the row, row-major
     * @return the answer, with the model's labels
     * @throws InvalidInputException if the row does not fit the model
     */
    public Answer score(float... row) {
        return score(List.of(row));
    }

    /**
     * Scores one row of integers with a model that has one input.
     *
     * @param row the row, for example token ids
     * @return the answer, with the model's labels
     * @throws InvalidInputException if the row does not fit the model
     */
    public Answer score(int... row) {
        return run(steps(0, row.length), room -> room.onlyInput().set(row));
    }

    /**
     * Scores one row for each input of the model; if one size is unknown, it follows from the number of values.
     *
     * @param rows a row for each input, in the order of the model
     * @return the answer, with the model's labels
     * @throws InvalidInputException if the rows do not fit the model
     */
    public Answer score(List<float[]> rows) {
        int steps = 1;
        for (int i = 0; i < Math.min(rows.size(), model.spec().graph().inputs().size()); i++) {
            steps = Math.max(steps, steps(i, rows.get(i).length));
        }
        return run(steps, room -> {
            if (rows.size() != room.inputs().size()) {
                throw new InvalidInputException("the model has the inputs " + room.inputs() + ", but " + rows.size()
                        + " rows are given; give one for each");
            }
            for (int i = 0; i < rows.size(); i++) {
                room.inputs().get(i).set(rows.get(i));
            }
        });
    }

    /** The number of steps in a row of this many values. */
    private int steps(int input, int length) {
        Shape shape = model.spec().graph().inputLayers().get(input).inGraph();
        long known = 1;
        boolean open = false;
        for (int axis = 1; axis < shape.rank(); axis++) {
            open |= shape.dim(axis) == Shape.ANY;
            known *= Math.max(1, shape.dim(axis));
        }
        return open ? (int) Math.max(1, length / known) : 1;
    }

    /** Scores one row; a larger predictor takes the place of the other only once it has given an answer. */
    private Answer run(int steps, Consumer<Predictor> fill) {
        checkOpen();
        Predictor room = hasRoom(1, steps) ? predictor
                : new Predictor(model, maxBatch, Math.max(steps, maxSteps));
        try {
            fill.accept(room);
            room.run();
            Answer answer = Answer.of(room, model.spec().labels()).getFirst();
            replaceBy(room, maxBatch, Math.max(steps, maxSteps));
            return answer;
        } catch (RuntimeException | Error e) {
            if (room != predictor) {
                room.close();
            }
            throw e;
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
        model.checkOpen();
    }

    private boolean hasRoom(int batch, int steps) {
        return predictor != null && batch <= maxBatch && steps <= maxSteps;
    }

    private void replaceBy(Predictor larger, int newBatch, int newSteps) {
        if (larger != predictor) {
            if (predictor != null) {
                predictor.close();
            }
            predictor = larger;
            maxBatch = newBatch;
            maxSteps = newSteps;
        }
    }

    /**
     * The predictor, with room for at least this many rows and steps. It stays the same until a call needs more room;
     * in a new one, stateful layers start from zeros.
     *
     * @param batch rows in a call
     * @param steps sequence length, for sizes that the model leaves open
     * @return the scorer's own predictor, which it closes
     * @throws IllegalStateException if the scorer or the model is closed
     */
    public Predictor predictor(int batch, int steps) {
        checkOpen();
        if (!hasRoom(batch, steps)) {
            int newBatch = Math.max(batch, maxBatch);
            int newSteps = Math.max(steps, maxSteps);
            replaceBy(new Predictor(model, newBatch, newSteps), newBatch, newSteps);
        }
        return predictor;
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        if (predictor != null) {
            predictor.close();
        }
    }
}
