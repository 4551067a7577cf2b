package lanewise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.cli.Main.BadInput;
import lanewise.convert.ImportOptions;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays examples: of models, of case folders, of trees of these. */
@Command(name = "verify", description = {"Replays examples and compares the outputs with what Keras or ONNX gave.",
    "The number behind PASS is the largest difference from what was expected. Weights of 16 bits give other answers"
            + " than those that they were rounded from: of these the kernels are checked against a run in double"
            + " precision over the same weights, and the difference only against --limit or that in the file.",
    "What can't be read or run, or has no examples, is rejected with the reason.",
    "Exit code 1: something failed; 2: a PATH itself was rejected, is missing, or has nothing to check."})
final class VerifyCommand implements Callable<Integer> {
    /** A few calls a model: not worth warming up for. */
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "PATH", converter = ModelPath.class, arity = "1..*",
            description = "models with examples, case folders, or folders of these")
    private List<Path> paths;

    @Option(names = "--json", description = "print one JSON object a line")
    private boolean json;

    @Mixin
    private LimitOption limit;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        limit.check();
        ImportOptions options = fixed.addTo(ImportOptions.DEFAULT.withModel(fixed.addTo(OPTIONS)));
        // refused before anything is checked: a path that is not there, or has nothing to check
        Map<Path, Boolean> found = new LinkedHashMap<>();
        for (Path path : paths) {
            List<Path> below = CaseTree.find(path);
            if (below.isEmpty()) {
                throw new BadInput(path + " has nothing to check: no case.json, no model, and no ONNX test is in it or"
                        + " in its folders");
            }
            below.forEach(one -> found.putIfAbsent(one, one.equals(path)));
        }
        Map<CaseResult.Outcome, Integer> counts = new EnumMap<>(CaseResult.Outcome.class);
        PrintWriter out = spec.commandLine().getOut();
        boolean bad = false;
        for (Map.Entry<Path, Boolean> one : found.entrySet()) {
            Path path = one.getKey();
            CaseResult result = CaseFolder.is(path) ? CaseResult.of(path, options, limit.value())
                    : model(path, one.getValue(), options);
            bad |= one.getValue() && result.outcome() == CaseResult.Outcome.REJECT;
            counts.merge(result.outcome(), 1, Integer::sum);
            out.println(json ? Json.write(result.toMap()) : result.line());
        }
        int passed = counts.getOrDefault(CaseResult.Outcome.PASS, 0);
        int failed = counts.getOrDefault(CaseResult.Outcome.FAIL, 0);
        int rejected = counts.getOrDefault(CaseResult.Outcome.REJECT, 0);
        Map<String, Integer> sums = new LinkedHashMap<>();
        sums.put("passed", passed);
        sums.put("failed", failed);
        sums.put("rejected", rejected);
        out.println(json ? Json.write(sums) : passed + " passed, " + failed + " failed, " + rejected + " rejected");
        return failed > 0 ? Main.FAILED : bad ? Main.BAD : Main.GOOD;
    }

    /** Checks a model by its own examples; a damaged one that was named is bad input, one in a tree a failure. */
    private CaseResult model(Path path, boolean named, ImportOptions options) {
        try {
            Imported imported = Importer.read(path, options);
            if (imported.examples().calls().isEmpty()) {
                return new CaseResult(CaseResult.Outcome.REJECT, path.toString(), 0, "has no examples to verify with; a"
                        + " model folder names them in lanewise.json, an ONNX test has them in test_data_set_0, and"
                        + " convert --examples puts them into a .gguf file");
            }
            try (Model model = imported.toModel(options.model())) {
                return CaseResult.of(path.toString(),
                        CaseResult.verify(model, imported.examples(), limit.value()));
            }
        } catch (UnsupportedModelException e) {
            return new CaseResult(CaseResult.Outcome.REJECT, path.toString(), 0, e.getMessage());
        } catch (InvalidInputException e) {
            return new CaseResult(CaseResult.Outcome.FAIL, path.toString(), 0,
                    "its examples do not fit the model: " + e.getMessage());
        } catch (ModelFileException e) {
            return new CaseResult(named ? CaseResult.Outcome.REJECT : CaseResult.Outcome.FAIL, path.toString(), 0,
                    e.getMessage());
        }
    }
}
