package lanewise.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import lanewise.error.ModelFileException;
import lanewise.options.Budget;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;

/**
 * Reads LevelDB's table format, in which TensorFlow keeps the index of a checkpoint: blocks of sorted keys, each key
 * without what it shares with the one before, and an index block whose values say where the others lie
 * (doc/table_format.md of LevelDB; tensorflow/core/lib/io/table.cc).
 */
public final class SortedTable {
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int FOOTER_BYTES = 48;
    /** After each block: its compression and a checksum. */
    private static final int TRAILER_BYTES = 5;
    private static final byte SNAPPY = 1;
    private static final int MASK_DELTA = 0xa282ead8;

    private final String file;
    private final byte[] bytes;

    private SortedTable(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Reads all entries.
     *
     * @param file  what it is, for messages
     * @param bytes the whole file
     * @return values by key
     * @throws ModelFileException if it is damaged
     */
    public static Map<String, byte[]> read(String file, byte[] bytes) {
        return new SortedTable(file, bytes).read();
    }

    /**
     * Whether a checksum, masked as in LevelDB, matches some bytes.
     *
     * @param masked the checksum
     * @param data   the bytes
     * @return true if it does
     */
    public static boolean isChecksum(int masked, ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate());
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA == masked;
    }

    private ModelFileException damaged(String what) {
        return new ModelFileException(
                file + " is not a readable checkpoint index: " + what + "; it is truncated or damaged");
    }

    private Map<String, byte[]> read() {
        if (bytes.length < FOOTER_BYTES || little(bytes.length - Long.BYTES, Long.BYTES).getLong() != MAGIC) {
            throw damaged("it does not end like one");
        }
        ByteBuffer footer = little(bytes.length - FOOTER_BYTES, FOOTER_BYTES);
        handle(footer);
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (byte[] handle : block(handle(footer)).values()) {
            all.putAll(block(handle(ByteBuffer.wrap(handle))));
        }
        return all;
    }

    private ByteBuffer little(int position, int size) {
        return ByteBuffer.wrap(bytes).slice(position, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where a block lies. */
    private record Handle(long offset, long size) {}

    private Handle handle(ByteBuffer in) {
        return new Handle(varint(in), varint(in));
    }

    private long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            if (!in.hasRemaining()) {
                throw damaged("a number is cut off");
            }
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number is too long");
    }

    private Map<String, byte[]> block(Handle handle) {
        if (handle.size() < Integer.BYTES || handle.offset() < 0 || handle.size() > bytes.length - TRAILER_BYTES
                || handle.offset() > bytes.length - TRAILER_BYTES - handle.size()) {
            throw damaged("a block of " + handle.size() + " bytes at " + handle.offset() + " of " + bytes.length);
        }
        int size = (int) handle.size();
        ByteBuffer block = little((int) handle.offset(), size + TRAILER_BYTES);
        if (!isChecksum(block.getInt(size + 1), block.slice(0, size + 1))) {
            throw damaged("the checksum of the block at " + handle.offset() + " is wrong");
        }
        return entries(switch (block.get(size)) {
            case 0 -> block.slice(0, size);
            case SNAPPY -> unpack(block.slice(0, size));
            default -> throw damaged("a block is compressed in the unknown way " + block.get(size));
        });
    }

    private ByteBuffer unpack(ByteBuffer packed) {
        byte[] in = new byte[packed.remaining()];
        packed.get(in);
        try (InputStream stream = new SnappyCompressorInputStream(new ByteArrayInputStream(in))) {
            // the stream begins with the size of what it holds, and gives no more than that
            ByteBuffer sizes = ByteBuffer.wrap(in);
            Budget.current().unpack(in.length, varint(sizes), "unpacking a block of the checkpoint's index");
            return ByteBuffer.wrap(stream.readAllBytes());
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged("a block can't be unpacked (" + e.getMessage() + ")");
        }
    }

    private Map<String, byte[]> entries(ByteBuffer block) {
        // the block ends with the offsets of unabbreviated keys, for searching
        int size = block.remaining() - Integer.BYTES;
        long restarts = size < 0 ? 0 : block.order(ByteOrder.LITTLE_ENDIAN).getInt(size) & 0xffffffffL;
        long end = size - restarts * Integer.BYTES;
        if (end < 0) {
            throw damaged("a block without entries");
        }
        ByteBuffer in = block.slice(0, (int) end);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        byte[] key = {};
        while (in.hasRemaining()) {
            long shared = varint(in);
            long own = varint(in);
            long length = varint(in);
            if (shared > key.length || own > in.remaining() || length > in.remaining() - own || shared < 0 || own < 0
                    || length < 0) {
                throw damaged("an entry is longer than its block");
            }
            key = Arrays.copyOf(key, (int) (shared + own));
            in.get(key, (int) shared, (int) own);
            byte[] value = new byte[(int) length];
            in.get(value);
            entries.put(new String(key, StandardCharsets.UTF_8), value);
        }
        return entries;
    }
}
