package lanewise.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;

/**
 * The one way from a file to another that it names, or that belongs beside it. The other is a plain file in the folder
 * of the first or below, also when links are followed: a file may come from anywhere, so it must not say which files of
 * this machine are read.
 */
public final class ExternalFile {
    private ExternalFile() {}

    /**
     * Finds a file that another one names.
     *
     * @param main the file that names it
     * @param name what it calls the other: a path relative to its own folder
     * @return where it is
     * @throws ModelFileException if there is none, it lies outside, or it is no plain file
     */
    public static Path resolve(Path main, String name) {
        Path path = resolveTree(main, name);
        if (!Files.isRegularFile(path)) {
            throw new ModelFileException(main + ": '" + name + "', which it names, is no plain file");
        }
        return path;
    }

    /**
     * Finds a file or a folder that another file names.
     *
     * @param main the file that names it
     * @param name what it calls the other: a path relative to its own folder
     * @return where it is
     * @throws ModelFileException if there is none, or it lies outside
     */
    public static Path resolveTree(Path main, String name) {
        Path folder = folder(main);
        try {
            Path relative = Path.of(name);
            boolean up = false;
            for (Path part : relative) {
                up |= part.toString().equals("..");
            }
            if (!relative.isAbsolute() && !up) {
                return inside(main, folder, folder.resolve(relative.normalize()));
            }
        } catch (InvalidPathException e) {
            throw new ModelFileException(main + " names a file '" + name + "', which is not a path", e);
        }
        throw new ModelFileException(main + " names a file '" + name
                + "' outside of its own folder; put it beside the model and name it by a path without '..'");
    }

    /**
     * Finds a file that belongs beside another by its name.
     *
     * @param main the other file, whether it exists or not
     * @param name the name
     * @return where it is, empty if there is none
     * @throws ModelFileException if it is a link that leads outside, or no plain file
     */
    public static Optional<Path> beside(Path main, String name) {
        Path folder = folder(main);
        Path path = folder.resolve(name);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(inside(main, folder, path))) {
            throw new ModelFileException(main + ": '" + name + "' beside it is no plain file");
        }
        return Optional.of(path);
    }

    private static Path folder(Path main) {
        Path folder = main.getParent();
        return folder == null ? main.toAbsolutePath().getParent() : folder;
    }

    private static Path inside(Path main, Path folder, Path path) {
        if (!Files.exists(path)) {
            throw new ModelFileException(main + ": the file '" + folder.relativize(path)
                    + "' that it names is missing: it is not beside it");
        }
        try {
            if (!path.toRealPath().startsWith(folder.toRealPath())) {
                throw new ModelFileException(main + ": the file '" + folder.relativize(path)
                        + "', which belongs beside it, is a link that leads outside of the folder; copy it there");
            }
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
        return path;
    }
}
