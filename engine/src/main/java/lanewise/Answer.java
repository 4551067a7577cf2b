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
import lanewise.spec.DType;
import lanewise.spec.RowAxis;

/**
 * A model's answer for one row: the values of each output, and the labels that they belong to. Immutable, except for
 * its own arrays.
 */
public final class Answer {
    private final Map<String, float[]> values;
    private final Map<String, List<String>> texts;
    private final List<String> labels;
    private final OptionalInt knownWords;

    private Answer(Map<String, float[]> values, Map<String, List<String>> texts, List<String> labels,
            OptionalInt knownWords) {
        this.values = values;
        this.texts = texts;
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
            answers.add(new Answer(new LinkedHashMap<>(), new LinkedHashMap<>(), List.copyOf(labels), knownWords));
        }
        for (OutputTensor output : predictor.outputs()) {
            // an output without rows is that of each row
            int width = output.rowAxis() == RowAxis.NONE ? output.size() : output.size() / rows;
            int next = output.rowAxis() == RowAxis.NONE ? 0 : width;
            if (output.dtype() == DType.STRING) {
                List<String> all = output.stringRows();
                for (int row = 0; row < rows; row++) {
                    answers.get(row).texts.put(output.name(),
                            List.copyOf(all.subList(row * next, row * next + width)));
                }
            } else {
                float[] all = new float[output.size()];
                output.getRows(all);
                for (int row = 0; row < rows; row++) {
                    answers.get(row).values.put(output.name(),
                            Arrays.copyOfRange(all, row * next, row * next + width));
                }
            }
        }
        return List.copyOf(answers);
    }

    /**
     * The same answer with other labels.
     *
     * @param newLabels names for the values of the first output; empty for none
     * @return a new answer with the same arrays
     */
    public Answer withLabels(List<String> newLabels) {
        return new Answer(values, texts, List.copyOf(newLabels), knownWords);
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
}
