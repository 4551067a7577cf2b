package lanewise.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.Verification;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.spec.Examples;
import lanewise.verify.CaseFolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model as a file that the engine opens alone. */
@Command(name = "convert", description = "Writes a model as a .gguf file that the engine opens without the converter.")
final class ConvertCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IN", description = "a model file or folder")
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

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        ImportOptions options = fixed.addTo(ImportOptions.DEFAULT);
        options = config == null ? options : options.withSettings(config);
        options = tokenizer == null ? options : options.withTokenizer(tokenizer);
        Imported imported = Importer.read(in, options);
        if (fixed.weights().isPresent()) {
            imported = imported.with(fixed.weights().get());
        }
        if (examples != null) {
            imported = imported.with(CaseFolder.read(examples).examples());
        }
        try (Model model = imported.toModel(ModelOptions.DEFAULT.withWarmUpThread(false))) {
            Examples carried = imported.examples();
            Verification verification = model.verify(carried);
            if (!verification.passed()) {
                spec.commandLine().getErr().println("lanewise: " + in + " does not give what its examples say: "
                        + verification.failure().orElseThrow().message());
                return Main.FAILED;
            }
            imported.write(out);
            spec.commandLine().getOut()
                    .println(out + " (" + imported.source() + "): " + model.layers().size() + " layers, "
                            + imported.weights().count()
                            + " parameters, " + carried.calls().size() + " examples"
                            + (carried.calls().isEmpty() ? "" : ", largest difference " + verification.maxError()));
        }
        return Main.GOOD;
    }
}
