package lanewise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Tensor;
import lanewise.cli.Main.BadInput;
import lanewise.cli.rows.ArrayRows;
import lanewise.cli.rows.InputArrays;
import lanewise.cli.rows.LineRows;
import lanewise.cli.rows.RowModel;
import lanewise.cli.rows.Rows;
import lanewise.cli.rows.TextRows;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.files.RowArray;
import lanewise.options.ModelOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores rows of a file or of standard input, texts, or arrays. */
@Command(name = "predict", description = {"Scores the rows of a file or of standard input, texts, or arrays, and prints"
        + " a line for each.",
    "A line is a text if the model takes one text a row. Otherwise it is one row: numbers joined by commas, a JSON"
            + " list, or a JSON object with numbers, nested lists, a text or a list of texts for each input.",
    "A row that can't be read ends the run with a message; the answers before it are printed, files of --output are"
            + " not written. docs/predict.md has examples."})
final class PredictCommand implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file, or a folder with a model and its tokenizer.json")
    private Path path;

    @Parameters(index = "1", paramLabel = "FILE", arity = "0..1",
            description = "rows: lines of .csv, .tsv, .jsonl or .txt, arrays in .npy, .npz (one for each input, by"
                    + " name)"
                    + " or .json; - for standard input")
    private Path file;

    @Option(names = "--text", paramLabel = "[NAME=]T",
            description = "a text to score, may be given several times; NAME= says for which input, and counts only if"
                    + " the model has an input of that name")
    private List<String> textOptions = List.of();

    @Option(names = "--input", paramLabel = "NAME=F",
            description = "an array for an input, as the file has its axes: numbers in F.npy, numbers or texts in"
                    + " F.json as nested lists or {\"shape\": [2, 3], \"data\": [...]}; may be given with --text")
    private Map<String, Path> inputs = Map.of();

    @Option(names = "--output", paramLabel = "NAME=F",
            description = "where to write an output of all rows, instead of printing: F.npy or F.json")
    private Map<String, Path> outputs = Map.of();

    @Option(names = "--labels", paramLabel = "a,b", split = ",", description = "names for the values of the answer")
    private List<String> labels;

    @Option(names = "--json", description = "print a JSON object a line; outputs are nested lists"
            + ", NaN and infinities are strings")
    private boolean json;

    @Option(names = "--skip-bad",
            description = "leave out rows that can't be read, and list them at the end on standard error; with --json"
                    + " each answer has the number of its line. Exit code 0 as long as there is one good row")
    private boolean skipBad;

    @Option(names = "--threads", paramLabel = "N",
            description = "threads that score; without it one for each core. The order of the answers stays")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private RowOptions rowOptions;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
        try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT));
                Predictor predictor = model.predictor(1, 1)) {
            AnswerPrinter printer = new AnswerPrinter(labels == null ? imported.spec().labels() : labels, json,
                    skipBad);
            try (Rows rows = rows(predictor);
                    RowScoring scoring = new RowScoring(rows, model, printer, spec.commandLine())) {
                outputs.forEach((name, to) -> scoring.write(predictor.output(name), to));
                boolean inTurn = predictor.isStateful();
                scoring.run(inTurn ? 1 : threads, inTurn, skipBad);
            }
        }
        return Main.GOOD;
    }

    /** Refuses what does not go together, before a model is read. */
    private void checkOptions() {
        if (threads < 1) {
            throw new BadInput("--threads " + threads + " is none, expected at least 1");
        }
        boolean arrays = !inputs.isEmpty() || !textOptions.isEmpty();
        if (file != null && arrays) {
            throw new BadInput("rows are given by " + file + " and by --" + (inputs.isEmpty() ? "text" : "input")
                    + "; give one of them");
        }
        if (file != null && !file.equals(STANDARD_INPUT)) {
            if (Files.notExists(file) && file.toString().contains(" ")) {
                throw new BadInput("there is no file " + file + "; give texts with --text");
            }
            ModelPath.check(file);
        }
        if (rowOptions.given() != null && (arrays || file != null && InputArrays.isArray(file))) {
            throw new BadInput(rowOptions.given() + " is for lines, but arrays or texts are given");
        }
    }

    private Rows rows(Predictor predictor) throws IOException {
        RowModel rowModel = RowModel.of(predictor);
        if (!inputs.isEmpty() || !textOptions.isEmpty()) {
            TextOptions texts = new TextOptions(textOptions, predictor);
            checkNames(predictor, texts);
            // one by one: each as long as it is
            return inputs.isEmpty() && rowModel.takesOneText() ? new TextRows(texts.only())
                    : arrays(predictor, texts);
        }
        if (file == null || file.equals(STANDARD_INPUT)) {
            return LineRows.of(System.in, rowOptions.settings(), rowModel);
        }
        if (!InputArrays.isArray(file)) {
            return LineRows.open(file, rowOptions.settings(), rowModel);
        }
        InputArrays arrays = new InputArrays(predictor);
        return arrays.closeIfRefused(() -> {
            arrays.openAll(file);
            return new ArrayRows(file.toString(), arrays, predictor);
        });
    }

    private Rows arrays(Predictor predictor, TextOptions texts) {
        InputArrays arrays = new InputArrays(predictor);
        return arrays.closeIfRefused(() -> {
            int rows = 0;
            for (Map.Entry<String, Path> given : inputs.entrySet()) {
                InputTensor input = predictor.input(given.getKey());
                RowArray array = InputArrays.array(input, given.getValue());
                arrays.put(input.name(), array);
                rows = input.rowAxis() < 0 || input.rowAxis() >= array.shape().rank() ? rows
                        : Math.max(rows, array.shape().dim(input.rowAxis()));
            }
            texts.arrays(rows, predictor).forEach((name, data) -> arrays.put(name, RowArray.of(data)));
            return new ArrayRows(inputs.size() == 1 ? inputs.values().iterator().next().toString() : "the arrays",
                    arrays, predictor);
        });
    }

    private void checkNames(Predictor predictor, TextOptions texts) {
        inputs.keySet().forEach(predictor::input);
        List<String> missing = new ArrayList<>(predictor.inputs().stream().map(Tensor::name).toList());
        missing.removeAll(inputs.keySet());
        for (String name : texts.names()) {
            if (!missing.remove(name)) {
                throw new BadInput("input '" + name + "' is given both by --text and by --input; give one of them");
            }
        }
        if (!missing.isEmpty()) {
            throw new BadInput("the model also takes " + missing
                    + ": give them with --input NAME=F.npy, texts with --text NAME=T");
        }
    }
}
