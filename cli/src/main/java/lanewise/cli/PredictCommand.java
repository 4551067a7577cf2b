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
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.Tensor;
import lanewise.cli.Main.BadInput;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.files.Json;
import lanewise.files.Npy;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Scores texts, arrays, or rows from standard input. */
@Command(name = "predict", description = "Scores texts, arrays, or lines from standard input: text, CSV or JSON.")
final class PredictCommand implements Callable<Integer> {
    /** Set by the launcher where standard error is a terminal. */
    private static final boolean SHOW_PROGRESS = Boolean.getBoolean("lanewise.progress");
    private static final int PROGRESS_ROWS = 256;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "a model file, or a folder with a model and its tokenizer.json")
    private Path path;

    @Option(names = "--text", paramLabel = "T", description = "a text to score; may be given several times")
    private List<String> texts = List.of();

    @Option(names = "--input", paramLabel = "NAME=F.npy", description = "an array for an input, batch first")
    private Map<String, Path> inputs = Map.of();

    @Option(names = "--output", paramLabel = "NAME=F.npy", description = "where to write an output")
    private Map<String, Path> outputs = Map.of();

    @Option(names = "--labels", paramLabel = "a,b", split = ",", description = "names for the values of the answer")
    private List<String> labels;

    @Option(names = "--json", description = "print a JSON object a line")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!texts.isEmpty() && !inputs.isEmpty()) {
            throw new BadInput("--text and --input can't be given together");
        }
        Imported imported = Importer.read(path);
        try (Model model = imported.toModel(ModelOptions.DEFAULT); Scorer scorer = model.scorer()) {
            AnswerPrinter answers = new AnswerPrinter(labels == null ? imported.spec().labels() : labels, json);
            checkNames(scorer.predictor(1, 1));
            if (!inputs.isEmpty()) {
                scoreArrays(scorer, answers);
            } else if (!texts.isEmpty()) {
                texts.forEach(text -> scoreText(scorer, answers, text));
            } else {
                scoreLines(scorer, answers);
            }
        }
        return Main.GOOD;
    }

    private void checkNames(Predictor predictor) {
        inputs.keySet().forEach(predictor::input);
        outputs.keySet().forEach(predictor::output);
        if (!outputs.isEmpty() && inputs.isEmpty()) {
            throw new BadInput("--output needs --input: it takes the outputs of one call");
        }
        List<String> missing = predictor.inputs().stream().map(Tensor::name).filter(n -> !inputs.containsKey(n))
                .toList();
        if (!inputs.isEmpty() && !missing.isEmpty()) {
            throw new BadInput("the model also takes " + missing + ": give them with --input NAME=F.npy");
        }
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

    private void scoreArrays(Scorer scorer, AnswerPrinter answers) {
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        inputs.forEach((name, file) -> arrays.put(name, Npy.read(file)));
        int rows = 1;
        int steps = 1;
        for (InputTensor input : scorer.predictor(1, 1).inputs()) {
            Shape shape = arrays.get(input.name()).shape();
            for (int axis = 0; axis < shape.rank(); axis++) {
                rows = axis == input.rowAxis() ? Math.max(rows, shape.dim(axis)) : rows;
                steps = axis == input.rowAxis() ? steps : Math.max(steps, shape.dim(axis));
            }
        }
        Predictor predictor = scorer.predictor(rows, steps);
        arrays.forEach((name, data) -> predictor.input(name).set(data));
        predictor.run();
        if (outputs.isEmpty()) {
            Answer.of(predictor, List.of()).forEach(answer -> out().println(answers.line(answer, null)));
            return;
        }
        outputs.forEach((name, file) -> {
            OutputTensor output = predictor.output(name);
            if (output.dtype() == DType.STRING) {
                throw new BadInput("output '" + name + "' holds texts, which no .npy file can; print it instead");
            }
            Npy.write(file, TensorData.of(Shape.of(output.dims()), output.toFloats()));
        });
    }

    private void scoreLines(Scorer scorer, AnswerPrinter answers) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean text = scorer.takesText();
        int row = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isBlank() && !text) {
                continue;
            }
            row++;
            try {
                if (text) {
                    scoreText(scorer, answers, line);
                } else {
                    scoreNumbers(scorer, answers, line);
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

    /** A row of numbers: CSV, a JSON list, or a JSON object with a list for each input. */
    private void scoreNumbers(Scorer scorer, AnswerPrinter answers, String line) {
        List<String> names = scorer.predictor(1, 1).inputs().stream().map(Tensor::name).toList();
        List<float[]> rows = new ArrayList<>();
        if (line.stripLeading().startsWith("{")) {
            JsonNode object = Json.parse("the row", line);
            for (String name : object.propertyNames()) {
                if (!names.contains(name)) {
                    throw new BadInput("the model has no input '" + name + "', it has " + names);
                }
            }
            for (String name : names) {
                if (!object.has(name)) {
                    throw new BadInput("there are no values for input '" + name + "', expected " + names);
                }
                rows.add(numbers(object.get(name)));
            }
        } else if (names.size() != 1) {
            throw new BadInput("the model has the inputs " + names + ": give JSON objects with a list for each");
        } else {
            rows.add(line.stripLeading().startsWith("[") ? numbers(Json.parse("the row", line)) : csv(line));
        }
        out().println(answers.line(scorer.score(rows), null));
    }

    private static float[] numbers(JsonNode lists) {
        return Json.numbers("the row", lists, new ArrayList<>());
    }

    private static float[] csv(String line) {
        String[] cells = line.split("[,;\t]");
        float[] values = new float[cells.length];
        for (int i = 0; i < cells.length; i++) {
            try {
                values[i] = Float.parseFloat(cells[i].strip());
            } catch (NumberFormatException e) {
                throw new BadInput(
                        "'" + cells[i].strip() + "' is no number; a row is numbers joined by commas, or JSON");
            }
        }
        return values;
    }
}
