package lanewise.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import lanewise.error.ModelFileException;

/** The bytes of a file from its beginning, in order, as little-endian numbers, with the checksum of those read. */
final class HeadBytes {
    private static final int WINDOW_BYTES = 1 << 16;

    private final PlainFile file;
    /** What has been read of the file and not been taken yet. */
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    /** Where the window begins in the file. */
    private long start;
    private final CRC32C crc = new CRC32C();

    HeadBytes(PlainFile file) {
        this.file = file;
    }

    /** How many bytes were taken. */
    long at() {
        return start + window.position();
    }

    byte readByte(String what) {
        return next(Byte.BYTES, what).get();
    }

    short readShort(String what) {
        return next(Short.BYTES, what).getShort();
    }

    int readInt(String what) {
        return next(Integer.BYTES, what).getInt();
    }

    long readLong(String what) {
        return next(Long.BYTES, what).getLong();
    }

    byte[] readBytes(long count, String what) {
        need(count, what);
        byte[] bytes = new byte[Math.toIntExact(count)];
        for (int done = 0; done < bytes.length;) {
            int part = Math.min(WINDOW_BYTES, bytes.length - done);
            next(part, what).get(bytes, done, part);
            done += part;
        }
        return bytes;
    }

    /** Takes all bytes up to a place; the checksum of all bytes in front of it. */
    int checksum(long end) {
        while (at() < end) {
            int part = (int) Math.min(WINDOW_BYTES, end - at());
            ByteBuffer bytes = next(part, "the padding in front of the tensors");
            bytes.position(bytes.position() + part);
        }
        drop();
        return (int) crc.getValue();
    }

    private void need(long count, String what) {
        if (count < 0 || count > file.size() - at() || count > Integer.MAX_VALUE - 8) {
            throw new ModelFileException(file.path() + ": " + what + " at byte " + at()
                    + " runs over the end of the file (" + file.size() + " bytes); it is cut short or damaged");
        }
    }

    /** Leaves what was taken, and adds it to the checksum. */
    private void drop() {
        start += window.position();
        crc.update(window.array(), 0, window.position());
        window.compact().flip();
    }

    private ByteBuffer next(int count, String what) {
        if (window.remaining() < count) {
            need(count, what);
            drop();
            int kept = window.limit();
            window.limit((int) Math.min(WINDOW_BYTES, file.size() - start)).position(kept);
            file.read(start + kept, window);
            window.flip();
        }
        return window;
    }
}
