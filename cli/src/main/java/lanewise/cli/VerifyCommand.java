package lanewise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.cli.Main.BadInput;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.InvalidInputException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.verify.CaseFolder;
import lanewise.verify.CaseResult;
import lanewise.verify.CaseTree;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays examples: of models, of case folders, of trees of these. */
@Command(name = "verify", description = "Replays examples and compares the outputs with what Keras gave.")
final class VerifyCommand implements Callable<Integer> {
    /** A few calls a model: not worth warming up for. */
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "PATH", arity = "1..*",
            description = "models with examples, case folders, or folders of these")
    private List<Path> paths;

    @Option(names = "--json", description = "print one JSON object a line")
    private boolean json;

    @Override
    public Integer call() {
        Map<CaseResult.Outcome, Integer> counts = new LinkedHashMap<>();
        for (CaseResult.Outcome outcome : CaseResult.Outcome.values()) {
            counts.put(outcome, 0);
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Path path : paths) {
            for (Path found : CaseTree.find(path)) {
                CaseResult result = CaseFolder.is(found) ? CaseResult.of(CaseFolder.read(found), OPTIONS)
                        : model(found, found.equals(path));
                counts.merge(result.outcome(), 1, Integer::sum);
                out.println(json ? Json.write(result.toMap()) : result.line());
            }
        }
        int passed = counts.get(CaseResult.Outcome.PASS);
        int failed = counts.get(CaseResult.Outcome.FAIL);
        int rejected = counts.get(CaseResult.Outcome.REJECT);
        out.println(json ? Json.write(Map.of("passed", passed, "failed", failed, "rejected", rejected))
                : passed + " passed, " + failed + " failed, " + rejected + " rejected");
        return failed > 0 ? Main.FAILED : Main.GOOD;
    }

    /** Checks a model; a damaged one that was named itself is bad input, one in a tree is a failure among others. */
    private static CaseResult model(Path path, boolean named) {
        try {
            Imported imported = Importer.read(path);
            if (imported.examples().calls().isEmpty()) {
                throw new BadInput(path
                        + " has no examples to verify with; a model folder names them in lanewise.json, and convert"
                        + " --examples puts them into a .gguf file");
            }
            try (Model model = imported.toModel(OPTIONS)) {
                return CaseResult.of(path.toString(), model.verify());
            }
        } catch (UnsupportedModelException e) {
            return new CaseResult(CaseResult.Outcome.REJECT, path.toString(), 0, e.getMessage());
        } catch (InvalidInputException e) {
            return new CaseResult(CaseResult.Outcome.FAIL, path.toString(), 0,
                    "its examples do not fit the model: " + e.getMessage());
        } catch (ModelFileException e) {
            if (named) {
                throw e;
            }
            return new CaseResult(CaseResult.Outcome.FAIL, path.toString(), 0, e.getMessage());
        }
    }
}
