package lanewise.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import lanewise.error.ModelFileException;

/**
 * A file in the making, for contents that are not written from beginning to end: {@link #commit} makes it appear under
 * its name, {@link #close} without that leaves everything as it was. See {@link WholeFile} for what a name may be.
 *
 * <p>The draft of a plain file lies beside it. That of a device or a pipe is a temporary file, which is copied.
 */
public final class FileDraft implements AutoCloseable {
    /** As Linux follows at most. */
    private static final int MAX_LINKS = 40;

    private final Path path;
    /** The plain file behind all links; null for a device or a pipe. */
    private final Path target;
    private final Path part;
    private final FileChannel channel;

    private FileDraft(Path path) throws IOException {
        this.path = path;
        if (WholeFile.isStreamed(path)) {
            target = null;
            part = Files.createTempFile("lanewise", ".part");
        } else {
            target = Files.exists(path) ? path.toRealPath() : behindLinks(path);
            if (Files.exists(target) && !Files.isWritable(target)) {
                throw new ModelFileException(target + " can't be written: it is write-protected");
            }
            // not a JDK temporary file, which no other user could read afterwards
            part = target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(System.nanoTime())
                    + ".part");
        }
        channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Begins a file.
     *
     * @param path a plain file, one that is missing, a link to one of these, a device, or a pipe
     * @return an empty draft; the caller closes it
     * @throws ModelFileException if there is no such folder, or the file may not be written
     */
    public static FileDraft of(Path path) {
        try {
            return new FileDraft(path);
        } catch (IOException e) {
            throw WholeFile.unwritable(path, e);
        }
    }

    /**
     * What has been written so far.
     *
     * @return a channel to read and write, open until the draft is committed or closed
     */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Puts the draft in the place of the file, which keeps its permissions, or copies it to the device or pipe.
     *
     * @throws ModelFileException if that fails; a plain file has not changed then
     */
    public void commit() {
        try {
            channel.close();
            if (target == null) {
                WholeFile.write(path, stream -> Files.copy(part, stream));
                return;
            }
            if (Files.exists(target) && Files.getFileStore(target).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw WholeFile.unwritable(path, e);
        }
    }

    /** Forgets the draft, unless it was committed. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw WholeFile.unwritable(path, e);
        }
    }

    /** Where a link leads whose target is missing; a path that is no link leads to itself. */
    private static Path behindLinks(Path path) throws IOException {
        Path target = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }
}
