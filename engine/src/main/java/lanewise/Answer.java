package lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import lanewise.error.InvalidInputException;
import lanewise.error.Shortened;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * A model's answer for one row: the values of each output, and the labels that they belong to. Immutable, except for
 * its own arrays.
 */
public final class Answer {
    private final Map<String, float[]> values;
    private final Map<String, List<String>> texts;
    private final Map<String, TensorData> arrays;
    private final List<String> labels;
    private final OptionalInt knownWords;

    private Answer(Map<String, float[]> values, Map<String, List<String>> texts, Map<String, TensorData> arrays,
            List<String> labels, OptionalInt knownWords) {
        this.values = values;
        this.texts = texts;
        this.arrays = arrays;
        this.labels = labels;
        this.knownWords = knownWords;
    }

    /**
     * Copies the answers of a predictor's last call, row by row, whichever axis the rows lie along.
     *
     * @param predictor the predictor whose outputs hold the answers
     * @param labels    names for the values of the first output; empty for none
     * @return one answer for each row of the call, in order
     */
    public static List<Answer> of(Predictor predictor, List<String> labels) {
        int rows = predictor.outputs().stream().filter(output -> output.rowAxis() != RowAxis.NONE)
                .mapToInt(output -> output.dim(output.rowAxis())).findFirst().orElse(1);
        InputTensor first = predictor.inputs().getFirst();
        OptionalInt knownWords = first.countsKnownWords() ? OptionalInt.of(first.knownWords()) : OptionalInt.empty();
        List<Answer> answers = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            answers.add(new Answer(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
                    List.copyOf(labels), knownWords));
        }
        for (OutputTensor output : predictor.outputs()) {
            TensorData all = output.toRows();
            float[] floats = new float[all.dtype() == DType.STRING ? 0 : output.size()];
            if (all.dtype() != DType.STRING) {
                output.getRows(floats);
            }
            Shape shape = new Shape(all.shape().dims().subList(1, all.shape().rank()));
            for (int row = 0; row < rows; row++) {
                // an output without rows is that of each row
                answers.get(row).put(output.name(), all, floats, shape, output.rowAxis() == RowAxis.NONE ? 0 : row);
            }
        }
        return List.copyOf(answers);
    }

    /**
     * Keeps what one output gave for a row.
     *
     * @param all    the output's array for all rows
     * @param floats the same as floats, empty for texts
     * @param shape  of one row
     */
    private void put(String name, TensorData all, float[] floats, Shape shape, int row) {
        int width = (int) shape.size();
        int from = row * width;
        if (all.dtype() == DType.STRING) {
            List<String> strings = List.copyOf(all.strings().subList(from, from + width));
            texts.put(name, strings);
            arrays.put(name, TensorData.of(shape, strings));
            return;
        }
        values.put(name, Arrays.copyOfRange(floats, from, from + width));
        int bytes = all.dtype().bytes();
        arrays.put(name, new TensorData(all.dtype(), shape,
                all.values().asSlice((long) from * bytes, (long) width * bytes), List.of()));
    }

    /**
     * The same answer with other labels.
     *
     * @param newLabels names for the values of the first output; empty for none
     * @return a new answer with the same arrays
     */
    public Answer withLabels(List<String> newLabels) {
        return new Answer(values, texts, arrays, List.copyOf(newLabels), knownWords);
    }

    /**
     * The numeric outputs by name, in the order of the model.
     *
     * @return the values of each, row-major
     */
    public Map<String, float[]> outputs() {
        return Collections.unmodifiableMap(values);
    }

    /**
     * The text outputs by name, in the order of the model.
     *
     * @return the texts of each, row-major
     */
    public Map<String, List<String>> texts() {
        return Collections.unmodifiableMap(texts);
    }

    /**
     * All outputs by name, in the order of the model, with their types and with their shapes for one row.
     *
     * @return numbers, truth values and texts; integers of 64 bits are exact here
     */
    public Map<String, TensorData> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    /**
     * The values of the first numeric output.
     *
     * @return the values, row-major
     * @throws InvalidInputException if the model outputs only texts
     */
    public float[] values() {
        if (values.isEmpty()) {
            throw new InvalidInputException("the model puts out texts only; read them with texts()");
        }
        return values.values().iterator().next();
    }

    /**
     * Whether the values belong to labels.
     *
     * @return true if the model has labels and a numeric output
     */
    public boolean hasLabels() {
        return !labels.isEmpty() && !values.isEmpty();
    }

    /**
     * The most probable label; of equals, the first. With two labels and one output value, it is the second label from
     * 0.5 up.
     *
     * @return the label
     * @throws InvalidInputException if there are no labels, or their number differs from that of the values
     */
    public Label label() {
        List<Label> all = all();
        Label best = all.size() == 2 && values().length == 1 && all.get(1).probability() >= 0.5f ? all.get(1)
                : all.getFirst();
        for (Label label : all) {
            best = label.probability() > best.probability() ? label : best;
        }
        return best;
    }

    /**
     * The most probable labels.
     *
     * @param count the maximum number of labels
     * @return labels in descending order of probability, equals in the order of the labels; fewer if the model has
     *         fewer
     * @throws InvalidInputException if there are no labels, or their number differs from that of the values
     */
    public List<Label> top(int count) {
        List<Label> all = new ArrayList<>(all());
        all.sort(Comparator.comparingDouble(label -> -label.probability()));
        return List.copyOf(all.subList(0, Math.clamp(count, 0, all.size())));
    }

    private List<Label> all() {
        float[] first = values();
        if (labels.isEmpty()) {
            throw new InvalidInputException("the model has no labels; a model folder names them in lanewise.json");
        }
        boolean single = labels.size() == 2 && first.length == 1;
        if (!single && labels.size() != first.length) {
            throw new InvalidInputException("there are " + labels.size() + " labels " + labels
                    + ", but the first output has " + first.length + " values a row");
        }
        List<Label> all = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            all.add(new Label(labels.get(i), i, !single ? first[i] : i == 1 ? first[0] : 1 - first[0]));
        }
        return all;
    }

    /**
     * How many words of the text are in the model's vocabulary. If there are none, the answer is that for an empty
     * text.
     *
     * @return the number for the whole call; empty if no tokenizer counts words
     */
    public OptionalInt knownWords() {
        return knownWords;
    }

    /** The most probable labels, or what the model puts out. */
    @Override
    public String toString() {
        boolean fits = hasLabels() && (labels.size() == values().length || labels.size() == 2 && values().length == 1);
        if (fits) {
            List<Label> top = top(labels.size());
            return "Answer" + Shortened.values(top.size(), i -> top.get((int) i).name() + " "
                    + top.get((int) i).probability());
        }
        List<Map.Entry<String, TensorData>> all = List.copyOf(arrays.entrySet());
        return "Answer" + Shortened.values(all.size(), i -> all.get((int) i).getKey() + " "
                + all.get((int) i).getValue());
    }
}
