package lanewise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Tensor;
import lanewise.cli.Main.BadInput;
import lanewise.cli.page.InspectPage;
import lanewise.cli.page.LayerCost;
import lanewise.cli.page.Quantity;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.UnsupportedModelException;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.spec.LayerInfo;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.Weights;
import lanewise.text.CleaningRule;
import lanewise.text.TextInput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a model is made of, or every reason it can't be run. */
@Command(name = "inspect",
        description = "Lists layers, shapes, parameters, masks and memory, or every reason a model can't be run.")
final class InspectCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file or folder")
    private Path path;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private PageOption page;

    @Option(names = "--steps", paramLabel = "T", defaultValue = "100",
            description = "with --html: steps of the measured call, where the model leaves the number open (default: "
                    + "${DEFAULT-VALUE})")
    private int steps;

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        if (json && page.isGiven()) {
            throw new BadInput("--json and --html are two forms of the same: give one of them");
        }
        if (steps < 1) {
            throw new BadInput("--steps must be positive, found " + steps);
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
            Weights kept = fixed.kept(imported);
            try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT.withWarmUpThread(false)));
                    Predictor predictor = model.predictor()) {
                if (page.isGiven()) {
                    page.write(ModelPage.of(imported, kept, model, facts(imported, model, predictor), steps), spec);
                } else if (json) {
                    out.println(Json.write(describe(imported, model, predictor)));
                } else {
                    print(out, imported, kept, model, predictor);
                }
            }
            return Main.GOOD;
        } catch (UnsupportedModelException e) {
            if (page.isGiven()) {
                page.write(InspectPage.refused(path.toString(), e.problems()), spec);
            } else if (json) {
                out.println(Json.write(Map.of("runs", false, "problems", e.problems())));
            } else {
                out.println(path + " can't be run:");
                e.problems().forEach(problem -> out.println("  " + problem));
            }
            return Main.BAD;
        }
    }

    /** What there is to say of a model beside its layers. */
    private static Map<String, String> facts(Imported imported, Model model, Predictor predictor) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("file", imported.source());
        facts.put(predictor.inputs().size() == 1 ? "input" : "inputs",
                String.join("; ", predictor.inputs().stream().map(InspectCommand::line).toList()));
        facts.put(predictor.outputs().size() == 1 ? "output" : "outputs",
                String.join("; ", predictor.outputs().stream().map(InspectCommand::line).toList()));
        if (imported.spec().text() != null) {
            facts.put("text", text(imported.spec().text()));
        }
        if (!imported.spec().labels().isEmpty()) {
            facts.put("labels", String.join(", ", imported.spec().labels()));
        }
        facts.put("parameters", Quantity.count(imported.weights().count()));
        facts.put("memory", Quantity.bytes(model.weightBytes()) + " of packed weights and tables, "
                + Quantity.bytes(predictor.bytes()) + " for a predictor of one row");
        facts.put("examples", imported.examples().calls().isEmpty() ? "none: nothing to verify it with"
                : Quantity.count(imported.examples().calls().size()) + " to verify with");
        if (!imported.weights().narrow().isEmpty()) {
            facts.put("16-bit weights", String.join("; ", AccuracyPrinter.lines(imported.weights()).stream()
                    .map(String::strip).toList()));
        }
        return facts;
    }

    private static void print(PrintWriter out, Imported imported, Weights kept, Model model, Predictor predictor) {
        out.println(imported.spec().name() + " (" + imported.source() + ")");
        predictor.inputs().forEach(input -> out.println("  input   " + line(input)));
        predictor.outputs().forEach(output -> out.println("  output  " + line(output)));
        if (imported.spec().text() != null) {
            out.println("  text    " + text(imported.spec().text()));
        }
        if (!imported.spec().labels().isEmpty()) {
            out.println("  labels  " + String.join(", ", imported.spec().labels()));
        }
        out.println();
        TextTable table = new TextTable("lllrrl", "layer", "class", "output", "parameters", "weights", "mask");
        for (LayerCost cost : LayerCost.of(model.layers(), kept, List.of())) {
            LayerInfo layer = cost.layer();
            table.row(layer.path(), layer.kerasClass(), shapes(layer.outputs()),
                    layer.parameters() == 0 ? "" : Quantity.count(layer.parameters()),
                    cost.weightBytes() == 0 ? "" : Quantity.bytes(cost.weightBytes()), layer.masked() ? "yes" : "");
        }
        table.print(out);
        out.println();
        out.println("  " + Quantity.count(imported.weights().count(), "parameter") + ", "
                + Quantity.bytes(model.weightBytes()) + " packed; a predictor of one row takes "
                + Quantity.bytes(predictor.bytes()));
        out.println("  " + Quantity.count(imported.examples().calls().size(), "example") + " to verify with");
        if (!imported.weights().narrow().isEmpty()) {
            AccuracyPrinter.lines(imported.weights()).forEach(line -> out.println("  " + line));
        }
        out.flush();
    }

    private static String line(Tensor tensor) {
        String rows = switch (tensor.rowAxis()) {
            case RowAxis.FIRST -> "";
            case RowAxis.NONE -> ", without an axis of rows";
            default -> ", rows along axis " + tensor.rowAxis();
        };
        return tensor.name() + " " + tensor.shape() + " " + tensor.dtype().name().toLowerCase(Locale.ROOT) + rows;
    }

    private static String shapes(List<Shape> shapes) {
        return String.join(", ", shapes.stream().map(Shape::toString).toList());
    }

    private static String text(TextInput text) {
        String cleaning = text.cleaning().isEmpty() ? ""
                : String.join(", ", text.cleaning().stream().map(CleaningRule::id).toList())
                        + ", then ";
        return cleaning + "tokenizer of " + text.tokenizer().words().size() + " words, then "
                + (text.padding().maxlen() == 0 ? "as long as the text" : text.padding().maxlen() + " ids");
    }

    private static Map<String, Object> describe(Imported imported, Model model, Predictor predictor) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("runs", true);
        all.put("name", imported.spec().name());
        all.put("source", imported.source());
        all.put("inputs", predictor.inputs().stream().map(InspectCommand::describe).toList());
        all.put("outputs", predictor.outputs().stream().map(InspectCommand::describe).toList());
        all.put("labels", imported.spec().labels());
        all.put("text", imported.spec().text() == null ? null : text(imported.spec().text()));
        all.put("layers", model.layers().stream().map(layer -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("path", layer.path());
            one.put("class", layer.kerasClass());
            one.put("outputs", layer.outputs().stream().map(Shape::dims).toList());
            one.put("parameters", layer.parameters());
            one.put("masked", layer.masked());
            return one;
        }).toList());
        all.put("parameters", imported.weights().count());
        all.put("weight_bytes", model.weightBytes());
        all.put("predictor_bytes", predictor.bytes());
        all.put("examples", imported.examples().calls().size());
        all.put("narrow_weights", imported.weights().narrow().isEmpty() ? null
                : AccuracyPrinter.formats(imported.weights()));
        all.put("accuracy", imported.weights().accuracy().map(AccuracyPrinter::json).orElse(null));
        return all;
    }

    private static Map<String, Object> describe(Tensor tensor) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", tensor.name());
        one.put("shape", tensor.shape().dims());
        one.put("dtype", tensor.dtype().name().toLowerCase(Locale.ROOT));
        one.put("row_axis", tensor.rowAxis() == RowAxis.NONE ? null : tensor.rowAxis());
        return one;
    }
}
