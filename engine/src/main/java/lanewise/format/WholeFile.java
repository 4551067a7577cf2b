package lanewise.format;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import lanewise.error.ModelFileException;

/**
 * Writes files completely or not at all: first under another name, then moved into place. That is for plain files,
 * also behind symbolic links, which stay. A device or a pipe takes the contents as they come.
 */
public final class WholeFile {
    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");
    /** As Linux follows at most. */
    private static final int MAX_LINKS = 40;

    private WholeFile() {}

    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Contents {
        /**
         * Writes the contents.
         *
         * @param stream where to write
         * @throws IOException if the stream fails
         */
        void writeTo(OutputStream stream) throws IOException;
    }

    /**
     * Writes a file; an existing one is replaced and keeps its permissions.
     *
     * @param path     a plain file, one that is missing, a link to one of these, a device, or a pipe
     * @param contents writes its contents
     * @throws ModelFileException if it can't be written; then no file has changed, and nothing is left behind
     */
    public static void write(Path path, Contents contents) {
        try {
            if (Files.isDirectory(path)) {
                throw new ModelFileException(path + " can't be written: it is a folder");
            }
            if (isStandardOutput(path)) {
                // not opened anew, which would cut a file that others write too, and fail for a socket
                OutputStream stream = new FileOutputStream(FileDescriptor.out);
                contents.writeTo(stream);
                stream.flush();
            } else if (Files.exists(path) && !Files.isRegularFile(path)) {
                try (OutputStream stream = Files.newOutputStream(path, StandardOpenOption.WRITE)) {
                    contents.writeTo(stream);
                }
            } else {
                replace(Files.exists(path) ? path.toRealPath() : behindLinks(path), contents);
            }
        } catch (NoSuchFileException e) {
            throw new ModelFileException(
                    path + " can't be written: there is no folder " + Path.of(e.getFile()).getParent(), e);
        } catch (IOException e) {
            throw new ModelFileException(path + " can't be written: " + e, e);
        }
    }

    /**
     * Whether a path is where standard output goes. What else is printed there would be mixed with the file.
     *
     * @param path a path
     * @return true for {@code /dev/stdout}, and any other name of the same file
     */
    public static boolean isStandardOutput(Path path) {
        try {
            return Files.exists(STANDARD_OUTPUT) && Files.exists(path) && Files.isSameFile(path, STANDARD_OUTPUT);
        } catch (IOException e) {
            // it can't be asked, so it is some other file
            return false;
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

    private static void replace(Path target, Contents contents) throws IOException {
        if (Files.exists(target) && !Files.isWritable(target)) {
            throw new ModelFileException(target + " can't be written: it is write-protected");
        }
        // not a JDK temporary file, which no other user could read afterwards
        Path part = target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(System.nanoTime())
                + ".part");
        try {
            try (OutputStream stream = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                contents.writeTo(stream);
            }
            keepPermissions(target, part);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // it is there only where something failed
            Files.deleteIfExists(part);
        }
    }

    private static void keepPermissions(Path from, Path to) throws IOException {
        if (Files.exists(from) && Files.getFileStore(from).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }
}
