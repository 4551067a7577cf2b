package lanewise.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import lanewise.error.ModelFileException;

/** Files that a model's main file refers to. */
public final class ExternalFile {
    private ExternalFile() {}

    /**
     * Finds one, which must lie in the main file's folder or below, also when links are followed.
     *
     * @param main the main file
     * @param name what it calls the other
     * @return where it is
     * @throws ModelFileException if there is none, or it lies outside
     */
    public static Path resolve(Path main, String name) {
        try {
            Path folder = main.toAbsolutePath().getParent();
            Path path = folder.resolve(name).normalize();
            if (path.startsWith(folder.normalize())) {
                if (!Files.isRegularFile(path)) {
                    throw new ModelFileException(main + ": the file '" + name + "' that it names is not beside it");
                }
                if (path.toRealPath().startsWith(folder.toRealPath())) {
                    return path;
                }
            }
        } catch (InvalidPathException e) {
            throw new ModelFileException(main + " names a file '" + name + "', which is not a path", e);
        } catch (IOException e) {
            throw new ModelFileException(
                    main + ": the file '" + name + "' that it names can't be read: " + e.getMessage(), e);
        }
        throw new ModelFileException(
                main + " names a file '" + name + "' outside of its own folder; put it beside the model");
    }
}
