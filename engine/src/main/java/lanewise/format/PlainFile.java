package lanewise.format;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import lanewise.error.InvalidInputException;
import lanewise.error.ModelFileException;
import lanewise.options.Budget;
import lanewise.options.Limit;

/**
 * A file that is read into memory of our own. It is never mapped: whoever cuts a mapped file stops the whole JVM for
 * seconds at the next read, and ends it in an {@link InternalError}. Every read gives all that was asked for, or is
 * refused. Nothing but a plain file is opened: no folder, and no device or pipe, which may never end.
 */
public final class PlainFile implements AutoCloseable {
    /** Most bytes of one read: the JDK reads an array through a buffer of its own that is as large. */
    private static final int PART_BYTES = 1 << 20;
    private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private final Path path;
    private final SeekableByteChannel channel;
    private final long size;

    /**
     * A file that is open.
     *
     * @param path    its path, for messages
     * @param channel its bytes; closed with this object
     */
    PlainFile(Path path, SeekableByteChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return the file; the caller closes it
     * @throws ModelFileException if there is none, it may not be read, or it is no plain file
     */
    public static PlainFile open(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new ModelFileException(path + " is a folder, expected a file");
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new ModelFileException(path + " is a device or a pipe, expected a plain file");
            }
            return new PlainFile(path, Files.newByteChannel(path));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** The bytes of an array as a file that is open. */
    static PlainFile of(byte[] bytes) {
        try {
            return new PlainFile(Path.of("(bytes)"), new ArrayChannel(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a stream to its end, for the model that is being opened.
     *
     * @param stream any stream; stays open
     * @return its bytes
     * @throws ModelFileException                            if it fails
     * @throws lanewise.error.LimitExceededException if it has more than {@link Limit#STREAM}, or takes too long
     */
    public static byte[] bytes(InputStream stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] part = new byte[PART_BYTES];
        try {
            for (int count = stream.read(part); count >= 0; count = stream.read(part)) {
                Budget.current().take(Limit.STREAM, count, "reading a stream");
                bytes.write(part, 0, count);
            }
        } catch (IOException e) {
            throw new ModelFileException("the stream can't be read: " + e, e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a whole file.
     *
     * @param path the file
     * @return its bytes
     * @throws ModelFileException if it can't be read, or has more bytes than an array
     */
    public static byte[] bytes(Path path) {
        try (PlainFile file = open(path)) {
            return file.read(0, file.size());
        }
    }

    /**
     * Reads the beginning of a file.
     *
     * @param path  the file
     * @param count how many bytes
     * @return the bytes, fewer if the file is shorter
     * @throws ModelFileException if it can't be read
     */
    public static byte[] head(Path path, int count) {
        try (PlainFile file = open(path)) {
            return file.read(0, Math.min(count, file.size()));
        }
    }

    /**
     * Reads a stream.
     *
     * @param <T> what is made of it
     */
    @FunctionalInterface
    public interface Reading<T> {
        /**
         * Reads.
         *
         * @param stream what to read
         * @return what is made of it
         * @throws IOException if the stream fails
         */
        T from(InputStream stream) throws IOException;
    }

    /**
     * Reads a file as a stream, from its beginning.
     *
     * @param <T>     what is made of it
     * @param path    the file
     * @param reading reads it; exceptions that say what is wrong with the contents are thrown with the path before it
     * @return what is made of it
     * @throws ModelFileException    if it can't be read
     * @throws InvalidInputException if its contents are refused
     */
    public static <T> T read(Path path, Reading<T> reading) {
        try (PlainFile file = open(path);
                InputStream stream = new BufferedInputStream(Channels.newInputStream(file.channel), PART_BYTES)) {
            return reading.from(stream);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(path + ": " + e.getMessage());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * What to throw where a file can't be read.
     *
     * @param path  the file
     * @param cause what the JDK threw
     * @return an exception that says why
     */
    public static ModelFileException unreadable(Path path, IOException cause) {
        return new ModelFileException(switch (cause) {
            case NoSuchFileException e -> "there is no file " + path;
            case AccessDeniedException e -> path + " may not be read";
            case ClosedByInterruptException e -> path
                    + " can't be read: the thread was interrupted; open the file again, in a thread that is not";
            default -> path + " can't be read: "
                    + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        }, cause);
    }

    /**
     * Where the file is, for messages.
     *
     * @return the path that was opened
     */
    public Path path() {
        return path;
    }

    /**
     * The length of the file when it was opened.
     *
     * @return bytes
     */
    public long size() {
        return size;
    }

    /**
     * Reads a range into a new array.
     *
     * @param at    where it begins
     * @param count its bytes
     * @return the bytes
     * @throws ModelFileException if the file ends before, or can't be read
     */
    public byte[] read(long at, long count) {
        if (count > MAX_ARRAY_BYTES) {
            throw new ModelFileException(path + ": " + count + " bytes at " + at
                    + " are to be read as one array, which holds at most " + MAX_ARRAY_BYTES);
        }
        need(at, count);
        byte[] bytes = new byte[(int) count];
        read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Reads a range.
     *
     * @param at   where it begins
     * @param into takes the bytes
     * @throws ModelFileException if the file ends before, or can't be read
     */
    public void read(long at, MemorySegment into) {
        for (long done = 0; done < into.byteSize(); done += PART_BYTES) {
            read(at + done, into.asSlice(done, Math.min(PART_BYTES, into.byteSize() - done)).asByteBuffer());
        }
    }

    /**
     * Reads a range.
     *
     * @param at   where it begins
     * @param into takes as many bytes as remain in it
     * @throws ModelFileException if the file ends before, or can't be read
     */
    public void read(long at, ByteBuffer into) {
        need(at, into.remaining());
        int end = into.limit();
        try {
            channel.position(at);
            while (into.position() < end) {
                into.limit(Math.min(end, into.position() + PART_BYTES));
                if (channel.read(into) < 0) {
                    throw new ModelFileException(path + " was cut while it was read: it has " + channel.size()
                            + " bytes, it had " + size
                            + "; write a new file under another name and move it into its place");
                }
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private void need(long at, long count) {
        if (at < 0 || count < 0 || count > size - at) {
            throw new ModelFileException(path + " is cut short or damaged: " + count + " bytes at " + at
                    + " run over its end at " + size);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
