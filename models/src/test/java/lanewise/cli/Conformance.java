package lanewise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lanewise.Predictor;
import lanewise.spec.Example;
import lanewise.spec.Graph;
import lanewise.spec.PreprocessingLayer;

/** Where the conformance cases lie. */
final class Conformance {
    /** The folder of this module. */
    static final Path MODELS = Path.of(System.getProperty("models"));
    /** The folder of all cases. */
    static final Path ROOT = MODELS.resolve("conformance");

    private Conformance() {}

    /** The folders of all cases, sorted. */
    static List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> f.endsWith(CaseFolder.DESCRIPTION)).map(Path::getParent).sorted().toList();
        }
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
