package lanewise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lanewise.Model;
import lanewise.cli.Main.BadInput;
import lanewise.cli.page.LayerCost;
import lanewise.cli.page.Quantity;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.spec.LayerInfo;
import lanewise.spec.Shape;
import lanewise.spec.Weights;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints how a model is run. */
@Command(name = "explain", description = "Shows how a model runs: where the time of a call goes, which kernels "
        + "compute, its memory, the shortcuts that it takes.")
final class ExplainCommand implements Callable<Integer> {
    private static final int BAR = 20;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "MODEL", converter = ModelPath.class,
            description = "a model file or folder")
    private Path path;

    @Option(names = "--steps", paramLabel = "T", defaultValue = "100",
            description = "steps of the measured call, where the model leaves the number open (default: "
                    + "${DEFAULT-VALUE})")
    private int steps;

    @Mixin
    private PageOption page;

    @Option(names = "--text", paramLabel = "[NAME=]T",
            description = "with --html: a text to follow through the model, as predict takes it")
    private List<String> texts = List.of();

    @Option(names = "--input", paramLabel = "NAME=F",
            description = "with --html: an array whose first row is followed through the model, as predict takes it")
    private Map<String, Path> inputs = Map.of();

    @Mixin
    private ModelArguments fixed;

    @Override
    public Integer call() {
        if (steps < 1) {
            throw new BadInput("--steps must be positive, found " + steps);
        }
        if (!page.isGiven() && !(texts.isEmpty() && inputs.isEmpty())) {
            throw new BadInput((texts.isEmpty() ? "--input" : "--text")
                    + " goes with --html FILE, which shows what the model does with it");
        }
        Imported imported = Importer.read(path, fixed.addTo(ImportOptions.DEFAULT));
        Weights kept = fixed.kept(imported);
        if (page.isGiven()) {
            ModelOptions options = fixed.addLimits(ModelOptions.DEFAULT.withWarmUpThread(false));
            page.write(new GatePage(imported, kept, options).of(texts, inputs), spec);
            return Main.GOOD;
        }
        try (Model model = imported.toModel(fixed.addTo(ModelOptions.DEFAULT.withWarmUpThread(false)))) {
            MeasuredCall call = MeasuredCall.of(model, steps);
            PrintWriter out = spec.commandLine().getOut();
            out.println(imported.spec().name() + " (" + imported.source() + ")");
            out.println();
            print(out, call, LayerCost.of(model.layers(), kept, call.times()));
            out.println();
            out.print(model.explain());
            out.flush();
        }
        return Main.GOOD;
    }

    private static void print(PrintWriter out, MeasuredCall call, List<LayerCost> costs) {
        double whole = call.micros();
        out.println(call.times().isEmpty() ? call.note()
                : "a call of " + call.what() + " takes " + Quantity.time(whole) + ":");
        TextTable table = new TextTable("lllrrrrl", "layer", "class", "output", "parameters", "weights", "time",
                "share", "");
        for (LayerCost cost : costs) {
            LayerInfo layer = cost.layer();
            boolean measured = cost.micros() > 0;
            table.row(layer.path(), layer.kerasClass(),
                    String.join(", ", layer.outputs().stream().map(Shape::toString).toList()),
                    layer.parameters() == 0 ? "" : Quantity.count(layer.parameters()),
                    cost.weightBytes() == 0 ? "" : Quantity.bytes(cost.weightBytes()),
                    measured ? Quantity.time(cost.micros()) : "",
                    measured ? Quantity.share(cost.micros(), whole) : "",
                    measured ? "#".repeat((int) Math.round(BAR * cost.micros() / whole)) : "");
        }
        table.print(out);
    }
}
