package lanewise.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import lanewise.Answer;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.Tensor;
import lanewise.cli.Main.BadInput;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.TensorData;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores texts, arrays, or rows from standard input. */
@Command(name = "predict", description = {"Scores texts, arrays, or lines from standard input.",
    "A line is a text if the model takes one text a row. Otherwise it is one row: numbers joined by commas, a JSON"
            + " list, or a JSON object with numbers, nested lists, a text or a list of texts for each input."})
final class PredictCommand implements Callable<Integer> {
    /** Set by the launcher where standard error is a terminal. */
    private static final boolean SHOW_PROGRESS = Boolean.getBoolean("lanewise.progress");
    private static final int PROGRESS_ROWS = 256;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file, or a folder with a model and its tokenizer.json")
    private Path path;

    @Option(names = "--text", paramLabel = "[NAME=]T",
            description = "a text to score, may be given several times; NAME= says for which input, and counts only if"
                    + " the model has an input of that name")
    private List<String> textOptions = List.of();

    @Option(names = "--input", paramLabel = "NAME=F",
            description = "an array for an input, as the file has its axes: numbers in F.npy, numbers or texts in"
                    + " F.json as nested lists or {\"shape\": [2, 3], \"data\": [...]}; may be given with --text")
    private Map<String, Path> inputs = Map.of();

    @Option(names = "--output", paramLabel = "NAME=F", description = "where to write an output: F.npy or F.json")
    private Map<String, Path> outputs = Map.of();

    @Option(names = "--labels", paramLabel = "a,b", split = ",", description = "names for the values of the answer")
    private List<String> labels;

    @Option(names = "--json", description = "print a JSON object a line; outputs are nested lists"
            + ", NaN and infinities are strings")
    private boolean json;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() throws IOException {
        Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
        try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT)); Scorer scorer = model.scorer()) {
            AnswerPrinter answers = new AnswerPrinter(labels == null ? imported.spec().labels() : labels, json);
            TextOptions texts = new TextOptions(textOptions, scorer.predictor(1, 1));
            checkNames(scorer.predictor(1, 1), texts);
            if (inputs.isEmpty() && texts.isEmpty()) {
                scoreLines(scorer, answers);
            } else if (inputs.isEmpty() && outputs.isEmpty() && takesOneText(scorer.predictor(1, 1))) {
                // one by one: each as long as it is
                texts.only().forEach(text -> scoreText(scorer, answers, text));
            } else {
                scoreArrays(scorer, answers, texts);
            }
        }
        return Main.GOOD;
    }

    private void checkNames(Predictor predictor, TextOptions texts) {
        inputs.keySet().forEach(predictor::input);
        outputs.forEach((name, file) -> ArrayFile.check(file, predictor.output(name)));
        List<String> missing = new ArrayList<>(predictor.inputs().stream().map(Tensor::name).toList());
        missing.removeAll(inputs.keySet());
        for (String name : texts.names()) {
            if (!missing.remove(name)) {
                throw new BadInput("input '" + name + "' is given both by --text and by --input; give one of them");
            }
        }
        boolean none = inputs.isEmpty() && texts.isEmpty();
        if (none && !outputs.isEmpty()) {
            throw new BadInput("--output needs --input or --text: it takes the outputs of one call");
        }
        if (!none && !missing.isEmpty()) {
            throw new BadInput("the model also takes " + missing
                    + ": give them with --input NAME=F.npy, texts with --text NAME=T");
        }
    }

    /** Whether a text is a row: then lines are texts. */
    static boolean takesOneText(Predictor predictor) {
        InputTensor first = predictor.inputs().getFirst();
        return predictor.inputs().size() == 1 && (first.countsKnownWords() || first.dtype() == DType.STRING
                && first.shape().dims().stream().skip(1).allMatch(size -> size <= 1));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void scoreText(Scorer scorer, AnswerPrinter answers, String text) {
        Answer answer = scorer.score(text);
        if (answer.knownWords().equals(OptionalInt.of(0))) {
            spec.commandLine().getErr().println("lanewise: warning: the model knows no word of \"" + text
                    + "\"; its answer says nothing about the text");
        }
        out().println(answers.line(answer, text));
    }

    private void scoreArrays(Scorer scorer, AnswerPrinter answers, TextOptions texts) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        int rows = 0;
        for (Map.Entry<String, Path> given : inputs.entrySet()) {
            InputTensor input = scorer.predictor(1, 1).input(given.getKey());
            TensorData array = ArrayFile.read(given.getValue(), input.dtype());
            RowReader.checkWhole(input.name(), array, input.dtype());
            arrays.put(input.name(), array);
            rows = input.rowAxis() < 0 || input.rowAxis() >= array.shape().rank() ? rows
                    : Math.max(rows, array.shape().dim(input.rowAxis()));
        }
        arrays.putAll(texts.arrays(rows, scorer.predictor(1, 1)));
        List<Answer> all = scorer.scoreRows(arrays);
        if (outputs.isEmpty()) {
            all.forEach(answer -> out().println(answers.line(answer, null)));
        }
        outputs.forEach((name, file) -> ArrayFile.write(file, scorer.predictor(1, 1).output(name)));
    }

    private void scoreLines(Scorer scorer, AnswerPrinter answers) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean text = takesOneText(scorer.predictor(1, 1));
        RowReader rows = new RowReader(scorer.predictor(1, 1));
        int row = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            line = row == 0 ? RowReader.withoutMark(line) : line;
            if (line.isBlank() && !text) {
                continue;
            }
            row++;
            try {
                if (text) {
                    scoreText(scorer, answers, rows.text(line));
                } else {
                    out().println(answers.line(scorer.score(rows.read(line)), null));
                }
            } catch (LanewiseException | BadInput e) {
                throw new BadInput("line " + row + " of standard input: " + e.getMessage());
            }
            if (SHOW_PROGRESS && row % PROGRESS_ROWS == 0) {
                spec.commandLine().getErr().print("\r" + row + " rows");
                spec.commandLine().getErr().flush();
            }
        }
        if (SHOW_PROGRESS && row >= PROGRESS_ROWS) {
            spec.commandLine().getErr().println("\r" + row + " rows");
        }
        if (row == 0) {
            throw new BadInput("nothing to score: give --text, --input, or lines on standard input");
        }
    }
}
