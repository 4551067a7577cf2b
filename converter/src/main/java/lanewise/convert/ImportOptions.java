package lanewise.convert;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import lanewise.files.FixedInputs;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * How a model is imported: which other files belong to it, its custom layers, what is fixed of its inputs, and how it
 * runs once it is open. Start with {@link #DEFAULT} and change what you need:
 *
 * <pre>{@code
 * Importer.open(path, ImportOptions.DEFAULT.withTokenizer(Path.of("tokenizer.json")));
 * }</pre>
 *
 * <p>Immutable, so any number of threads may share it. No method takes or returns null.
 */
public final class ImportOptions {
    /** Takes everything from the file or folder, and runs with {@link ModelOptions#DEFAULT}. */
    public static final ImportOptions DEFAULT = new ImportOptions(null, null, null, null, ModelOptions.DEFAULT,
            FixedInputs.NONE);

    private final Path weights;
    private final Path settings;
    private final Path tokenizer;
    /** Null for those of the model options. */
    private final CustomLayers custom;
    private final ModelOptions model;
    private final FixedInputs fixed;

    private ImportOptions(Path weights, Path settings, Path tokenizer, CustomLayers custom, ModelOptions model,
            FixedInputs fixed) {
        this.weights = weights;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.custom = custom;
        this.model = model;
        this.fixed = fixed;
    }

    /**
     * Names the file with the weights of a model whose config is in a file of its own. Without this option, the
     * importer looks for a file beside the config.
     *
     * @param file a file written by {@code model.save_weights()}
     * @return new options
     */
    public ImportOptions withWeights(Path file) {
        return new ImportOptions(Objects.requireNonNull(file), settings, tokenizer, custom, model, fixed);
    }

    /**
     * Names a file that says how texts become ids, and the labels, instead of the {@code lanewise.json} in the model's
     * folder.
     *
     * @param file JSON with the keys of {@code lanewise.json}
     * @return new options
     */
    public ImportOptions withSettings(Path file) {
        return new ImportOptions(weights, Objects.requireNonNull(file), tokenizer, custom, model, fixed);
    }

    /**
     * Names the tokenizer that turns texts into the model's ids.
     *
     * @param file the output of {@code Tokenizer.to_json()}, or a pickled {@code Tokenizer}
     * @return new options
     */
    public ImportOptions withTokenizer(Path file) {
        return new ImportOptions(weights, settings, Objects.requireNonNull(file), custom, model, fixed);
    }

    /**
     * Provides the layers that are not part of Keras. They take precedence over {@link ModelOptions#customLayers}.
     *
     * @param layers the custom layers, by class name
     * @return new options
     */
    public ImportOptions withCustomLayers(CustomLayers layers) {
        return new ImportOptions(weights, settings, tokenizer, Objects.requireNonNull(layers), model, fixed);
    }

    /**
     * Chooses how the model runs once it is open.
     *
     * @param options kernels, shortcuts, and custom layers unless {@link #withCustomLayers} gives them
     * @return new options
     */
    public ImportOptions withModel(ModelOptions options) {
        return new ImportOptions(weights, settings, tokenizer, custom, Objects.requireNonNull(options), fixed);
    }

    /**
     * Gives an input of an ONNX model a value at import: it is no input of the model any more, and what follows from it
     * is computed once. Models need it that choose a branch by an input, such as a sampling rate:
     * {@code withInputValue("sr", TensorData.of(DType.INT32, Shape.SCALAR, 16000))}.
     *
     * @param input the name of the input; importing refuses one that the model does not have
     * @param value as many values as the input has, integers where it takes integers; one number also stands for an
     *              array of one
     * @return new options
     */
    public ImportOptions withInputValue(String input, TensorData value) {
        return with(fixed.with(Objects.requireNonNull(input), Objects.requireNonNull(value)));
    }

    /**
     * Gives an input of an ONNX model a shape at import, where the file leaves sizes open and an operator has to know
     * them: {@code withInputShape("input", Shape.of(Shape.ANY, 576))}. A size that has a name in the file is fixed in
     * all inputs.
     *
     * @param input the name of the input; importing refuses one that the model does not have
     * @param shape a size for each axis, as the file has them; {@link Shape#ANY} stays open
     * @return new options
     */
    public ImportOptions withInputShape(String input, Shape shape) {
        return with(fixed.with(Objects.requireNonNull(input), Objects.requireNonNull(shape)));
    }

    /** Fixes inputs instead of those that are fixed so far. */
    ImportOptions with(FixedInputs newFixed) {
        return new ImportOptions(weights, settings, tokenizer, custom, model, newFixed);
    }

    /** Values and shapes of inputs. */
    FixedInputs fixed() {
        return fixed;
    }

    /**
     * Values that inputs are given.
     *
     * @return by the name of the input, in the order in which they were given; read-only
     */
    public Map<String, TensorData> inputValues() {
        return fixed.values();
    }

    /**
     * Shapes that inputs are given.
     *
     * @return by the name of the input, in the order in which they were given; read-only
     */
    public Map<String, Shape> inputShapes() {
        return fixed.shapes();
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
        return "ImportOptions[weights=" + weights + ", settings=" + settings + ", tokenizer=" + tokenizer
                + ", values of "
                + fixed.values().keySet() + ", shapes=" + fixed.shapes() + ", model=" + model() + "]";
    }
}
