package lanewise.trust.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.files.Npy;
import lanewise.format.ModelFile;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/** Gives files to a reader, and calls what comes out. */
final class Target {
    /** The answer of a file that opens. */
    static final String ANSWER = "answer";

    private final Reader reader;
    private final Path folder;
    private final Model stream = streamModel();
    private final ImportOptions options = ImportOptions.DEFAULT.withModel(Seeds.options());
    private final Path tokenized;

    /** Readers of files in a folder, which are written by others. */
    Target(Reader reader, Path folder, Path ownModel) {
        this.reader = reader;
        this.folder = folder;
        tokenized = ownModel;
    }

    /** A stream of two numbers a step. */
    static Model streamModel() {
        RecurrentLayer.Cell cell = new RecurrentLayer.GruCell("cell", 3, Activation.TANH, Activation.SIGMOID, false,
                true);
        List<LayerSpec> layers = List.of(new LayerSpec.InputLayer("x", Shape.of(-1, -1, 2), DType.FLOAT32),
                new RecurrentLayer.Rnn("gru", List.of(cell), true, false, false, false, false));
        return Model.of(chain(layers),
                new Weights(Map.of("gru/cell/kernel", TensorData.of(Shape.of(2, 9), new float[18]),
                        "gru/cell/recurrent_kernel", TensorData.of(Shape.of(3, 9), new float[27]))),
                Examples.NONE,
                Seeds.options());
    }

    /** A model that reads ids, for tokenizers. */
    static void writeTextModel(Path file) {
        List<LayerSpec> layers = List.of(new LayerSpec.InputLayer("ids", Shape.of(-1, -1), DType.INT32),
                new CoreLayer.Embedding("embedding", 100, 2, true));
        ModelFile.write(file, chain(layers), new Weights(Map.of("embedding/embeddings", TensorData.of(
                Shape.of(100, 2), new float[200]))), Examples.NONE);
    }

    private static ModelSpec chain(List<LayerSpec> layers) {
        List<Graph.Node> nodes = List.of(new Graph.Node(layers.get(0), List.of(), null),
                new Graph.Node(layers.get(1), List.of(new Graph.Ref(0, 0)), null));
        return new ModelSpec("chain", new Graph(nodes, List.of(0), List.of(new Graph.Output("out", new Graph.Ref(1,
                0)))));
    }

    /**
     * Opens and calls.
     *
     * @return {@link #ANSWER}, or the message of the documented exception that refused the file
     * @throws Throwable whatever else comes out: a finding
     */
    String run(Seed seed, Script script) throws Throwable {
        Path main = folder.resolve(seed.main());
        try {
            switch (reader) {
                case NPY -> Npy.read(main);
                case STATE -> state(Files.readAllBytes(main));
                case TOKENIZER -> {
                    try (Model model = Importer.open(tokenized, options.withTokenizer(main))) {
                        Calls.all(model, script);
                    }
                }
                default -> {
                    try (Model model = Importer.open(main, options)) {
                        Calls.all(model, script);
                    }
                }
            }
            return ANSWER;
        } catch (LanewiseException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private void state(byte[] bytes) {
        try (Stepper stepper = stream.stepper()) {
            stepper.restore(stream.readState(bytes));
            stepper.step(new float[] {1, Float.MAX_VALUE}, new float[8]);
        }
    }
}
