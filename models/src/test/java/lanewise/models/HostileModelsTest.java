package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small files that ask for much: each ends soon, in a small heap and with little memory beside it, in what
 * {@code models/hostile/expected.json} says, an answer or an exception with a part of its message.
 */
class HostileModelsTest {
    private static final Path FOLDER = Conformance.MODELS.resolve("hostile");
    /** Far more than they take, since a test never measures speed. */
    private static final long MOST_MILLIS = 20_000;
    private static final long MOST_BYTES = 256_000_000;

    @TempDir
    private Path folder;

    private static Map<String, String> expected() throws IOException {
        JsonNode table = JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("expected.json")));
        Map<String, String> expected = new TreeMap<>();
        table.propertyNames().forEach(name -> expected.put(name, table.get(name).stringValue()));
        return expected;
    }

    /** One after the other in one JVM, where what the last one left would be missed by the next. */
    private List<String[]> open(Iterable<String> names) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-Xmx512m", "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                HostileOpening.class.getName()));
        names.forEach(name -> command.add(FOLDER.resolve(name).toString()));
        Path out = folder.resolve("out");
        File err = folder.resolve("err").toFile();
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err).start();
        try {
            assertTrue(process.waitFor(300, TimeUnit.SECONDS), () -> "does not end: " + out);
        } finally {
            process.destroyForcibly();
        }
        List<String[]> lines = Files.readAllLines(out).stream().map(line -> line.split("\t")).toList();
        assertEquals(0, process.exitValue(), () -> lines.size() + " files, then: " + read(err));
        return lines;
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void smallFilesTakeLittle() throws IOException, InterruptedException {
        Map<String, String> expected = expected();
        List<String> wrong = new ArrayList<>();
        List<String[]> lines = open(expected.keySet());
        for (String[] line : lines) {
            String want = expected.get(line[0]);
            int colon = want.indexOf(':');
            boolean good = colon < 0 ? line[3].equals(want)
                    : line[3].startsWith(want.substring(0, colon + 1))
                            && line[3].contains(want.substring(colon + 1).strip());
            if (!good || Long.parseLong(line[1]) > MOST_MILLIS || Long.parseLong(line[2]) > MOST_BYTES) {
                wrong.add(String.join(" ", line) + " -- expected " + want);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(expected.size(), lines.size());
    }

    @Test
    void everyFileIsInTheTable() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(List.copyOf(expected().keySet()), files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("expected.json") && !name.endsWith(".md")).sorted().toList());
        }
    }
}
