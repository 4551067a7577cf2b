package lanewise.convert;

import java.nio.file.Path;
import lanewise.Model;
import lanewise.format.ModelFile;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
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

    Imported(ModelSpec spec, Weights weights, Examples examples, String source, CustomLayers custom) {
        this.spec = spec;
        this.weights = weights;
        this.examples = examples;
        this.source = source;
        this.custom = custom;
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

    /**
     * The same model with other examples.
     *
     * @param newExamples calls and expected outputs
     * @return a new value
     */
    public Imported with(Examples newExamples) {
        return new Imported(spec, weights, newExamples, source, custom);
    }

    /**
     * The same weights with another description.
     *
     * @param newSpec what the model is
     * @return a new value
     */
    public Imported with(ModelSpec newSpec) {
        return new Imported(newSpec, weights, examples, source, custom);
    }

    @Override
    public String toString() {
        return "Imported[" + source + ", model '" + spec.name() + "', " + weights.arrays().size() + " arrays, "
                + examples.calls().size() + " examples]";
    }
}
