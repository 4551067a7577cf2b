package lanewise;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;

/**
 * Scores rows of any size: holds a {@link Predictor} and creates a larger one when a call needs more room. Created by
 * {@link Model#scorer()}.
 *
 * <p>This is the simple way to score; each call allocates its answer. Where no allocation is allowed, use a predictor.
 * A scorer belongs to the first thread that uses it, with its predictor. Another thread is refused, until the owner has
 * called {@link #release} and the other {@link #acquire}.
 */
public final class Scorer implements ThreadOwned {
    private static final int LEAST_STEPS = 64;

    private final LoadedModel model;
    private final Usage usage;
    /** Null where the model has no tokenizer. */
    private final TextEncoder encoder;
    private Predictor predictor;
    private int maxBatch = 1;
    private int maxSteps = LEAST_STEPS;

    Scorer(LoadedModel model) {
        model.checkOpen();
        this.model = model;
        usage = new Usage(model, "scorer");
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
            usage.check();
            encoder.encode(text);
            steps = encoder.paddedCount();
        }
        return run(1, steps, room -> room.onlyInput().set(text)).getFirst();
    }

    /**
     * Scores several texts, one after the other, as {@link #score(CharSequence)} does. Answers don't depend on the
     * other texts, except where layers are stateful.
     *
     * @param texts raw texts
     * @return an answer for each, in their order, with the model's labels and the known words of that text
     * @throws InvalidInputException if the model takes no text
     */
    public List<Answer> scoreTexts(List<? extends CharSequence> texts) {
        return List.copyOf(texts).stream().map(this::score).toList();
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
        return run(1, steps(0, row.length), room -> room.onlyInput().set(row)).getFirst();
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
        return run(1, steps, room -> {
            if (rows.size() != room.inputs().size()) {
                throw new InvalidInputException("the model has the inputs " + Session.declared(room.inputs())
                        + ", but " + rows.size()
                        + " rows are given; give one for each");
            }
            for (int i = 0; i < rows.size(); i++) {
                room.inputs().get(i).set(rows.get(i));
            }
        }).getFirst();
    }

    /**
     * Scores one row of a model with any number of inputs, of numbers and texts.
     *
     * <p>An array has the shape of one row, which is that of the input without its axis of rows. A single value or a
     * flat list also stands for a row of more axes, if at most one size of the input is unknown. An input that the
     * model's tokenizer reads takes one text.
     *
     * @param row an array for each input, by name
     * @return the answer, with the model's labels
     * @throws InvalidInputException if an input is missing or unknown, or an array does not fit its input
     */
    public Answer score(Map<String, TensorData> row) {
        return scoreRows(asCall(row)).getFirst();
    }

    /**
     * Scores one row as JSON libraries give it: for each input a number, a text, or nested lists, as
     * {@link TensorData#ofLists} reads them. The text of a model that takes one text may also stand under {@code text}.
     *
     * @param row a value for each input, by name
     * @return the answer, with the model's labels
     * @throws InvalidInputException if an input is missing or unknown, or a value does not fit its input
     */
    public Answer scoreRow(Map<String, ?> row) {
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        boolean underText = takesText() && layers.size() == 1 && row.containsKey("text");
        List<String> names = underText ? List.of("text") : layers.stream().map(LayerSpec.InputLayer::name).toList();
        if (!row.keySet().equals(Set.copyOf(names))) {
            throw new InvalidInputException("the row has values for " + row.keySet() + ", expected "
                    + (!underText && takesText() && layers.size() == 1 ? "text, or the model's input " : "") + names);
        }
        Map<String, TensorData> read = new LinkedHashMap<>();
        for (LayerSpec.InputLayer layer : layers) {
            read.put(layer.name(),
                    RowShape.of(layer, encoder != null).read(row.get(underText ? "text" : layer.name())));
        }
        return score(read);
    }

    /**
     * One row, as {@link #score(Map)} takes it, as a call of one row, as {@link #scoreRows} takes it.
     *
     * @param row an array for each input, by name
     * @return the same numbers and texts with the axis of rows
     * @throws InvalidInputException if an array does not fit its input
     */
    public Map<String, TensorData> asCall(Map<String, TensorData> row) {
        Map<String, TensorData> rows = new LinkedHashMap<>();
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        row.forEach((name, data) -> rows.put(name, layers.stream().filter(layer -> layer.name().equals(name))
                .findFirst().map(layer -> RowShape.of(layer, encoder != null).asCall(data)).orElse(data)));
        return rows;
    }

    /**
     * Scores several rows at once.
     *
     * @param arrays an array for each input, by name, as {@link InputTensor#set(TensorData)} takes it; for an input
     *               that the model's tokenizer reads, a list of texts
     * @return an answer for each row, with the model's labels; until the next call, {@link #predictor} has the outputs
     *         of all rows
     * @throws InvalidInputException if an input is missing or unknown, an array does not fit its input, or the inputs
     *                               differ in rows
     */
    public List<Answer> scoreRows(Map<String, TensorData> arrays) {
        usage.check();
        List<String> names = model.spec().graph().inputLayers().stream().map(LayerSpec.InputLayer::name).toList();
        if (!arrays.keySet().equals(Set.copyOf(names))) {
            throw new InvalidInputException("the model has the inputs " + names + ", but arrays are given for "
                    + arrays.keySet() + "; give one for each");
        }
        Room needed = Room.LEAST;
        for (LayerSpec.InputLayer layer : model.spec().graph().inputLayers()) {
            needed = needed.with(model.spec(), layer, arrays.get(layer.name()));
        }
        return run(needed.rows(), needed.steps(),
                room -> arrays.forEach((name, data) -> room.input(name).set(data)));
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

    /** Scores some rows; a larger predictor takes the place of the other only once it has given an answer. */
    private List<Answer> run(int batch, int steps, Consumer<Predictor> fill) {
        usage.check();
        int newBatch = Math.max(batch, maxBatch);
        int newSteps = Math.max(steps, maxSteps);
        Predictor room = hasRoom(batch, steps) ? predictor : new Predictor(model, newBatch, newSteps);
        try {
            fill.accept(room);
            room.run();
            List<Answer> answers = Answer.of(room, model.spec().labels());
            replaceBy(room, newBatch, newSteps);
            return answers;
        } catch (RuntimeException | Error e) {
            if (room != predictor) {
                room.close();
            }
            throw e;
        }
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
     * @throws IllegalStateException if the scorer or the model is closed, or the scorer belongs to another thread
     */
    public Predictor predictor(int batch, int steps) {
        usage.check();
        if (!hasRoom(batch, steps)) {
            int newBatch = Math.max(batch, maxBatch);
            int newSteps = Math.max(steps, maxSteps);
            replaceBy(new Predictor(model, newBatch, newSteps), newBatch, newSteps);
        }
        return predictor;
    }

    /** Resets the states of stateful layers to zero. Without stateful layers, this does nothing. */
    public void resetStates() {
        usage.check();
        if (predictor != null) {
            predictor.resetStates();
        }
    }

    /**
     * Gives the scorer away with its predictor: the next thread calls {@link #acquire}. Until then every use is
     * refused.
     *
     * @throws IllegalStateException if it belongs to another thread, or is closed
     */
    @Override
    public void release() {
        usage.acquire();
        if (predictor != null) {
            predictor.release();
        }
        // last, since another thread may take it from here on
        usage.release();
    }

    /**
     * Makes the scorer the calling thread's own; needed only after {@link #release}.
     *
     * @throws IllegalStateException if it belongs to another thread, which has not released it, or is closed
     */
    @Override
    public void acquire() {
        usage.acquire();
        if (predictor != null) {
            predictor.acquire();
        }
    }

    @Override
    public boolean isClosed() {
        return usage.isClosed();
    }

    /** Frees the memory. Any thread may close; closing twice does nothing. */
    @Override
    public void close() {
        if (usage.close() && predictor != null) {
            predictor.close();
        }
    }

    @Override
    public String toString() {
        return usage.text("");
    }
}
