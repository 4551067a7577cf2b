package lanewise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import lanewise.error.InvalidInputException;

/**
 * What a stream remembers: a value of fixed size that can be copied, compared, stored as bytes, and loaded into any
 * {@link Stepper} of the same model. States are equal if they are of the same model and hold the same bits. A state can
 * be written to ({@link Stepper#copyState}, {@link #copyTo}), so don't use one as a map key while it may change. Only
 * one thread at a time may use a state.
 */
public final class State {
    private static final int MAGIC = 0x5453574c;
    private static final int VERSION = 1;
    private static final int HEADER = 24;

    private final long identity;
    private final MemorySegment memory;

    /** The state of a new stream. */
    State(LoadedModel model) {
        identity = model.streamPlan().identity();
        memory = MemorySegment.ofArray(new int[Math.toIntExact(model.streamPlan().stateBytes() / Integer.BYTES)]);
    }

    /** Reads the result of {@link #toBytes}; see {@link Model#readState}. */
    static State read(LoadedModel model, byte[] bytes) {
        State state = new State(model);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER || in.getInt(0) != MAGIC) {
            throw new InvalidInputException("these " + bytes.length + " bytes are no state of a stream");
        }
        if (in.getInt(4) != VERSION) {
            throw new InvalidInputException("the state has version " + in.getInt(4) + ", expected " + VERSION);
        }
        if (in.getLong(8) != state.identity) {
            throw otherModel(model);
        }
        if (in.getInt(16) != state.bytes() || bytes.length != HEADER + state.bytes()
                || in.getInt(20) != checksum(bytes)) {
            throw new InvalidInputException("the state is damaged: " + bytes.length + " bytes, expected "
                    + (HEADER + state.bytes()) + " and another checksum");
        }
        for (int i = 0; i < state.bytes() / Integer.BYTES; i++) {
            state.memory.setAtIndex(ValueLayout.JAVA_INT, i, in.getInt(HEADER + Integer.BYTES * i));
        }
        return state;
    }

    private static int checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, HEADER, bytes.length - HEADER);
        return (int) sum.getValue();
    }

    /**
     * The state as bytes, the same on every machine: "LWST", version, the model's identity, length, checksum, then the
     * numbers, little-endian.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(VERSION).putLong(identity).putInt(bytes()).putInt(0);
        for (int i = 0; i < bytes() / Integer.BYTES; i++) {
            out.putInt(memory.getAtIndex(ValueLayout.JAVA_INT, i));
        }
        return out.putInt(20, checksum(out.array())).array();
    }

    /**
     * The size of the numbers, without a header.
     *
     * @return bytes
     */
    public int bytes() {
        return (int) memory.byteSize();
    }

    /**
     * Copies the state into another of the same model.
     *
     * @param other the state to overwrite
     * @throws InvalidInputException if it belongs to another model
     */
    public void copyTo(State other) {
        if (other.identity != identity) {
            throw new InvalidInputException("the states are of different models");
        }
        other.memory.copyFrom(memory);
    }

    MemorySegment memory() {
        return memory;
    }

    void checkModel(LoadedModel model) {
        if (model.streamPlan().identity() != identity) {
            throw otherModel(model);
        }
    }

    private static InvalidInputException otherModel(LoadedModel model) {
        return new InvalidInputException("the state is of another model: its weights or layers differ from those of '"
                + model.spec().name() + "'");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State state && identity == state.identity && memory.mismatch(state.memory) < 0;
    }

    @Override
    public int hashCode() {
        CRC32C sum = new CRC32C();
        sum.update(memory.toArray(ValueLayout.JAVA_BYTE));
        return Long.hashCode(31 * identity + sum.getValue());
    }

    @Override
    public String toString() {
        return "State[" + bytes() + " bytes of model " + Long.toHexString(identity) + "]";
    }
}
