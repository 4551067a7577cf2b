package lanewise;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.error.UnsupportedModelException;
import lanewise.format.PlainFile;
import lanewise.options.Limit;
import lanewise.options.ModelOptions;

/**
 * What a {@link Model} does for streams: makes what takes them step by step, and reads what they remember. Any number
 * of threads may use it; a closed model refuses all of it with an {@code IllegalStateException}.
 */
public abstract sealed class ModelStreams permits Model {
    final LoadedModel loaded;
    final WarmUp warmUp;

    ModelStreams(LoadedModel loaded, ModelOptions options) {
        this.loaded = loaded;
        VectorSupport.advise();
        warmUp = new WarmUp(loaded, options);
    }

    /**
     * Creates a stepper for one stream, see {@link #stepper(int)}.
     *
     * @return a stepper for one thread; close it when it is no longer needed
     */
    public final Stepper stepper() {
        return stepper(1);
    }

    /**
     * Creates a stepper that steps several streams of a {@link #stateStore} together.
     *
     * @param maxRows maximum number of streams in a call
     * @return a stepper for one thread; close it when it is no longer needed
     * @throws InvalidInputException     if the maximum is below 1, or needs more memory than is available
     * @throws LimitExceededException    if that is more than {@link Limit#SCRATCH}
     * @throws UnsupportedModelException if a layer needs future steps or can't be stepped, with every reason
     */
    public final Stepper stepper(int maxRows) {
        Stepper stepper = new Stepper(loaded, maxRows, 1);
        warmUp.startStreams();
        return stepper;
    }

    /**
     * Creates the states of many new streams.
     *
     * @param count how many
     * @return the states, off-heap; close the store when it is no longer needed
     * @throws InvalidInputException     if the count is below 1, or needs more memory than is available
     * @throws LimitExceededException    if that is more than {@link Limit#SCRATCH}
     * @throws UnsupportedModelException if a layer needs future steps or can't be stepped, with every reason
     */
    public final StateStore stateStore(long count) {
        return new StateStore(loaded, count);
    }

    /**
     * Reads the state of a stream of this model from bytes.
     *
     * @param bytes the result of {@link State#toBytes}
     * @return the state
     * @throws InvalidInputException     if the bytes are damaged, of another version, or from another model
     * @throws UnsupportedModelException if the model can't be stepped
     */
    public final State readState(byte[] bytes) {
        loaded.checkOpen();
        return State.read(loaded, bytes, false);
    }

    /**
     * Reads the state of a stream of this model, or of another one that it fits: the layers that keep states have the
     * same names, kinds, options and sizes there, and the same weights are kept in 16 bits. The weights may differ, as
     * those of a model that was trained further do.
     *
     * @param bytes the result of {@link State#toBytes}
     * @return the state, of this model from now on
     * @throws InvalidInputException     if the bytes are damaged, of another version, or do not fit, with the reason
     * @throws UnsupportedModelException if the model can't be stepped
     */
    public final State adoptState(byte[] bytes) {
        loaded.checkOpen();
        return State.read(loaded, bytes, true);
    }

    /**
     * Makes a state of this model from that of another one, if it fits, see {@link #adoptState(byte[])}.
     *
     * @param state a state of any model; unchanged
     * @return a new state of this model
     * @throws InvalidInputException if it does not fit, with the reason
     */
    public final State adoptState(State state) {
        loaded.checkOpen();
        return state.adoptedBy(loaded);
    }

    /**
     * Why states of another model can't be continued in this one.
     *
     * @param other a model of the same or other layers
     * @return a sentence for each difference; empty if {@link #adoptState(State)} takes its states
     * @throws UnsupportedModelException if one of the two can't be stepped
     */
    public final List<String> stateDifferences(ModelStreams other) {
        return loaded.stateLayout().differences(other.loaded.stateLayout());
    }

    /**
     * Reads the states of many streams from a file. Nothing is left of them if they are refused.
     *
     * @param path what {@link StateStore#save(Path)} wrote
     * @return a new store; close it when it is no longer needed
     * @throws lanewise.error.ModelFileException if the file can't be read
     * @throws InvalidInputException             if they are damaged, of another version, or of another model
     * @throws LimitExceededException            if they need more than {@link Limit#SCRATCH}
     */
    public final StateStore readStateStore(Path path) {
        return PlainFile.read(path, in -> StateStore.read(in, loaded, false, true));
    }

    /**
     * Reads the states of many streams, see {@link #readStateStore(Path)}.
     *
     * @param stream what {@link StateStore#save(OutputStream)} wrote; nothing is read beyond it
     * @return a new store; close it when it is no longer needed
     * @throws IOException if the stream fails
     */
    public final StateStore readStateStore(InputStream stream) throws IOException {
        return StateStore.read(stream, loaded, false, false);
    }

    /**
     * Reads the states of many streams of this model, or of another one that they fit, see
     * {@link #adoptState(byte[])} and {@link #readStateStore(Path)}.
     *
     * @param path what {@link StateStore#save(Path)} wrote
     * @return a new store of this model; close it when it is no longer needed
     */
    public final StateStore adoptStateStore(Path path) {
        return PlainFile.read(path, in -> StateStore.read(in, loaded, true, true));
    }

    /**
     * Reads the states of many streams of this model, or of another one that they fit, see {@link #adoptState(byte[])}.
     *
     * @param stream what {@link StateStore#save(OutputStream)} wrote; nothing is read beyond it
     * @return a new store of this model; close it when it is no longer needed
     * @throws IOException if the stream fails
     */
    public final StateStore adoptStateStore(InputStream stream) throws IOException {
        return StateStore.read(stream, loaded, true, false);
    }

    /**
     * Creates room for the states of streams whose keys are texts. A stream begins with its first step; when there is
     * no room left, the one that was stepped longest ago is forgotten.
     *
     * @param most how many streams are kept
     * @return the states, off-heap; close them when they are no longer needed
     * @throws InvalidInputException     if the number is below 1, or needs more memory than is available
     * @throws LimitExceededException    if that is more than {@link Limit#SCRATCH}
     * @throws UnsupportedModelException if a layer needs future steps or can't be stepped, with every reason
     */
    public final KeyedStates keyedStates(int most) {
        return new KeyedStates(loaded, most, null, InstantSource.system());
    }

    /**
     * Creates room for the states of streams whose keys are texts, see {@link #keyedStates(int)}.
     *
     * @param most   how many streams are kept
     * @param maxAge how long after its last step a stream is forgotten; the next step of its key begins a new one
     * @return the states, off-heap; close them when they are no longer needed
     */
    public final KeyedStates keyedStates(int most, Duration maxAge) {
        return new KeyedStates(loaded, most, maxAge, InstantSource.system());
    }

    /**
     * Creates a window, which scores the last steps of a stream as if they were the whole sequence. Works for any model
     * with one input.
     *
     * @param steps how many steps
     * @return the window, for one thread; close it when it is no longer needed
     * @throws InvalidInputException  if the model does not take that many steps, or has several inputs or outputs
     * @throws LimitExceededException if they need more than {@link Limit#SCRATCH}
     */
    public final Window window(int steps) {
        return new Window(loaded, steps);
    }
}
