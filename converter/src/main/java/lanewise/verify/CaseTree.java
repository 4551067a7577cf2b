package lanewise.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import lanewise.error.ModelFileException;
import lanewise.onnx.OnnxTestFolder;

/**
 * A tree of folders in which there are cases, model folders, tests of ONNX's backends, and models. What can't be read
 * is found too, so that it is not passed over.
 */
public final class CaseTree {
    private static final String SETTINGS = "lanewise.json";
    /** Files that are models whatever lies beside them. */
    private static final List<String> MODELS = List.of(".keras", ".h5", ".onnx", ".gguf");
    private static final String WEIGHTS = ".weights.h5";

    private final List<Path> found = new ArrayList<>();
    /** Folders on the way down, without links, so that a link upwards ends there. */
    private final Set<Path> open = new HashSet<>();

    private CaseTree() {}

    /**
     * Finds what can be checked at a path: the path itself if it is a file, a case, a test or a model folder, else the
     * cases, tests, model folders and models below it.
     *
     * @param path a file or folder
     * @return the paths, sorted within each folder; none if a folder has nothing to check
     * @throws ModelFileException if it is missing
     */
    public static List<Path> find(Path path) {
        if (!Files.exists(path)) {
            throw new ModelFileException("there is no file or folder " + path);
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        CaseTree tree = new CaseTree();
        tree.folder(path);
        return tree.found;
    }

    private void folder(Path folder) {
        if (CaseFolder.is(folder) || Files.exists(folder.resolve(SETTINGS)) || OnnxTestFolder.is(folder)
                || Files.exists(folder.resolve("saved_model.pb"))) {
            found.add(folder);
            return;
        }
        try {
            Path real = folder.toRealPath();
            if (open.add(real)) {
                for (Path child : children(folder)) {
                    if (Files.isDirectory(child)) {
                        folder(child);
                    } else if (isModel(child.getFileName().toString().toLowerCase(Locale.ROOT))) {
                        found.add(child);
                    }
                }
                open.remove(real);
            }
        } catch (IOException e) {
            found.add(folder);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isModel(String name) {
        return MODELS.stream().anyMatch(name::endsWith) && !name.endsWith(WEIGHTS);
    }
}
