package lanewise;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.error.Shortened;
import lanewise.error.UnsupportedModelException;
import lanewise.format.ModelFile;
import lanewise.format.PlainFile;
import lanewise.kernel.Kernels;
import lanewise.options.Budget;
import lanewise.options.Limit;
import lanewise.options.ModelOptions;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.LayerInfo;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * A trained model, ready to score: packed weights in off-heap memory and the plan of a prediction. Immutable; any
 * number of threads may use it and create {@link Predictor}s from it. A closed model refuses that with an
 * {@code IllegalStateException}.
 *
 * <p>A model answers immediately with scalar code. Meanwhile one daemon thread, {@code lanewise-warm-up}, runs the same
 * plan with vector kernels until they are compiled; then the model switches to them, once. Both give the same bits. The
 * thread runs as long as a model waits for it; {@link ModelOptions#withWarmUpThread} turns it off.
 */
public final class Model extends ModelStreams implements AutoCloseable {
    /** Default maximum sequence length of {@link #predictor()}, for models with variable length. */
    public static final int DEFAULT_MAX_STEPS = 512;

    private final Examples examples;
    /** What rounding may move outputs by. */
    private final double limit;

    private Model(ModelSpec spec, Weights weights, Examples examples, ModelOptions options) {
        super(new LoadedModel(spec, weights, options), options);
        this.examples = examples;
        limit = weights.accuracy().map(Accuracy::limit).orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * Opens a model file with the default options, see {@link #open(Path, ModelOptions)}.
     *
     * @param path a {@code .gguf} file written by {@code lanewise convert}
     * @return the model; close it when it is no longer needed
     */
    public static Model open(Path path) {
        return open(path, ModelOptions.DEFAULT);
    }

    /**
     * Opens a model file.
     *
     * @param path a {@code .gguf} file written by {@code lanewise convert}
     * @param options how the model runs
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if the file is missing, damaged, or of another kind
     * @throws UnsupportedModelException if it holds something that can't be run
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Model open(Path path, ModelOptions options) {
        ModelLoad event = new ModelLoad();
        event.begin();
        return Budget.within(options.limits(), () -> {
            try (ModelFile file = ModelFile.open(path)) {
                return of(file.spec(), file.weights(), file.examples(), options, path.toString(), event);
            }
        });
    }

    /**
     * Opens the bytes of a model file, for example of one that is kept in a database.
     *
     * @param bytes   all bytes of a {@code .gguf} file
     * @param options how the model runs
     * @return the model, which does not keep the bytes; close it when it is no longer needed
     * @throws ModelFileException        if they are damaged, or of another kind of file
     * @throws UnsupportedModelException if they hold something that can't be run
     * @throws LimitExceededException    if the model needs more than the limits allow
     */
    public static Model open(byte[] bytes, ModelOptions options) {
        ModelLoad event = new ModelLoad();
        event.begin();
        return Budget.within(options.limits(), () -> {
            try (ModelFile file = ModelFile.open(bytes)) {
                return of(file.spec(), file.weights(), file.examples(), options, null, event);
            }
        });
    }

    /**
     * Opens a model from a stream, read into memory to its end. For a resource on the class path:
     * {@code Model.open(App.class.getResourceAsStream("/model.gguf"), ModelOptions.DEFAULT)}.
     *
     * @param stream  all bytes of a {@code .gguf} file; stays open
     * @param options how the model runs
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if the stream fails, or what it holds is damaged or of another kind
     * @throws UnsupportedModelException if it holds something that can't be run
     * @throws LimitExceededException    if it is longer than {@link Limit#STREAM}, or needs more than the limits allow
     */
    public static Model open(InputStream stream, ModelOptions options) {
        Objects.requireNonNull(stream, "there is no stream: is the resource where its name says?");
        return Budget.within(options.limits(), () -> open(PlainFile.bytes(stream), options));
    }

    /**
     * Creates a model without examples, with the default options; see the other form.
     *
     * @param spec    what the model is
     * @param weights its weights; copied
     * @return the model; close it when it is no longer needed
     */
    public static Model of(ModelSpec spec, Weights weights) {
        return of(spec, weights, Examples.NONE, ModelOptions.DEFAULT);
    }

    /**
     * Creates a model from its description and weights.
     *
     * @param spec     what the model is
     * @param weights its weights; copied
     * @param examples calls with expected outputs, for {@link #verify()}
     * @param options  how it runs
     * @return the model; close it when it is no longer needed
     * @throws UnsupportedModelException if something can't be run, with every reason
     * @throws LimitExceededException    if it needs more than the limits allow
     */
    public static Model of(ModelSpec spec, Weights weights, Examples examples, ModelOptions options) {
        ModelLoad event = new ModelLoad();
        event.begin();
        return of(spec, weights, examples, options, null, event);
    }

    private static Model of(ModelSpec spec, Weights weights, Examples examples, ModelOptions options, String file,
            ModelLoad event) {
        Model model = Budget.within(options.limits(), () -> new Model(spec, weights, examples, options));
        event.end(model.loaded, file);
        model.warmUp.start();
        return model;
    }

    /**
     * The version of the arithmetic: releases with the same version give the same bits, see {@code docs/bits.md}.
     *
     * @return the version, 1 or more; {@link ModelFile#arithmeticVersion} is that of the release that wrote a file
     */
    public static int arithmeticVersion() {
        return Kernels.ARITHMETIC;
    }

    /**
     * What tells the model from others: the same for models of the same layers, text handling, labels, weights and
     * formats of weights, on every machine, also after {@code lanewise convert}. Examples and the model's name don't
     * count.
     *
     * @return 16 hexadecimal digits; they guard against mistakes, not against forgery
     */
    public String fingerprint() {
        return HexFormat.of().toHexDigits(loaded.identity());
    }

    /**
     * Describes what the model is.
     *
     * @return layers, text handling, labels
     */
    public ModelSpec spec() {
        return loaded.spec();
    }

    /**
     * The examples that came with the model.
     *
     * @return calls with expected outputs, perhaps none
     */
    public Examples examples() {
        return examples;
    }

    /**
     * Creates a scorer: the simple way to score rows of any size and to read labels.
     *
     * @return a scorer for one thread; close it when it is no longer needed
     */
    public Scorer scorer() {
        return new Scorer(loaded);
    }

    /**
     * Creates a predictor for one row at a time, of up to {@link #DEFAULT_MAX_STEPS} steps if the model's sequence
     * length is variable.
     *
     * @return a predictor for one thread; close it when it is no longer needed
     */
    public Predictor predictor() {
        return predictor(1, DEFAULT_MAX_STEPS);
    }

    /**
     * Creates a predictor.
     *
     * @param maxBatch maximum number of rows in a call
     * @param maxSteps maximum sequence length, for sizes that the model leaves open
     * @return a predictor for one thread; close it when it is no longer needed
     * @throws InvalidInputException  if a maximum is below 1, or they need more memory than is available
     * @throws LimitExceededException if they need more than {@link Limit#SCRATCH}
     */
    public Predictor predictor(int maxBatch, int maxSteps) {
        return new Predictor(loaded, maxBatch, maxSteps);
    }

    /**
     * Creates a predictor with room for some calls.
     *
     * @param calls whose inputs it is to take
     * @return a predictor for one thread, as {@link #predictor(int, int)} creates it
     */
    public Predictor predictor(List<Example> calls) {
        Room room = Room.of(loaded.spec(), calls);
        return predictor(room.rows(), room.steps());
    }

    /**
     * Warms up the vector kernels in the calling thread, so that the first calls are already fast.
     *
     * @param atMost how long it may take
     * @return whether the model now computes with vectors
     */
    public boolean warmUp(Duration atMost) {
        return warmUp.run(atMost);
    }

    /**
     * Replays the examples that came with the model. Rounding may move as much as the file says, if it does.
     *
     * @return the result
     */
    public Verification verify() {
        return verify(examples);
    }

    /**
     * Replays examples, see {@link #verify(Examples, double)}.
     *
     * @param given calls with expected outputs
     * @return the result
     */
    public Verification verify(Examples given) {
        return verify(given, limit);
    }

    /**
     * Replays examples.
     *
     * @param given      calls with expected outputs
     * @param givenLimit what rounding the weights to 16 bits may move outputs by, see {@link Verification#within}
     * @return the result
     * @throws InvalidInputException if an example does not fit the model
     */
    public Verification verify(Examples given, double givenLimit) {
        return ModelVerification.of(loaded, given, givenLimit);
    }

    /**
     * Describes how the model runs: kernels, slow calls, memory, shortcuts, formats of weights, operations.
     *
     * @return several lines
     */
    public String explain() {
        return Explanation.of(loaded, warmUp.state());
    }

    /**
     * Lists the calls of layers with their output shapes.
     *
     * @return in the order in which they run
     */
    public List<LayerInfo> layers() {
        return loaded.plan().layers();
    }

    /**
     * The memory of the packed weights.
     *
     * @return bytes off-heap
     */
    public long weightBytes() {
        return loaded.plan().weightBytes();
    }

    /**
     * Whether the model already computes with its vector kernels.
     *
     * @return true once the model has switched to them, permanently
     */
    public boolean usesVectors() {
        return loaded.usesVectors();
    }

    /**
     * Whether the model is as fast as it gets: it computes with its vector kernels, or stays with scalar code for good.
     * {@link #explain} says why. For a service that takes no requests before.
     *
     * @return true once nothing is left to warm up; false for ever where nobody warms the model up
     */
    public boolean isWarmedUp() {
        return warmUp.isDone() && loaded.plan().hasTables();
    }

    /**
     * How many calls, and steps of streams, took at least four times what they should; {@code docs/jfr.md} says what
     * to make of it. One of 256 is looked at.
     *
     * @return the number so far
     */
    public long slowCalls() {
        return loaded.watch().slowCalls() + loaded.stepWatch().slowCalls();
    }

    /** Name, inputs, outputs, memory and kernels. */
    @Override
    public String toString() {
        Contract contract = Contract.of(loaded);
        return Shortened.of("Model '" + spec().name() + "': " + contract.inputs() + " -> " + contract.outputs() + ", "
                + weightBytes() + " bytes of weights, " + (usesVectors() ? "vector" : "scalar") + " kernels"
                + (loaded.isClosed() ? ", closed" : ""));
    }

    /**
     * Stops warming up and frees the memory. Does not wait: if the warm-up is in the middle of a run, the memory goes
     * when that run ends. Predictors and steppers of the model refuse calls from now on; a call that is in progress may
     * end with an {@code IllegalStateException}. Closing twice does nothing.
     */
    @Override
    public void close() {
        warmUp.stop();
        loaded.close();
    }
}
