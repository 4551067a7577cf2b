package lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
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

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
