package lanewise.cli.rows;

import java.util.List;
import lanewise.InputTensor;
import lanewise.Predictor;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * What a model takes as a row.
 *
 * @param inputs in the order of the model
 */
public record RowModel(List<Input> inputs) {
    /**
     * An input.
     *
     * @param name      its name
     * @param dtype     its type
     * @param tokenized whether the model's tokenizer makes its numbers from a text
     * @param values    of a row, or -1 where the model leaves that open
     */
    public record Input(String name, DType dtype, boolean tokenized, long values) {
        /** Looks at an input. */
        public static Input of(InputTensor input) {
            long values = 1;
            for (int axis = 0; axis < input.shape().rank() && values >= 0; axis++) {
                int size = input.shape().dim(axis);
                values = axis == input.rowAxis() ? values : size == Shape.ANY ? -1 : values * size;
            }
            boolean tokenized = input.countsKnownWords();
            return new Input(input.name(), input.dtype(), tokenized, tokenized ? 1 : values);
        }

        boolean takesTexts() {
            return tokenized || dtype == DType.STRING;
        }

        boolean takesIntegers() {
            return dtype == DType.INT32 || dtype == DType.INT64;
        }
    }

    /** Looks at the inputs of a predictor. */
    public static RowModel of(Predictor predictor) {
        return new RowModel(predictor.inputs().stream().map(Input::of).toList());
    }

    /** Whether a text is a row: then lines are texts. */
    public boolean takesOneText() {
        Input first = inputs.getFirst();
        return inputs.size() == 1
                && (first.tokenized() || first.dtype() == DType.STRING && Math.abs(first.values()) == 1);
    }

    /** Whether each input takes texts. */
    boolean takesTexts() {
        return inputs.stream().allMatch(Input::takesTexts);
    }

    List<String> names() {
        return inputs.stream().map(Input::name).toList();
    }
}
