package lanewise.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Stepper;
import lanewise.cli.page.Quantity;
import lanewise.error.LanewiseException;
import lanewise.spec.DType;
import lanewise.spec.TensorData;
import lanewise.text.PadSequences;
import lanewise.text.TextEncoder;
import lanewise.text.TextInput;

/** The answers of a model to the beginnings of one row: to its first step, its first two, and so on. */
final class StepAnswers {
    private final Model model;
    private final TensorData answer;
    private String note = "";

    /**
     * Answers of a model.
     *
     * @param model  the model
     * @param answer its first output for the whole row
     */
    StepAnswers(Model model, TensorData answer) {
        this.model = model;
        this.answer = answer;
    }

    /** Why there are no answers after each step, or what they are. */
    String note() {
        return note;
    }

    private static double[] last(TensorData output) {
        float[] all = output.toFloats();
        int rank = output.shape().rank();
        int width = rank > 1 ? output.shape().dim(rank - 1) : 1;
        return IntStream.range(Math.max(0, all.length - width), all.length).mapToDouble(i -> all[i]).toArray();
    }

    private List<String> labels(int width) {
        List<String> labels = model.spec().labels();
        return labels.size() == width ? labels
                : width == 1 ? List.of(model.spec().graph().outputs().getFirst().name())
                        : IntStream.rangeClosed(1, width).mapToObj(i -> "value " + i).toList();
    }

    /** The answer to the whole row. */
    String inWords() {
        if (answer.dtype() != DType.FLOAT32) {
            return "";
        }
        double[] values = last(answer);
        List<String> labels = labels(values.length);
        int best = IntStream.range(0, values.length).reduce(0, (a, b) -> values[b] > values[a] ? b : a);
        return "Answer: " + labels.get(best) + " " + Quantity.number(values[best])
                + (values.length == 1 ? "" : ", the largest of " + values.length + " values");
    }

    private boolean isText(TensorData row) {
        return model.spec().text() != null && row.dtype() == DType.STRING;
    }

    /**
     * What each step is called.
     *
     * @param row the first input
     * @return words, ids or numbers from 1; null for padding
     */
    List<String> steps(TensorData row) {
        TextInput text = model.spec().text();
        if (isText(row)) {
            Words words = new Words(text, row.strings().getFirst());
            return Arrays.asList(IntStream.range(0, words.length)
                    .mapToObj(t -> t < words.place || t >= words.place + words.kept.length ? null
                            : words.names[t - words.place])
                    .toArray(String[]::new));
        }
        int steps = row.shape().rank() > 1 ? Math.max(1, row.shape().dim(1)) : 1;
        if (row.dtype() == DType.INT32 && row.shape().rank() == 2) {
            int[] ids = row.toInts();
            return Arrays.asList(IntStream.range(0, steps)
                    .mapToObj(t -> text == null ? Integer.toString(ids[t]) : ids[t] == 0 ? null : word(text, ids[t]))
                    .toArray(String[]::new));
        }
        return IntStream.rangeClosed(1, steps).mapToObj(Integer::toString).toList();
    }

    private static String word(TextInput text, int id) {
        String word = text.tokenizer().sequenceToText(new int[] {id});
        return word.isEmpty() ? Integer.toString(id) : word;
    }

    /**
     * The answers.
     *
     * @param row the first input
     * @return by label, for each step; empty if there are none, see {@link #note}
     */
    Map<String, double[]> afterEach(TensorData row) {
        if (model.spec().graph().inputs().size() > 1 || answer.dtype() != DType.FLOAT32) {
            note = "Not given: the model has several inputs, or answers with no numbers.";
            return Map.of();
        }
        try {
            return isText(row) ? ofWords(new Words(model.spec().text(), row.strings().getFirst())) : ofSteps(row);
        } catch (LanewiseException e) {
            note = "Not given: " + e.getMessage();
            return Map.of();
        }
    }

    private Map<String, double[]> empty(int steps) {
        Map<String, double[]> answers = new LinkedHashMap<>();
        for (String label : labels(last(answer).length)) {
            double[] none = new double[steps];
            Arrays.fill(none, Double.NaN);
            answers.put(label, none);
        }
        return answers;
    }

    private static void put(Map<String, double[]> answers, int step, OutputTensor output) {
        double[] values = last(output.toArray());
        int i = 0;
        for (double[] label : answers.values()) {
            label[step] = values[i++];
        }
    }

    private Map<String, double[]> ofWords(Words words) {
        note = "In each column, the answer to the text up to that word, as if it ended there.";
        Map<String, double[]> answers = empty(words.length);
        try (Predictor predictor = model.predictor(1, Math.max(1, words.length))) {
            for (int k = 1; k <= words.kept.length; k++) {
                int[] ids = model.spec().text().padding().pad(Arrays.copyOf(words.kept, k))[0];
                predictor.inputs().getFirst().set(ids);
                predictor.run();
                put(answers, words.place + k - 1, predictor.outputs().getFirst());
            }
        }
        return answers;
    }

    private Map<String, double[]> ofSteps(TensorData row) {
        if (row.shape().rank() < 2 || row.dtype() == DType.STRING) {
            note = "Not given: the input has no steps.";
            return Map.of();
        }
        int steps = row.shape().dim(1);
        Map<String, double[]> answers = empty(steps);
        int size = Math.toIntExact(row.shape().size() / steps);
        int[] shape = row.shape().toArray();
        shape[1] = 1;
        try (Stepper stepper = model.stepper()) {
            InputTensor input = stepper.inputs().getFirst();
            for (int t = 0; t < steps; t++) {
                if (row.dtype() == DType.FLOAT32) {
                    input.set(Arrays.copyOfRange(row.toFloats(), t * size, (t + 1) * size), shape);
                } else {
                    input.set(Arrays.copyOfRange(row.toInts(), t * size, (t + 1) * size), shape);
                }
                if (stepper.step()) {
                    put(answers, t, stepper.outputs().getFirst());
                }
            }
        }
        note = "After each step, the answer to the series up to there, from a stepper.";
        return answers;
    }

    /** The words of a text that reach the model. */
    private static final class Words {
        /** Ids in order. */
        private final int[] kept;
        private final String[] names;
        /** Steps of the model. */
        private final int length;
        /** The step of the first word. */
        private final int place;

        Words(TextInput text, String raw) {
            TextEncoder encoder = new TextEncoder(text);
            encoder.encode(raw);
            int[] ids = Arrays.copyOf(encoder.ids(), encoder.count());
            length = encoder.paddedCount();
            int count = Math.min(ids.length, length);
            PadSequences padding = text.padding();
            int from = padding.truncating() == PadSequences.Side.PRE ? ids.length - count : 0;
            kept = Arrays.copyOfRange(ids, from, from + count);
            place = padding.padding() == PadSequences.Side.PRE ? length - count : 0;
            names = Arrays.stream(kept).mapToObj(id -> word(text, id)).toArray(String[]::new);
        }
    }
}
