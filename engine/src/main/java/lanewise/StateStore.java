package lanewise;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.format.WholeFile;
import lanewise.kernel.OffHeap;

/**
 * The states of many streams, off-heap, contiguous and unpadded: one for each key from 0 to {@link #count} - 1. Created
 * by {@link Model#stateStore}. Several threads may use it at once, each with a {@link Stepper} of its own, as long as
 * no two use the same key.
 */
public final class StateStore implements AutoCloseable {
    private final LoadedModel model;
    private final Arena arena;
    private final MemorySegment memory;
    private final long count;
    private final long size;
    private final long identity;

    StateStore(LoadedModel model, long count) {
        model.checkOpen();
        if (count < 1) {
            throw new InvalidInputException("room for " + count + " streams, expected at least 1");
        }
        this.model = model;
        this.count = count;
        size = model.streamPlan().stateBytes();
        identity = model.identity();
        arena = OffHeap.shared(model.scratch("a store for the states of " + count + " streams"));
        try {
            memory = arena.allocate(Math.multiplyExact(count, size), 64);
        } catch (OutOfMemoryError | ArithmeticException e) {
            arena.close();
            throw new InvalidInputException(
                    "the states of " + count + " streams, " + size + " bytes each, need more memory than there is");
        } catch (LimitExceededException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * How many streams there are.
     *
     * @return the number; keys go from 0 to one less
     */
    public long count() {
        return count;
    }

    /**
     * The memory of all states.
     *
     * @return bytes off-heap
     */
    public long bytes() {
        return memory.byteSize();
    }

    /**
     * Copies out a stream's state.
     *
     * @param key  the stream's key
     * @param to  receives it
     * @throws InvalidInputException if the key is out of range, or the state belongs to another model
     */
    public void get(long key, State to) {
        to.checkModel(model);
        MemorySegment.copy(memory, offset(key), to.memory(), 0, size);
    }

    /**
     * Sets a stream's state.
     *
     * @param key  the stream's key
     * @param from its new state
     * @throws InvalidInputException if the key is out of range, or the state belongs to another model
     */
    public void set(long key, State from) {
        from.checkModel(model);
        MemorySegment.copy(from.memory(), 0, memory, offset(key), size);
    }

    /**
     * Restarts a stream as a new one.
     *
     * @param key  the stream's key
     * @throws InvalidInputException if the key is out of range
     */
    public void reset(long key) {
        memory.asSlice(offset(key), size).fill((byte) 0);
    }

    /**
     * Saves the states of all streams, to be read with {@link Model#readStateStore(Path)}. No thread may step them
     * meanwhile.
     *
     * @param path a file; it is written completely or not at all
     * @throws lanewise.error.ModelFileException if it can't be written
     * @throws IllegalStateException             if the store is closed
     */
    public void save(Path path) {
        needOpen();
        WholeFile.write(path, this::save);
    }

    /**
     * Writes the states of all streams, to be read with {@link Model#readStateStore(InputStream)}. No thread may step
     * them meanwhile. The bytes are the same on every machine.
     *
     * @param stream takes them; stays open
     * @throws IOException           if the stream fails
     * @throws IllegalStateException if the store is closed
     */
    public void save(OutputStream stream) throws IOException {
        needOpen();
        StateFile.Writer out = new StateFile.Writer(stream, model, StateFile.NUMBERED, count);
        out.put(memory, 0, memory.byteSize());
        out.end();
    }

    /**
     * Reads what {@link #save(OutputStream)} wrote into a new store.
     *
     * @param adopts whether the states may be those of another model that fits
     * @param isLast whether the stream must end with them
     */
    static StateStore read(InputStream stream, LoadedModel model, boolean adopts, boolean isLast)
            throws IOException {
        StateFile.Reader in = new StateFile.Reader(stream, model, StateFile.NUMBERED, adopts);
        StateStore store = new StateStore(model, in.count());
        try {
            in.get(store.memory, 0, store.memory.byteSize());
            in.end(isLast);
            return store;
        } catch (IOException | RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    boolean isClosed() {
        return !arena.scope().isAlive();
    }

    /** The size of one state. */
    long stateBytes() {
        return size;
    }

    private void needOpen() {
        if (isClosed()) {
            throw new IllegalStateException("the store of states is closed");
        }
    }

    MemorySegment memory() {
        return memory;
    }

    long offset(long key) {
        if (key < 0 || key >= count) {
            throw new InvalidInputException("key " + key + " is out of range, there are " + count + " streams");
        }
        return key * size;
    }

    void checkModel(LoadedModel other) {
        if (other.identity() != identity) {
            throw new InvalidInputException("the streams are of another model than '" + other.spec().name() + "'");
        }
    }

    @Override
    public String toString() {
        return "StateStore[" + count + " streams of '" + model.spec().name() + "', " + size + " bytes each"
                + (isClosed() ? ", closed" : "") + "]";
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        if (!isClosed()) {
            arena.close();
        }
    }
}
