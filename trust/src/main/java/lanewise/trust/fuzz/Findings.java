package lanewise.trust.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import lanewise.trust.WorkFolder;

/** Keeps the smallest input for every kind of finding, a folder each. */
final class Findings {
    private static final int FRAMES = 2;

    private final Path folder;
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();

    Findings(Path folder) {
        this.folder = folder;
    }

    /** Counts a finding, and keeps its input if it is the smallest so far. */
    synchronized void add(String kind, Seed seed, String what) {
        counts.merge(kind, 1L, Long::sum);
        if (seed.size() < sizes.getOrDefault(kind, Integer.MAX_VALUE)) {
            sizes.put(kind, seed.size());
            Path own = folder.resolve(kind);
            try {
                WorkFolder.delete(own);
                write(own.resolve("input"), seed.files());
                Files.writeString(own.resolve("finding.txt"), "opened: " + seed.main() + "\n" + what);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void add(Throwable thrown, Seed seed) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        add(kind(thrown.getClass().getSimpleName(), thrown.getStackTrace()), seed, text.toString());
    }

    /** A name for findings of one cause: the exception and the innermost of our own methods. */
    static String kind(String what, StackTraceElement... stack) {
        StringBuilder kind = new StringBuilder(what);
        int frames = 0;
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (frames < FRAMES && type.startsWith("lanewise.") && !type.startsWith("lanewise.trust.")) {
                kind.append('-').append(type.substring(type.lastIndexOf('.') + 1)).append('.')
                        .append(frame.getMethodName());
                frames++;
            }
        }
        return kind.toString().replaceAll("[^A-Za-z0-9.-]", "_");
    }

    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    static void write(Path folder, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }
}
