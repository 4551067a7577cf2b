package lanewise.docs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A folder that looks like a built checkout, for the commands of a page: a copy of what is small, links to the rest,
 * and the jars that the build has made so far, under the names that the build gives them.
 */
final class Checkout {
    /** What the build makes, and what is no part of a checkout. */
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", "report");
    /** What commands on pages only read. */
    private static final Set<String> LINKED = Set.of("src", "conformance", "hostile");
    private static final List<String> MODULES = List.of("engine", "converter", "cli");
    /** Of everything that this build makes. */
    static final String VERSION = "0.1.0";

    private Checkout() {}

    /**
     * Makes the jars that a checkout has once it is built.
     *
     * @param libraries the class path of the command line: jars, and folders of classes where no jar is made yet
     * @param into      takes the jars
     */
    static void jars(String libraries, Path into) throws IOException {
        Files.createDirectories(into);
        for (String entry : libraries.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                String name = MODULES.stream().filter(entry::contains).findFirst().orElseThrow();
                ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file",
                        into.resolve("lanewise-" + name + "-" + VERSION + ".jar").toString(), "-C", entry, ".");
            } else {
                Files.copy(path, into.resolve(path.getFileName()));
            }
        }
    }

    /**
     * Makes a checkout.
     *
     * @param root   the real one
     * @param jars   what {@link #jars} made
     * @param folder takes it
     */
    static void make(Path root, Path jars, Path folder) throws IOException {
        copy(root, folder);
        for (String module : MODULES) {
            Path target = Files.createDirectories(folder.resolve(module).resolve("target"));
            Path lib = Files.createDirectories(target.resolve("lib"));
            for (Path jar : list(jars)) {
                boolean own = jar.getFileName().toString().startsWith("lanewise-" + module);
                Files.createSymbolicLink((own ? target : lib).resolve(jar.getFileName()), jar);
            }
        }
        // the launcher takes what is older for up to date
        Files.createFile(folder.resolve("cli/target/built"));
    }

    private static void copy(Path from, Path to) throws IOException {
        String name = from.getFileName().toString();
        if (LEFT_OUT.contains(name)) {
            return;
        } else if (LINKED.contains(name)) {
            Files.createSymbolicLink(to, from);
        } else if (Files.isDirectory(from)) {
            Files.createDirectories(to);
            for (Path entry : list(from)) {
                copy(entry, to.resolve(entry.getFileName()));
            }
        } else {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
