package lanewise.example;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;

/** Scores a text with a Keras model. Needs {@code lanewise-converter} and what that brings, nothing else. */
public final class ScoreText {
    private ScoreText() {}

    /**
     * Prints two lines, one from a model with the usual options and one from a model whose vector kernels are used from
     * the first call on: the bits of each probability, which are the same on every machine. The second line starts with
     * whether vectors were used.
     *
     * @param args the model's file or folder, and the text
     */
    public static void main(String... args) {
        Imported imported = Importer.read(Path.of(args[0]));
        try (Model model = imported.toModel(ModelOptions.DEFAULT)) {
            System.out.println(score(model, args[1]));
        }
        try (Model model = imported
                .toModel(ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.VECTOR).withWarmUpThread(false))) {
            System.out.println((model.usesVectors() ? "vector " : "scalar ") + score(model, args[1]));
        }
    }

    private static List<String> score(Model model, String text) {
        try (Predictor predictor = model.predictor()) {
            float[] probabilities = predictor.predict(text);
            Integer[] bits = new Integer[probabilities.length];
            Arrays.setAll(bits, i -> Float.floatToRawIntBits(probabilities[i]));
            return Arrays.stream(bits).map(Integer::toHexString).toList();
        }
    }
}
