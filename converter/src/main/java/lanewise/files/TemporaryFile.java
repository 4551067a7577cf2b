package lanewise.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import lanewise.error.ModelFileException;

/** Bytes as a file, for readers that need one, and only for as long as they read. */
public final class TemporaryFile {
    private TemporaryFile() {}

    /**
     * Reads bytes as a file. It is alone in a folder that only this user may read; both are deleted afterwards.
     *
     * @param <T>   what is read
     * @param bytes the contents
     * @param read  reads the file
     * @return what was read
     * @throws ModelFileException if the file can't be written or deleted
     */
    public static <T> T with(byte[] bytes, Function<Path, T> read) {
        try {
            Path folder = Files.createTempDirectory("lanewise");
            Path file = folder.resolve("model");
            try {
                Files.write(file, bytes);
                return read.apply(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new ModelFileException("a temporary file can't be used: " + e + "; -Djava.io.tmpdir says where", e);
        }
    }
}
