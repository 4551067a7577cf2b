package lanewise.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lanewise.error.ModelFileException;
import lanewise.onnx.OnnxTestFolder;

/** A tree of folders in which there are cases, model folders, and tests of ONNX's backends. */
public final class CaseTree {
    private static final String SETTINGS = "lanewise.json";

    private CaseTree() {}

    /**
     * Finds what can be checked at a path: the path itself if it is a file, a case or a model folder, else the cases
     * and model folders below it.
     *
     * @param path a file or folder
     * @return the paths, sorted; the path itself if there is nothing below it
     * @throws ModelFileException if it is missing or can't be read
     */
    public static List<Path> find(Path path) {
        if (!Files.exists(path)) {
            throw new ModelFileException("there is no file or folder " + path);
        }
        if (!Files.isDirectory(path) || isWhole(path)) {
            return List.of(path);
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(path)) {
            children.filter(Files::isDirectory).sorted().forEach(child -> found.addAll(findBelow(child)));
        } catch (IOException e) {
            throw new ModelFileException(path + " can't be read: " + e, e);
        }
        // nothing below: then the folder itself must be a model
        return found.isEmpty() ? List.of(path) : found;
    }

    /** Whether a folder is one thing to check. */
    private static boolean isWhole(Path path) {
        return CaseFolder.is(path) || Files.exists(path.resolve(SETTINGS)) || OnnxTestFolder.is(path);
    }

    private static List<Path> findBelow(Path child) {
        if (isWhole(child)) {
            return List.of(child);
        }
        List<Path> found = find(child);
        return found.equals(List.of(child)) ? List.of() : found;
    }
}
