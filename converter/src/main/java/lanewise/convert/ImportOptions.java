package lanewise.convert;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;

/**
 * How a model is imported: which other files belong to it, its custom layers, and how it runs once it is open. Start
 * with {@link #DEFAULT} and change what you need:
 *
 * <pre>{@code
 * Importer.open(path, ImportOptions.DEFAULT.withTokenizer(Path.of("tokenizer.json")));
 * }</pre>
 *
 * <p>Immutable, so any number of threads may share it. No method takes or returns null.
 */
public final class ImportOptions {
    /** Takes everything from the file or folder, and runs with {@link ModelOptions#DEFAULT}. */
    public static final ImportOptions DEFAULT = new ImportOptions(null, null, null, null, ModelOptions.DEFAULT);

    private final Path weights;
    private final Path settings;
    private final Path tokenizer;
    /** Null for those of the model options. */
    private final CustomLayers custom;
    private final ModelOptions model;

    private ImportOptions(Path weights, Path settings, Path tokenizer, CustomLayers custom, ModelOptions model) {
        this.weights = weights;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.custom = custom;
        this.model = model;
    }

    /**
     * Names the file with the weights of a model whose config is in a file of its own. Without this option, the
     * importer looks for a file beside the config.
     *
     * @param file a file written by {@code model.save_weights()}
     * @return new options
     */
    public ImportOptions withWeights(Path file) {
        return new ImportOptions(Objects.requireNonNull(file), settings, tokenizer, custom, model);
    }

    /**
     * Names a file that says how texts become ids, and the labels, instead of the {@code lanewise.json} in the model's
     * folder.
     *
     * @param file JSON with the keys of {@code lanewise.json}
     * @return new options
     */
    public ImportOptions withSettings(Path file) {
        return new ImportOptions(weights, Objects.requireNonNull(file), tokenizer, custom, model);
    }

    /**
     * Names the tokenizer that turns texts into the model's ids.
     *
     * @param file the output of {@code Tokenizer.to_json()}, or a pickled {@code Tokenizer}
     * @return new options
     */
    public ImportOptions withTokenizer(Path file) {
        return new ImportOptions(weights, settings, Objects.requireNonNull(file), custom, model);
    }

    /**
     * Provides the layers that are not part of Keras. They take precedence over {@link ModelOptions#customLayers}.
     *
     * @param layers the custom layers, by class name
     * @return new options
     */
    public ImportOptions withCustomLayers(CustomLayers layers) {
        return new ImportOptions(weights, settings, tokenizer, Objects.requireNonNull(layers), model);
    }

    /**
     * Chooses how the model runs once it is open.
     *
     * @param options kernels, shortcuts, and custom layers unless {@link #withCustomLayers} gives them
     * @return new options
     */
    public ImportOptions withModel(ModelOptions options) {
        return new ImportOptions(weights, settings, tokenizer, custom, Objects.requireNonNull(options));
    }

    /**
     * The file with the weights.
     *
     * @return the file, if one was named
     */
    public Optional<Path> weights() {
        return Optional.ofNullable(weights);
    }

    /**
     * The file with text handling and labels.
     *
     * @return the file, if one was named
     */
    public Optional<Path> settings() {
        return Optional.ofNullable(settings);
    }

    /**
     * The tokenizer's file.
     *
     * @return the file, if one was named
     */
    public Optional<Path> tokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    /**
     * Custom layers.
     *
     * @return those of {@link #withCustomLayers}, else those of {@link #model}; perhaps none
     */
    public CustomLayers custom() {
        return custom == null ? model.customLayers() : custom;
    }

    /**
     * How the model runs once it is open.
     *
     * @return kernels, shortcuts, and {@link #custom}
     */
    public ModelOptions model() {
        return model.withCustomLayers(custom());
    }

    @Override
    public String toString() {
        return "ImportOptions[weights=" + weights + ", settings=" + settings + ", tokenizer=" + tokenizer + ", model="
                + model() + "]";
    }
}
