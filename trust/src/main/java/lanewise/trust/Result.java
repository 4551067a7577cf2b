package lanewise.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a suite counted and found. Written as a file of its own, from which {@link TrustTable} makes the table. */
public final class Result {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String suite;
    private final double seconds;
    private final List<String> findings;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    /**
     * A result without counts.
     *
     * @param suite    its name; also that of the file
     * @param begin    when the suite began, of {@link System#nanoTime}
     * @param findings what it found, a line each; none is good
     */
    public Result(String suite, long begin, List<String> findings) {
        this.suite = suite;
        this.seconds = (System.nanoTime() - begin) / 1e9;
        this.findings = List.copyOf(findings);
    }

    /**
     * Adds a count.
     *
     * @param what  of what
     * @param count how many
     * @return this result
     */
    public Result count(String what, long count) {
        counts.put(what, count);
        return this;
    }

    /**
     * What was found.
     *
     * @return a line each
     */
    public List<String> findings() {
        return findings;
    }

    /**
     * What was counted.
     *
     * @return numbers by what they count
     */
    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /**
     * Writes the result.
     *
     * @param folder of the results
     * @throws IOException if it can't be written
     */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("suite", suite);
        line.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        line.put("commit", commit());
        line.put("java", Runtime.version().toString());
        line.put("seconds", Math.round(seconds));
        line.put("counts", counts);
        line.put("findings", findings.size());
        Files.writeString(folder.resolve(suite + ".json"), JSON.writeValueAsString(line) + "\n");
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return commit.strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Reads a result's file.
     *
     * @param file it
     * @return what is in it
     * @throws IOException if it can't be read
     */
    static JsonNode read(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    @Override
    public String toString() {
        return suite + ": " + counts + ", " + findings.size() + " findings, " + Math.round(seconds) + " s";
    }
}
