package lanewise.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints how a model is run. */
@Command(name = "explain", description = "Prints the plan of a model: which kernels compute, its memory, its steps.")
final class ExplainCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file or folder")
    private Path path;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        try (Model model = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT))
                .toModel(fixed.addTo(ModelOptions.DEFAULT.withWarmUpThread(false)))) {
            model.warmUp(Duration.ofSeconds(12));
            spec.commandLine().getOut().print(model.explain());
            spec.commandLine().getOut().flush();
        }
        return Main.GOOD;
    }
}
