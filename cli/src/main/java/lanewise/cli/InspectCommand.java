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
    private ModelArguments fixed;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
            try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT.withWarmUpThread(false)));
                    Predictor predictor = model.predictor()) {
                if (json) {
                    out.println(Json.write(describe(imported, model, predictor)));
                } else {
                    print(out, imported, model, predictor);
                }
            }
            return Main.GOOD;
        } catch (UnsupportedModelException e) {
            if (json) {
                out.println(Json.write(Map.of("runs", false, "problems", e.problems())));
            } else {
                out.println(path + " can't be run:");
                e.problems().forEach(problem -> out.println("  " + problem));
            }
            return Main.BAD;
        }
    }

    private static void print(PrintWriter out, Imported imported, Model model, Predictor predictor) {
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
        for (LayerCost cost : LayerCost.of(model.layers(), imported.weights(), List.of())) {
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
