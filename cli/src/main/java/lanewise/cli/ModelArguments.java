package lanewise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lanewise.cli.Main.BadInput;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.error.ModelFileException;
import lanewise.files.FixedInputs;
import lanewise.files.Json;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import picocli.CommandLine.Option;

/**
 * The options of every command that opens a model: what is fixed of the inputs of an ONNX file, in which format weights
 * are kept, and what the model may need.
 */
final class ModelArguments {
    @Option(names = "--set", paramLabel = "NAME=VALUE",
            description = "gives an input of an ONNX model a value: a number, true or false, a list a,b,c, or a JSON"
                    + " array; may be given several times")
    private Map<String, String> values = Map.of();

    @Option(names = "--shape", paramLabel = "NAME=SIZES",
            description = "gives an input of an ONNX model a shape, such as ?x576, where ? stays open; may be given"
                    + " several times")
    private Map<String, String> shapes = Map.of();

    @Option(names = "--weights", paramLabel = "FORMAT[,LAYER=FORMAT...]",
            description = "rounds the weights: float32, bfloat16 or int16, then other formats for some layers, such as"
                    + " int16,embedding=float32; without it they stay as they are in the file")
    private String weights;

    @Option(names = "--limits", paramLabel = "NAME=VALUE[,...]",
            description = "raises limits of what a model may need, such as scratch=4GB,time=300; a message names the"
                    + " one that was too low")
    private String limits;

    /** In which formats weights are to be kept, if that is said. */
    Optional<WeightFormats> weights() {
        return Optional.ofNullable(weights).map(WeightFormats::parse);
    }

    private Limits limits() {
        try {
            return Limits.DEFAULT.with(limits);
        } catch (IllegalArgumentException e) {
            throw new BadInput("--limits: " + e.getMessage());
        }
    }

    /** Adds the formats of weights, and limits, to other options. */
    ModelOptions addTo(ModelOptions options) {
        ModelOptions limited = addLimits(options);
        return weights().map(limited::withWeights).orElse(limited);
    }

    /** Adds limits to other options, for weights that are in their formats already. */
    ModelOptions addLimits(ModelOptions options) {
        return limits == null ? options : options.withLimits(limits());
    }

    /** The weights of a model in the formats that are asked for. */
    Weights kept(Imported imported) {
        return weights().map(formats -> formats.apply(imported.spec(), imported.weights()))
                .orElse(imported.weights());
    }

    /** Adds what is fixed, and limits, to other options. */
    ImportOptions addTo(ImportOptions options) {
        ImportOptions all = limits == null ? options
                : options.withModel(options.model().withLimits(limits()));
        for (Map.Entry<String, String> value : values.entrySet()) {
            all = all.withInputValue(value.getKey(), value("--set " + value.getKey() + "=" + value.getValue(),
                    value.getValue().strip()));
        }
        for (Map.Entry<String, String> shape : shapes.entrySet()) {
            all = all.withInputShape(shape.getKey(), shape("--shape " + shape.getKey() + "=" + shape.getValue(),
                    shape.getValue().strip()));
        }
        return all;
    }

    private static TensorData value(String what, String text) {
        boolean list = text.contains(",") && !text.startsWith("[");
        try {
            return FixedInputs.value(what, Json.parse(what, list ? "[" + text + "]" : text));
        } catch (ModelFileException e) {
            throw new BadInput(what + " is no value: expected a number, true or false, a list a,b,c of one of these, or"
                    + " a JSON array");
        }
    }

    private static Shape shape(String what, String text) {
        List<Integer> sizes = new ArrayList<>();
        for (String size : text.isEmpty() ? new String[0] : text.split("x", -1)) {
            if (!size.equals("?") && !size.matches("[1-9][0-9]{0,8}")) {
                throw new BadInput(what + " is no shape: expected positive sizes with x between them, and ? where one"
                        + " stays open, such as ?x576");
            }
            sizes.add(size.equals("?") ? Shape.ANY : Integer.parseInt(size));
        }
        return new Shape(sizes);
    }
}
