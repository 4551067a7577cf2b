package lanewise.convert;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import lanewise.Model;
import lanewise.format.ModelFile;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * What {@link Importer#read(Path)} found in a file or folder: a description of the model, its weights, and examples to
 * verify it with. Nothing is packed for running yet.
 *
 * <p>Immutable, so any number of threads may share it. No method takes or returns null. Weights may be views of the
 * bytes that were read: as long as this or one of its arrays is reachable, so is the whole weights file. A
 * {@link Model} created from it has its own copy of the weights.
 */
public final class Imported {
    private final ModelSpec spec;
    private final Weights weights;
    private final Examples examples;
    private final String source;
    private final CustomLayers custom;
    /** For each input of the file whether it comes with each call; empty if all do. */
    private final List<Boolean> open;

    Imported(ModelSpec spec, Weights weights, Examples examples, String source, CustomLayers custom) {
        this(spec, weights, examples, source, custom, List.of());
    }

    private Imported(ModelSpec spec, Weights weights, Examples examples, String source, CustomLayers custom,
            List<Boolean> open) {
        this.spec = spec;
        this.weights = weights;
        this.examples = examples;
        this.source = source;
        this.custom = custom;
        this.open = open;
    }

    /** The same model, of whose file's inputs some have a value, so that calls don't give them. */
    Imported withFixed(List<String> inputs, Set<String> fixed) {
        return new Imported(spec, weights, examples, source, custom,
                fixed.isEmpty() ? List.of() : inputs.stream().map(name -> !fixed.contains(name)).toList());
    }

    /**
     * What the model is.
     *
     * @return layers, text handling, labels
     */
    public ModelSpec spec() {
        return spec;
    }

    /**
     * The model's weights.
     *
     * @return arrays in Keras's layout; read-only
     */
    public Weights weights() {
        return weights;
    }

    /**
     * Calls with their expected outputs, with which the model can be verified.
     *
     * @return those of the file or folder, perhaps none
     */
    public Examples examples() {
        return examples;
    }

    /**
     * Describes the file's format, for display.
     *
     * @return for example {@code "Keras 3.15.1 archive"}
     */
    public String source() {
        return source;
    }

    /**
     * The custom layers that the model was read with.
     *
     * @return the layers by class name, perhaps none
     */
    public CustomLayers custom() {
        return custom;
    }

    /**
     * Opens the model: packs its weights for running.
     *
     * @param options how it runs; if they have no custom layers, {@link #custom} is used
     * @return the model; close it when it is no longer needed
     * @throws lanewise.error.UnsupportedModelException if it can't be run, with every reason
     */
    public Model toModel(ModelOptions options) {
        return Model.of(spec, weights, examples,
                options.customLayers().equals(CustomLayers.NONE) ? options.withCustomLayers(custom) : options);
    }

    /**
     * Writes a model file, which the engine opens without the converter. The file is written completely or not at all.
     *
     * @param path the file, replaced if it exists
     * @throws lanewise.error.ModelFileException if it can't be written
     */
    public void write(Path path) {
        ModelFile.write(path, spec, weights, examples);
    }

    /** Calls without the inputs that have a value; they may list those of the file, in its order. */
    private Examples callsOf(Examples given) {
        if (open.isEmpty()) {
            return given;
        }
        List<Example> calls = given.calls().stream().map(call -> call.inputs().size() != open.size() ? call
                : new Example(call.reset(), IntStream.range(0, open.size()).filter(open::get)
                        .mapToObj(call.inputs()::get).toList(), call.outputs()))
                .toList();
        return new Examples(calls, given.absolute(), given.relative());
    }

    /**
     * The same model with other examples. Where inputs of the file have a fixed value, calls may list them all the
     * same; what they give for these is not used.
     *
     * @param newExamples calls and expected outputs
     * @return a new value
     */
    public Imported with(Examples newExamples) {
        return new Imported(spec, weights, callsOf(newExamples), source, custom, open);
    }

    /**
     * The same weights with another description.
     *
     * @param newSpec what the model is
     * @return a new value
     */
    public Imported with(ModelSpec newSpec) {
        return new Imported(newSpec, weights, examples, source, custom, open);
    }

    /**
     * The same model with rounded weights.
     *
     * @param formats in which format matrices are kept
     * @return a new value
     * @throws lanewise.error.UnsupportedModelException if the weights can't be rounded, with every reason
     */
    public Imported with(WeightFormats formats) {
        return new Imported(spec, formats.apply(spec, weights), examples, source, custom, open);
    }

    /**
     * The same model with what rounding its weights did to its answers, which {@link #write} keeps in the file.
     *
     * @param accuracy what was measured
     * @return a new value
     */
    public Imported with(Accuracy accuracy) {
        return new Imported(spec, weights.with(accuracy), examples, source, custom, open);
    }

    @Override
    public String toString() {
        return "Imported[" + source + ", model '" + spec.name() + "', " + weights.shapes().size() + " arrays, "
                + examples.calls().size() + " examples]";
    }
}
