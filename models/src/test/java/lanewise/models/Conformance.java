package lanewise.models;

import java.nio.file.Path;
import java.util.List;
import lanewise.Predictor;
import lanewise.spec.Example;
import lanewise.spec.Graph;
import lanewise.spec.PreprocessingLayer;
import lanewise.verify.CaseFolder;

/** Where the conformance cases lie. */
final class Conformance {
    /** The folder of this module. */
    static final Path MODELS = Path.of(System.getProperty("models"));
    /** The folder of all cases. */
    static final Path ROOT = MODELS.resolve("conformance");

    private Conformance() {}

    /** The folders of all cases, sorted. */
    static List<Path> folders() {
        return CaseFolder.below(ROOT);
    }

    /** Whether a model computes with numbers alone: texts, and integers that are hashed as texts, are allocated. */
    static boolean onlyNumbers(Graph graph) {
        boolean[] numbers = {true};
        graph.walk((path, layer) -> numbers[0] &= switch (layer) {
            case PreprocessingLayer.Hashing l -> false;
            case PreprocessingLayer.Lookup l -> false;
            case PreprocessingLayer.TextVectorization l -> false;
            default -> true;
        });
        return numbers[0];
    }

    /** Fills the inputs of a model that {@link #onlyNumbers}. */
    static void setNumbers(Predictor predictor, Example call) {
        for (int i = 0; i < call.inputs().size(); i++) {
            predictor.inputs().get(i).set(call.inputs().get(i));
        }
    }
}
