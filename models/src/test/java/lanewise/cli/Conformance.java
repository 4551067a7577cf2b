package lanewise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the conformance cases lie. */
final class Conformance {
    /** The folder of this module. */
    static final Path MODELS = Path.of(System.getProperty("models"));
    /** The folder of all cases. */
    static final Path ROOT = MODELS.resolve("conformance");

    private Conformance() {}

    /** The folders of all cases, sorted. */
    static List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> f.endsWith(CaseFolder.DESCRIPTION)).map(Path::getParent).sorted().toList();
        }
    }
}
