package lanewise.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A new folder for the files of a run, which go with it.
 *
 * @param path the folder
 */
public record WorkFolder(Path path) implements AutoCloseable {
    /**
     * Makes a folder where the system keeps temporary files.
     *
     * @param name what its name begins with
     * @return the folder; closing it deletes it
     * @throws IOException if it can't be made
     */
    public static WorkFolder create(String name) throws IOException {
        return new WorkFolder(Files.createTempDirectory(name));
    }

    /**
     * Deletes a folder with all that is in it, if there is one.
     *
     * @param folder the folder
     * @throws IOException if something can't be deleted
     */
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }
}
