package lanewise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
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
    private static final int VERSION = 2;
    private static final int HEADER = 32;
    private static final int CHECKSUM = 28;

    private final long identity;
    private final int layers;
    private final int formats;
    private final MemorySegment memory;

    /** The state of a new stream. */
    State(LoadedModel model) {
        identity = model.identity();
        layers = model.stateLayout().layersSum();
        formats = model.stateLayout().formatsSum();
        memory = MemorySegment.ofArray(new int[Math.toIntExact(model.streamPlan().stateBytes() / Integer.BYTES)]);
    }

    /**
     * Reads the result of {@link #toBytes}; see {@link Model#readState} and {@link Model#adoptState(byte[])}.
     *
     * @param adopts whether it may be a state of another model that fits
     */
    static State read(LoadedModel model, byte[] bytes, boolean adopts) {
        State state = new State(model);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 2 * Integer.BYTES || in.getInt(0) != MAGIC) {
            throw new InvalidInputException("these " + bytes.length + " bytes are no state of a stream");
        }
        if (in.getInt(4) != VERSION) {
            throw new InvalidInputException("the state has version " + in.getInt(4) + ", expected " + VERSION
                    + (in.getInt(4) < VERSION
                            ? ": an earlier release wrote it, and it can't be continued; start the stream anew"
                            : ": use a newer Lanewise"));
        }
        if (bytes.length < HEADER || in.getInt(CHECKSUM) != checksum(bytes)) {
            throw new InvalidInputException("the state is damaged: its checksum is not that of its " + bytes.length
                    + " bytes");
        }
        state.needSource(model, in.getLong(8), in.getInt(16), in.getInt(20), adopts);
        if (in.getInt(24) != state.bytes() || bytes.length != HEADER + state.bytes()) {
            throw new InvalidInputException("the state is damaged: " + bytes.length + " bytes, expected "
                    + (HEADER + state.bytes()));
        }
        for (int i = 0; i < state.bytes() / Integer.BYTES; i++) {
            state.memory.setAtIndex(ValueLayout.JAVA_INT, i, in.getInt(HEADER + Integer.BYTES * i));
        }
        return state;
    }

    /** The same numbers as a state of a model that they fit; see {@link Model#adoptState(State)}. */
    State adoptedBy(LoadedModel model) {
        State state = new State(model);
        state.needFitting(model, layers, formats);
        state.memory.copyFrom(memory);
        return state;
    }

    /** Refuses numbers that come from another model, or from one that does not fit. */
    void needSource(LoadedModel model, long source, int sourceLayers, int sourceFormats, boolean adopts) {
        if (adopts) {
            needFitting(model, sourceLayers, sourceFormats);
        } else if (source != identity) {
            throw otherModel(source, model);
        }
    }

    private void needFitting(LoadedModel model, int otherLayers, int otherFormats) {
        if (otherLayers != layers) {
            throw new InvalidInputException("the state does not fit '" + model.spec().name()
                    + "': names, sizes, kinds or options of its layers with states differ from "
                    + model.stateLayout().layers() + "; model.stateDifferences(other) says in what");
        }
        if (otherFormats != formats) {
            throw new InvalidInputException("the state does not fit '" + model.spec().name()
                    + "': it comes from weights of other formats than " + model.stateLayout().formatsText());
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, CHECKSUM);
        sum.update(bytes, HEADER, bytes.length - HEADER);
        return (int) sum.getValue();
    }

    /**
     * The state as bytes, the same on every machine: "LWST", version, the model's fingerprint, two numbers that say
     * which other models it fits, length, checksum of all, then the numbers, little-endian.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(VERSION).putLong(identity).putInt(layers).putInt(formats).putInt(bytes())
                .putInt(0);
        for (int i = 0; i < bytes() / Integer.BYTES; i++) {
            out.putInt(memory.getAtIndex(ValueLayout.JAVA_INT, i));
        }
        return out.putInt(CHECKSUM, checksum(out.array())).array();
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

    /**
     * The model that the state is of.
     *
     * @return its {@link Model#fingerprint}
     */
    public String fingerprint() {
        return HexFormat.of().toHexDigits(identity);
    }

    void checkModel(LoadedModel model) {
        if (model.identity() != identity) {
            throw otherModel(identity, model);
        }
    }

    private static InvalidInputException otherModel(long found, LoadedModel model) {
        return new InvalidInputException("the state is of another model, with fingerprint "
                + HexFormat.of().toHexDigits(found) + ": its weights or layers differ from those of '"
                + model.spec().name() + "', " + HexFormat.of().toHexDigits(model.identity())
                + "; model.adoptState continues it, if it fits");
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
        return "State[" + bytes() + " bytes of model " + fingerprint() + "]";
    }
}
