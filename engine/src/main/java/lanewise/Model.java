package lanewise;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import lanewise.error.InvalidInputException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.format.ModelFile;
import lanewise.kernel.Kernels;
import lanewise.options.ModelOptions;
import lanewise.plan.Plan;
import lanewise.plan.Planner;
import lanewise.plan.stream.StreamPlan;
import lanewise.spec.Examples;
import lanewise.spec.LayerInfo;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * A trained model, ready to score: packed weights in off-heap memory and the plan of a prediction. Immutable; any
 * number of threads may make {@link Predictor}s of it.
 *
 * <p>A model answers at once with scalar code. Meanwhile one daemon thread, {@code lanewise-warm-up}, runs the same
 * plan with vector kernels until they are compiled; then the model switches to them, once. Both give the same bits. The
 * thread lives while some model waits for it; {@link ModelOptions#background} keeps it from being started.
 */
public final class Model implements AutoCloseable {
    /** Most steps of a call for which {@link #predictor()} makes room where the model leaves the number open. */
    public static final int DEFAULT_MAX_STEPS = 512;

    private final ModelSpec spec;
    private final Examples examples;
    private final Arena arena;
    private final Plan plan;
    private final WarmUp warmUp;
    private volatile StreamPlan streamPlan;
    private volatile boolean closed;

    private Model(ModelSpec spec, Weights weights, Examples examples, ModelOptions options) {
        this.spec = spec;
        this.examples = examples;
        Arena memory = Arena.ofShared();
        try {
            plan = Planner.plan(spec, weights, memory, options);
        } catch (RuntimeException | OutOfMemoryError e) {
            memory.close();
            throw e;
        }
        arena = memory;
        VectorSupport.advise();
        warmUp = new WarmUp(this, options);
    }

    /**
     * Opens a model file.
     *
     * @param path a {@code .gguf} file that {@code lanewise convert} wrote
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if the file is missing, damaged, or no such file
     * @throws UnsupportedModelException if it holds something that can't be run
     */
    public static Model open(Path path) {
        return open(path, ModelOptions.DEFAULT);
    }

    /**
     * Opens a model file.
     *
     * @param path    a {@code .gguf} file that {@code lanewise convert} wrote
     * @param options how the model runs
     * @return the model; close it when it is no longer needed
     * @throws ModelFileException        if the file is missing, damaged, or no such file
     * @throws UnsupportedModelException if it holds something that can't be run
     */
    public static Model open(Path path, ModelOptions options) {
        try (ModelFile file = ModelFile.open(path)) {
            return of(file.spec(), file.weights(), file.examples(), options);
        }
    }

    /**
     * Joins a description and its numbers.
     *
     * @param spec    what the model is
     * @param weights its numbers; copied
     * @return the model; close it when it is no longer needed
     * @throws UnsupportedModelException if something can't be run, with every reason
     */
    public static Model of(ModelSpec spec, Weights weights) {
        return of(spec, weights, Examples.NONE, ModelOptions.DEFAULT);
    }

    /**
     * Joins a description and its numbers.
     *
     * @param spec     what the model is
     * @param weights  its numbers; copied
     * @param examples what it can prove itself with
     * @param options  how it runs
     * @return the model; close it when it is no longer needed
     * @throws UnsupportedModelException if something can't be run, with every reason
     */
    public static Model of(ModelSpec spec, Weights weights, Examples examples, ModelOptions options) {
        Model model = new Model(spec, weights, examples, options);
        model.warmUp.start();
        return model;
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
     * The examples that came with the model.
     *
     * @return calls with expected outputs, perhaps none
     */
    public Examples examples() {
        return examples;
    }

    /**
     * Room to score one row at a time, of up to {@link #DEFAULT_MAX_STEPS} steps where the model leaves the number
     * open.
     *
     * @return a predictor for one thread; close it when it is no longer needed
     */
    public Predictor predictor() {
        return predictor(1, DEFAULT_MAX_STEPS);
    }

    /**
     * Room to score.
     *
     * @param maxBatch most rows in a call
     * @param maxSteps most steps, for sizes that the model leaves open
     * @return a predictor for one thread; close it when it is no longer needed
     */
    public Predictor predictor(int maxBatch, int maxSteps) {
        checkOpen();
        return new Predictor(this, maxBatch, maxSteps);
    }

    /**
     * A stream of one row: takes one step of the sequence at a time.
     *
     * @return a stepper for one thread; close it when it is no longer needed
     * @throws UnsupportedModelException if some layer needs later steps or can't be stepped, with every reason
     */
    public Stepper stepper() {
        return stepper(1);
    }

    /**
     * Room to step several of the streams of {@link #states} together.
     *
     * @param maxRows most streams in a call
     * @return a stepper for one thread; close it when it is no longer needed
     * @throws UnsupportedModelException if some layer needs later steps or can't be stepped, with every reason
     */
    public Stepper stepper(int maxRows) {
        return stepper(maxRows, 1);
    }

    Stepper stepper(int maxRows, int maxSteps) {
        checkOpen();
        return new Stepper(this, maxRows, maxSteps);
    }

    /**
     * The states of many new streams.
     *
     * @param count how many
     * @return room for them, off-heap; close it when it is no longer needed
     * @throws UnsupportedModelException if some layer needs later steps or can't be stepped, with every reason
     */
    public StateStore states(long count) {
        checkOpen();
        return new StateStore(this, count);
    }

    /**
     * Scores the last steps of a stream as if they were the whole sequence. Any model that has one input can.
     *
     * @param steps how many
     * @return the window, for one thread; close it when it is no longer needed
     */
    public Window window(int steps) {
        checkOpen();
        return new Window(this, steps);
    }

    /**
     * Warms the vector kernels up in the calling thread, so that the first calls are already fast.
     *
     * @param atMost how long it may take
     * @return whether the model now computes with vectors
     */
    public boolean warmUp(Duration atMost) {
        return warmUp.run(atMost);
    }

    /**
     * Replays the examples that came with the model.
     *
     * @return how it went
     */
    public Verification verify() {
        return verify(examples);
    }

    /**
     * Replays examples.
     *
     * @param given calls with expected outputs
     * @return how it went
     * @throws InvalidInputException if an example does not fit the model
     */
    public Verification verify(Examples given) {
        return Replay.run(this, given);
    }

    /**
     * Describes how the model is run: which kernels compute and why, its memory, the shortcuts it takes, its steps.
     *
     * @return several lines
     */
    public String explain() {
        return "kernels   " + warmUp.state() + System.lineSeparator()
                + "weights   " + plan.weightBytes() + " bytes, packed, float32" + System.lineSeparator()
                + plan.shortcuts().stream().map(s -> "shortcut  " + s + System.lineSeparator())
                        .collect(Collectors.joining())
                + "operations" + System.lineSeparator() + plan.describe();
    }

    /**
     * Lists the calls of layers with the shapes that they give.
     *
     * @return in the order in which they run
     */
    public List<LayerInfo> layers() {
        return plan.layers();
    }

    /**
     * The memory of the packed weights.
     *
     * @return bytes off-heap
     */
    public long weightBytes() {
        return plan.weightBytes();
    }

    /**
     * Whether the model computes with its vector kernels by now.
     *
     * @return true from the switch on, for good
     */
    public boolean usesVectors() {
        return warmUp.usesVectors();
    }

    /** Frees the memory and stops warming up. Closing twice does nothing; predictors of the model no longer work. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            warmUp.stop();
            arena.close();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    /** The plan of a stream, made when it is first asked for. */
    StreamPlan streamPlan() {
        StreamPlan made = streamPlan;
        if (made == null) {
            synchronized (this) {
                checkOpen();
                made = streamPlan == null ? StreamPlan.of(plan) : streamPlan;
                streamPlan = made;
            }
        }
        return made;
    }

    boolean isClosed() {
        return closed;
    }

    Plan plan() {
        return plan;
    }

    /** Makes the tables of shortcuts; one thread at a time, and not after {@link #close}. */
    void makeTables(Kernels kernels) {
        plan.makeTables(arena, kernels);
    }
}
