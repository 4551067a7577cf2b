package lanewise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.Verification;
import lanewise.cli.Main.BadInput;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.format.WholeFile;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.verify.AccuracyMeasurement;
import lanewise.verify.CaseFolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model as a file that the engine opens alone. */
@Command(name = "convert", description = "Writes a model as a .gguf file that the engine opens without the converter.")
final class ConvertCommand implements Callable<Integer> {
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);
    private static final String NOTHING = "the model has no examples; give inputs to measure with by --samples, or"
            + " examples by --examples";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IN", converter = ModelPath.class,
            description = "a model file or folder")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT.gguf", description = "the file to write")
    private Path out;

    @Option(names = "--config", paramLabel = "F.json",
            description = "text handling and labels, as lanewise.json in a model folder")
    private Path config;

    @Option(names = "--tokenizer", paramLabel = "F.json", description = "a tokenizer that Keras wrote")
    private Path tokenizer;

    @Option(names = "--examples", paramLabel = "DIR",
            description = "a folder of inputs and expected outputs (case.json and arrays)")
    private Path examples;

    @Option(names = "--samples", paramLabel = "F|DIR",
            description = "with --weights: inputs to measure the accuracy on, instead of the examples: lines as predict"
                    + " takes them, arrays in F.npy, F.npz or F.json, or a case folder")
    private Path samples;

    @Mixin
    private LimitOption limit;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        limit.check();
        if (fixed.weights().isEmpty() && (samples != null || limit.value().isPresent())) {
            throw new BadInput((samples == null ? "--limit" : "--samples")
                    + " is for weights that are rounded; give --weights too");
        }
        ImportOptions options = fixed.addTo(ImportOptions.DEFAULT);
        options = config == null ? options : options.withSettings(config);
        options = tokenizer == null ? options : options.withTokenizer(tokenizer);
        Imported imported = Importer.read(in, options);
        if (examples != null) {
            imported = imported.with(CaseFolder.read(examples).examples());
        }
        try (Model model = imported.toModel(OPTIONS.withLimits(options.model().limits()))) {
            Verification verification = model.verify();
            if (!verification.passed()) {
                return fail(in + " does not give what its examples say: " + message(verification));
            }
            if (fixed.weights().isPresent()) {
                return round(imported, fixed.weights().get(), model);
            }
            return write(imported, model, verification);
        }
    }

    /** Rounds the weights, measures what that does, and writes the file if it is within the limit. */
    private int round(Imported original, WeightFormats formats, Model model) {
        Imported rounded = original.with(formats);
        List<Example> calls = samples == null ? original.examples().calls()
                : new SampleReader(original, model).read(samples);
        if (!rounded.weights().narrow().isEmpty() && !calls.isEmpty()) {
            AccuracyMeasurement measurement = new AccuracyMeasurement(original, formats, calls);
            Accuracy accuracy = measurement.measure(limit.value().orElse(measurement.usualLimit()));
            if (!accuracy.isWithin()) {
                return fail(in + ": " + measurement.refusal(accuracy) + "; nothing was written");
            }
            rounded = rounded.with(accuracy);
        } else if (limit.value().isPresent() && calls.isEmpty()) {
            throw new BadInput("--limit " + limit.value().getAsDouble() + " can't be checked: " + NOTHING);
        }
        try (Model narrow = rounded.toModel(OPTIONS)) {
            Verification verification = narrow.verify();
            if (!verification.passed()) {
                return fail(in + " with weights " + formats + " does not pass its examples: " + message(verification)
                        + "; nothing was written");
            }
            return write(rounded, narrow, verification);
        }
    }

    private static String message(Verification verification) {
        return verification.failure().orElseThrow().message();
    }

    private int fail(String message) {
        spec.commandLine().getErr().println("lanewise: " + message);
        return Main.FAILED;
    }

    private int write(Imported imported, Model model, Verification verification) {
        imported.write(out);
        // not into the file
        PrintWriter printer = WholeFile.isStandardOutput(out) ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        int count = imported.examples().calls().size();
        printer.println(out + " (" + imported.source() + "): " + model.layers().size() + " layers, "
                + imported.weights().count()
                + " parameters, " + count + " examples"
                + (count == 0 ? "" : ", largest difference " + verification.maxError()));
        if (!imported.weights().narrow().isEmpty()) {
            AccuracyPrinter.lines(imported.weights()).forEach(printer::println);
            if (imported.weights().accuracy().isEmpty() && fixed.weights().isPresent()) {
                printer.println(NOTHING);
            }
        }
        return Main.GOOD;
    }
}
