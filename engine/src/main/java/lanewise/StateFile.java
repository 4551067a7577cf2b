package lanewise;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import lanewise.error.InvalidInputException;

/**
 * The form in which the states of many streams are saved: "LWSS", version, the model's fingerprint, two numbers that
 * say which other models fit, what follows, the size of a state, how many there are, a checksum of all this; then the
 * states, with keys or without; then a checksum of these. Little-endian, the same on every machine.
 */
final class StateFile {
    static final int NUMBERED = 0;
    static final int KEYED = 1;
    private static final int MAGIC = 0x5353574c;
    private static final int VERSION = 1;
    private static final int HEADER = 44;
    private static final int PART_BYTES = 1 << 16;
    private static final ValueLayout.OfInt INTS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StateFile() {}

    /** Writes states. */
    static final class Writer {
        private final CRC32C sum = new CRC32C();
        private final OutputStream plain;
        /** Integers in it are big-endian, so they are reversed. */
        private final DataOutputStream out;
        private final byte[] part = new byte[PART_BYTES];
        private final MemorySegment partSegment = MemorySegment.ofArray(part);

        Writer(OutputStream stream, LoadedModel model, int kind, long count) throws IOException {
            plain = stream;
            out = new DataOutputStream(new CheckedOutputStream(stream, sum));
            ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            head.putInt(MAGIC).putInt(VERSION).putLong(model.identity()).putInt(model.stateLayout().layersSum())
                    .putInt(model.stateLayout().formatsSum()).putInt(kind)
                    .putInt(Math.toIntExact(model.streamPlan().stateBytes())).putLong(count);
            head.putInt(checksum(head.array()));
            stream.write(head.array());
        }

        /** Writes numbers. */
        void put(MemorySegment memory, long from, long bytes) throws IOException {
            for (long at = 0; at < bytes; at += PART_BYTES) {
                int count = (int) Math.min(PART_BYTES, bytes - at);
                MemorySegment.copy(memory, ValueLayout.JAVA_INT, from + at, partSegment, INTS, 0,
                        count / Integer.BYTES);
                out.write(part, 0, count);
            }
        }

        void putKey(byte[] key, long lastUse) throws IOException {
            out.writeLong(Long.reverseBytes(lastUse));
            out.writeInt(Integer.reverseBytes(key.length));
            out.write(key);
        }

        void end() throws IOException {
            out.flush();
            ByteBuffer end = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            plain.write(end.putInt((int) sum.getValue()).array());
            plain.flush();
        }
    }

    /** Reads states, and refuses those that do not fit or are damaged. Reads no byte more than the writer wrote. */
    static final class Reader {
        private final CRC32C sum = new CRC32C();
        private final DataInputStream plain;
        private final DataInputStream in;
        private final byte[] part = new byte[PART_BYTES];
        private final MemorySegment partSegment = MemorySegment.ofArray(part);
        private final long count;

        /**
         * Reads the header.
         *
         * @param adopts whether the states may be those of another model that fits
         */
        Reader(InputStream stream, LoadedModel model, int kind, boolean adopts) throws IOException {
            plain = new DataInputStream(stream);
            in = new DataInputStream(new CheckedInputStream(stream, sum));
            byte[] bytes = stream.readNBytes(HEADER);
            ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.length < HEADER || head.getInt(0) != MAGIC) {
                throw new InvalidInputException("these are no saved states: they begin otherwise");
            }
            if (head.getInt(4) != VERSION) {
                throw new InvalidInputException("the states have version " + head.getInt(4) + ", expected " + VERSION
                        + (head.getInt(4) > VERSION ? ": use a newer Lanewise" : ""));
            }
            if (head.getInt(40) != checksum(bytes)) {
                throw damaged("the checksum of their header differs");
            }
            if (head.getInt(24) != kind) {
                throw new InvalidInputException(kind == KEYED
                        ? "the states have numbers for keys; read them with model.readStateStore"
                        : "the states have texts for keys; load them into a KeyedStates");
            }
            State fresh = new State(model);
            fresh.needSource(model, head.getLong(8), head.getInt(16), head.getInt(20), adopts);
            count = head.getLong(32);
            if (head.getInt(28) != fresh.bytes() || count < 0) {
                throw damaged("a state has " + head.getInt(28) + " bytes, expected " + fresh.bytes());
            }
        }

        long count() {
            return count;
        }

        /** Reads numbers. */
        void get(MemorySegment memory, long to, long bytes) throws IOException {
            try {
                for (long at = 0; at < bytes; at += PART_BYTES) {
                    int length = (int) Math.min(PART_BYTES, bytes - at);
                    in.readFully(part, 0, length);
                    MemorySegment.copy(partSegment, INTS, 0, memory, ValueLayout.JAVA_INT, to + at,
                            length / Integer.BYTES);
                }
            } catch (EOFException e) {
                throw damaged("they are cut short");
            }
        }

        long getLastUse() throws IOException {
            try {
                return Long.reverseBytes(in.readLong());
            } catch (EOFException e) {
                throw damaged("they are cut short");
            }
        }

        byte[] getKey(int longest) throws IOException {
            try {
                int length = Integer.reverseBytes(in.readInt());
                if (length < 0 || length > longest) {
                    throw damaged("a key has " + length + " bytes");
                }
                byte[] key = new byte[length];
                in.readFully(key);
                return key;
            } catch (EOFException e) {
                throw damaged("they are cut short");
            }
        }

        /**
         * Compares the checksum.
         *
         * @param isLast whether the stream ends here
         */
        void end(boolean isLast) throws IOException {
            try {
                if (Integer.reverseBytes(plain.readInt()) != (int) sum.getValue()) {
                    throw damaged("their checksum differs");
                }
                if (isLast && plain.read() >= 0) {
                    throw damaged("more bytes follow than belong to them");
                }
            } catch (EOFException e) {
                throw damaged("they are cut short");
            }
        }
    }

    private static InvalidInputException damaged(String why) {
        return new InvalidInputException("the saved states are damaged: " + why);
    }

    private static int checksum(byte[] head) {
        CRC32C sum = new CRC32C();
        sum.update(head, 0, HEADER - Integer.BYTES);
        return (int) sum.getValue();
    }
}
