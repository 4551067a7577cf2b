package lanewise.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Tensor;
import lanewise.cli.Main.BadInput;
import lanewise.cli.page.ExplainPage;
import lanewise.cli.page.TracedCall;
import lanewise.cli.rows.InputArrays;
import lanewise.convert.Imported;
import lanewise.files.RowArray;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.ModelSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/** Runs the call that the page of {@code explain} shows: of a text, of arrays, or of the first example. */
final class GatePage {
    private static final int ANY_STEPS = 50;

    private final Imported imported;
    private final Weights kept;
    private final ModelOptions options;
    private String what = "";

    /**
     * A page of a model.
     *
     * @param imported the model
     * @param kept     its weights in the formats that they are kept in
     * @param options  how it runs, without formats of weights
     */
    GatePage(Imported imported, Weights kept, ModelOptions options) {
        this.imported = imported;
        this.kept = kept;
        this.options = options.withCustomLayers(imported.custom());
    }

    /**
     * Writes the page.
     *
     * @param texts  values of {@code --text}
     * @param inputs values of {@code --input}
     */
    String of(List<String> texts, Map<String, Path> inputs) {
        ModelSpec spec = imported.spec();
        try (Model model = Model.of(spec, kept, imported.examples(), options)) {
            Example call = call(model, texts, inputs);
            TracedCall traced = TracedCall.of(spec, kept, options, call);
            TensorData first = call.inputs().getFirst();
            StepAnswers answers = new StepAnswers(model, traced.outputs().getFirst());
            List<String> steps = answers.steps(first);
            boolean isSeries = spec.graph().inputs().size() == 1 && first.dtype() == DType.FLOAT32
                    && first.shape().rank() == 3;
            return new ExplainPage(spec.name(), what, answers.inWords(), steps,
                    isSeries ? series(first) : new double[0][], answers.afterEach(first), answers.note(),
                    traced.traces(), traced.left()).html();
        }
    }

    private Example call(Model model, List<String> texts, Map<String, Path> files) {
        try (Predictor predictor = model.predictor(1, ANY_STEPS)) {
            List<String> names = predictor.inputs().stream().map(Tensor::name).toList();
            TextOptions given = new TextOptions(texts, predictor);
            if (files.isEmpty() && given.isEmpty()) {
                return example(predictor);
            }
            files.keySet().forEach(predictor::input);
            Map<String, TensorData> arrays = new LinkedHashMap<>();
            files.forEach((name, file) -> {
                try (RowArray array = InputArrays.array(predictor.input(name), file)) {
                    arrays.put(name, firstRow(predictor.input(name), array));
                }
            });
            given.arrays(1, predictor).forEach((name, text) -> {
                if (arrays.put(name, text) != null) {
                    throw new BadInput("input '" + name + "' is given both by --text and by --input; give one of them");
                }
            });
            List<String> missing = names.stream().filter(name -> !arrays.containsKey(name)).toList();
            if (!missing.isEmpty()) {
                throw new BadInput("the model also takes " + missing
                        + ": give them with --input NAME=F.npy, texts with --text NAME=T");
            }
            what = texts.isEmpty() ? "The first row of " + String.join(", ", files.values().stream()
                    .map(Path::toString).toList()) : "\u201c" + String.join("\u201d, \u201c", texts) + "\u201d";
            return new Example(true, predictor.inputs().stream()
                    .map(input -> firstRow(input, RowArray.of(arrays.get(input.name())))).toList(), List.of());
        }
    }

    private Example example(Predictor predictor) {
        if (!imported.examples().calls().isEmpty()) {
            Example first = imported.examples().calls().getFirst();
            List<TensorData> rows = IntStream.range(0, predictor.inputs().size())
                    .mapToObj(i -> firstRow(predictor.inputs().get(i), RowArray.of(first.inputs().get(i)))).toList();
            TensorData only = rows.getFirst();
            what = rows.size() == 1 && only.dtype() == DType.STRING && only.strings().size() == 1
                    ? "\u201c" + only.strings().getFirst() + "\u201d (the first example of the model)"
                    : "The first example of the model.";
            return new Example(true, rows, List.of());
        }
        RandomInputs.fill(imported.spec(), predictor, 1, ANY_STEPS);
        what = "Random numbers: the model has no examples. Give a call with --text or --input.";
        return new Example(true, predictor.inputs().stream().map(input -> RandomInputs.array(imported.spec(),
                input, predictor.inputs().indexOf(input), 1, ANY_STEPS)).toList(), List.of());
    }

    /** The first row of an array; all of it where rows don't come first. */
    private static TensorData firstRow(InputTensor input, RowArray all) {
        return input.rowAxis() != RowAxis.FIRST || all.shape().rank() == 0 || all.shape().dim(0) <= 1 ? all.all()
                : all.rows(RowAxis.FIRST, 0, 1);
    }

    private static double[][] series(TensorData x) {
        float[] all = x.toFloats();
        int features = x.shape().dim(2);
        double[][] steps = new double[x.shape().dim(1)][features];
        for (int i = 0; i < steps.length * features; i++) {
            steps[i / features][i % features] = all[i];
        }
        return steps;
    }
}
