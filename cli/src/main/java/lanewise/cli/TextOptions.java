package lanewise.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.Predictor;
import lanewise.cli.Main.BadInput;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * What {@code --text} says: {@code NAME=T} is a text for the input of that name, any other {@code T} one for the only
 * input that takes texts. Since a text may itself hold {@code =}, NAME counts only if the model has such an input.
 */
final class TextOptions {
    private final Map<String, List<String>> texts = new LinkedHashMap<>();

    /**
     * Sorts texts by input.
     *
     * @param options   the values of {@code --text}
     * @param predictor any predictor of the model
     */
    TextOptions(List<String> options, Predictor predictor) {
        List<String> names = predictor.inputs().stream().map(InputTensor::name).toList();
        for (String option : options) {
            int equals = option.indexOf('=');
            boolean named = equals > 0 && names.contains(option.substring(0, equals));
            String name = named ? option.substring(0, equals) : onlyTextInput(predictor);
            texts.computeIfAbsent(name, key -> new ArrayList<>()).add(named ? option.substring(equals + 1) : option);
        }
    }

    private static String onlyTextInput(Predictor predictor) {
        List<InputTensor> takers = textInputs(predictor);
        if (takers.size() == 1) {
            return takers.getFirst().name();
        }
        throw new BadInput(takers.isEmpty()
                ? "the model takes no text: it has the inputs " + predictor.inputs()
                        + "; give numbers with --input NAME=F.npy"
                : "the model takes texts for " + takers.stream().map(InputTensor::name).toList()
                        + ": say for which, with --text NAME=T");
    }

    /** The inputs of texts; without any, the only input if a tokenizer makes its ids. */
    private static List<InputTensor> textInputs(Predictor predictor) {
        List<InputTensor> texts = predictor.inputs().stream().filter(input -> input.dtype() == DType.STRING).toList();
        return !texts.isEmpty() || predictor.inputs().size() > 1 || !predictor.inputs().getFirst().countsKnownWords()
                ? texts : predictor.inputs();
    }

    /** The names of the inputs that are given texts. */
    Iterable<String> names() {
        return texts.keySet();
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** The texts for the only input of a model, in order. */
    List<String> only() {
        return texts.values().iterator().next();
    }

    /**
     * The texts of each input as an array, batch first.
     *
     * @param rows      of the call, or 0 where only the texts say how many
     * @param predictor any predictor of the model
     */
    Map<String, TensorData> arrays(int rows, Predictor predictor) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        texts.forEach((name, list) -> {
            InputTensor input = predictor.input(name);
            arrays.put(name, TensorData.of(input.dtype() == DType.STRING ? shape(input, list.size(), rows)
                    : Shape.of(list.size()), list));
        });
        return arrays;
    }

    private static Shape shape(InputTensor input, int count, int rows) {
        int[] sizes = input.shape().toArray();
        int known = 1;
        int open = 0;
        for (int i = 1; i < sizes.length; i++) {
            known *= Math.max(1, sizes[i]);
            open += sizes[i] == Shape.ANY ? 1 : 0;
        }
        // an open size is 1 where nothing else says how many rows there are
        int steps = open == 1 && rows > 0 && count % (rows * known) == 0 ? count / rows / known : 1;
        for (int i = 1; i < sizes.length; i++) {
            sizes[i] = sizes[i] == Shape.ANY ? steps : sizes[i];
        }
        sizes[0] = count / (known * steps);
        if (open > 1 || sizes[0] * known * steps != count) {
            throw new BadInput("input '" + input.name() + "' is given " + count + " texts, expected " + (open > 1
                    ? "an array: give --input " + input.name() + "=F.json" : known + " a row, one --text for each"));
        }
        return Shape.of(sizes);
    }
}
