package lanewise.format;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lanewise.error.ModelFileException;

/**
 * Writes files completely or not at all: first under another name, then moved into place. That is for plain files,
 * also behind symbolic links, which stay. A device or a pipe takes the contents as they come.
 */
public final class WholeFile {
    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");

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
            if (isStandardOutput(path)) {
                // not opened anew, which would cut a file that others write too, and fail for a socket
                OutputStream stream = new FileOutputStream(FileDescriptor.out);
                contents.writeTo(stream);
                stream.flush();
            } else if (isStreamed(path)) {
                try (OutputStream stream = Files.newOutputStream(path, StandardOpenOption.WRITE)) {
                    contents.writeTo(stream);
                }
            } else {
                try (FileDraft draft = FileDraft.of(path)) {
                    contents.writeTo(Channels.newOutputStream(draft.channel()));
                    draft.commit();
                }
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** What to throw where a file can't be written. */
    static ModelFileException unwritable(Path path, IOException cause) {
        return new ModelFileException(path + " can't be written: "
                + (cause instanceof NoSuchFileException e ? "there is no folder " + Path.of(e.getFile()).getParent()
                        : String.valueOf(cause)),
                cause);
    }

    /** Whether a path takes bytes as they come, so that nothing can be put in its place: a device or a pipe. */
    static boolean isStreamed(Path path) {
        if (Files.isDirectory(path)) {
            throw new ModelFileException(path + " can't be written: it is a folder");
        }
        return isStandardOutput(path) || Files.exists(path) && !Files.isRegularFile(path);
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
}
