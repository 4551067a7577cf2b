package lanewise.cli.rows;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import lanewise.error.InvalidInputException;

/**
 * The lines of a stream as bytes, numbered from 1. Finding where a line ends is all that is done in the one thread that
 * reads; what it says is found out by those that score. Without the byte order mark that spreadsheets write.
 */
final class Lines implements Closeable {
    /** No row is longer; a file without line ends would fill the memory. */
    private static final int MAX_LINE_BYTES = 1 << 26;
    private static final int FIRST_BYTES = 1 << 16;

    private final InputStream stream;
    private final Deque<byte[]> unread = new ArrayDeque<>();
    private byte[] buffer = new byte[FIRST_BYTES];
    private int from;
    private int to;
    private boolean ended;
    private boolean begun;
    private long number;
    private long position;

    Lines(InputStream stream) {
        this.stream = stream;
    }

    /**
     * The next line.
     *
     * @return its bytes without the line end, or null behind the last one
     * @throws InvalidInputException if it is longer than any row, or the stream is UTF-16
     */
    byte[] next() throws IOException {
        if (!unread.isEmpty()) {
            number++;
            return unread.pop();
        }
        int scanned = from;
        while (true) {
            for (; scanned < to; scanned++) {
                if (buffer[scanned] == '\n') {
                    return take(scanned, scanned + 1);
                }
            }
            int already = scanned - from;
            if (ended) {
                return from == to ? null : take(to, to);
            }
            fill();
            scanned = from + already;
        }
    }

    /** The number of the line that was read last. */
    long number() {
        return number;
    }

    /** How many bytes have been read as lines. */
    long position() {
        return position;
    }

    /** Whether there is more to read right now; a producer may be slow, and wait for answers. */
    boolean isReady() throws IOException {
        if (!unread.isEmpty() || ended || stream.available() > 0) {
            return true;
        }
        for (int i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Gives lines back, in their order, that were read last. */
    void giveBack(List<byte[]> lines) {
        for (byte[] line : lines.reversed()) {
            unread.push(line);
            number--;
        }
    }

    private byte[] take(int end, int next) {
        byte[] line = Arrays.copyOfRange(buffer, from, end > from && buffer[end - 1] == '\r' ? end - 1 : end);
        position += next - from;
        from = next;
        number++;
        return line;
    }

    private void fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            if (to >= MAX_LINE_BYTES) {
                throw new InvalidInputException("line " + (number + 1) + " has more than " + MAX_LINE_BYTES
                        + " bytes, expected a row a line; give arrays as .npy or .npz files");
            }
            buffer = Arrays.copyOf(buffer, 2 * to);
        }
        int count = stream.read(buffer, to, buffer.length - to);
        ended = count < 0;
        to += Math.max(0, count);
        if (!begun && (ended || to >= 3)) {
            begun = true;
            skipMark();
        } else if (!begun) {
            fill();
        }
    }

    private void skipMark() {
        if (to >= 3 && (buffer[0] & 0xff) == 0xef && (buffer[1] & 0xff) == 0xbb && (buffer[2] & 0xff) == 0xbf) {
            from = 3;
            position = 3;
        } else if (to >= 2 && ((buffer[0] & 0xff) == 0xff && (buffer[1] & 0xff) == 0xfe
                || (buffer[0] & 0xff) == 0xfe && (buffer[1] & 0xff) == 0xff)) {
            throw new InvalidInputException("line 1 begins as UTF-16 does, expected UTF-8; save it as UTF-8, or convert"
                    + " it with iconv -f UTF-16 -t UTF-8");
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
