package lanewise.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import lanewise.error.ModelFileException;

/** Writes files completely or not at all: first under another name, then moved into place. */
public final class WholeFile {
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
     * Writes a file; an existing one is replaced.
     *
     * @param path     the file
     * @param contents writes its contents
     * @throws ModelFileException if it can't be written; then nothing is left behind
     */
    public static void write(Path path, Contents contents) {
        Path folder = path.toAbsolutePath().getParent();
        Path part = null;
        try {
            if (Files.isDirectory(path)) {
                throw new ModelFileException(path + " can't be written: it is a folder");
            }
            // not a JDK temporary file, which no other user could read afterwards
            part = folder.resolve("." + path.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part");
            try (OutputStream stream = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                contents.writeTo(stream);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
            part = null;
        } catch (NoSuchFileException e) {
            throw new ModelFileException(path + " can't be written: there is no folder " + folder, e);
        } catch (IOException e) {
            throw new ModelFileException(path + " can't be written: " + e, e);
        } finally {
            if (part != null) {
                part.toFile().delete();
            }
        }
    }
}
