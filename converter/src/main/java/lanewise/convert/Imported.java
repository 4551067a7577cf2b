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
 * What was read from a file or folder.
 *
 * @param spec     what the model is
 * @param weights  its numbers, in Keras's layout
 * @param examples what it can prove itself with, perhaps nothing
 * @param source   what the file is, for people: for example {@code "Keras 3.15.1 archive"}
 * @param custom   layers of the user\'s own that it was read with
 */
public record Imported(ModelSpec spec, Weights weights, Examples examples, String source, CustomLayers custom) {
    /**
     * Makes it ready to score.
     *
     * @param options how it runs
     * @return the model; close it when it is no longer needed
     * @throws lanewise.error.UnsupportedModelException if it can't be run, with every reason
     */
    public Model toModel(ModelOptions options) {
        return Model.of(spec, weights, examples,
                options.customLayers().equals(CustomLayers.NONE) ? options.withCustomLayers(custom) : options);
    }

    /**
     * Writes it as a file that the engine opens alone. The file appears whole or not at all.
     *
     * @param path where
     * @throws lanewise.error.ModelFileException if it can't be written
     */
    public void write(Path path) {
        ModelFile.write(path, spec, weights, examples);
    }

    /**
     * The same with other examples.
     *
     * @param newExamples calls and expected outputs
     * @return a new value
     */
    public Imported with(Examples newExamples) {
        return new Imported(spec, weights, newExamples, source, custom);
    }

    /**
     * The same with another description.
     *
     * @param newSpec what the model is
     * @return a new value
     */
    public Imported with(ModelSpec newSpec) {
        return new Imported(newSpec, weights, examples, source, custom);
    }
}
