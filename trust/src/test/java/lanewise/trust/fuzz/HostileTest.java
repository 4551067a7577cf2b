package lanewise.trust.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What broke something once gives what {@code models/hostile/expected.json} says: an answer, or an exception. */
class HostileTest {
    private static final Path FOLDER = Path.of(System.getProperty("root"), "models", "hostile");
    private static final String EXPECTED = "expected.json";
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(Files.readString(FOLDER.resolve(EXPECTED)));
    }

    @TestFactory
    List<DynamicTest> filesGiveWhatIsExpected() throws IOException {
        JsonNode expected = expected();
        List<DynamicTest> tests = new ArrayList<>();
        for (String name : expected.propertyNames()) {
            tests.add(DynamicTest.dynamicTest(name, () -> assertTimeoutPreemptively(LONGEST,
                    () -> check(FOLDER.resolve(name), expected.get(name).asString()))));
        }
        return tests;
    }

    /** Opens a file and makes each kind of call. */
    private static void check(Path path, String expected) {
        try (Model model = Importer.open(path, ImportOptions.DEFAULT.withModel(Seeds.options()))) {
            for (int kind = 0; kind < 6; kind++) {
                Calls.all(model, new Script(new byte[] {1, 2, 3, 4, 5, 6, (byte) kind}));
            }
            assertEquals(expected, Target.ANSWER);
        } catch (LanewiseException e) {
            String found = e.getClass().getSimpleName() + ": " + e.getMessage();
            int colon = expected.indexOf(':');
            assertTrue(colon > 0 && found.startsWith(expected.substring(0, colon))
                    && found.contains(expected.substring(colon + 1).strip()), found + ", expected " + expected);
        }
    }

    @Test
    void everyFileIsExpectedToGiveSomething() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.list(FOLDER)) {
            all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(EXPECTED) && !name.endsWith(".md")).forEach(files::add);
        }
        assertEquals(files, new TreeSet<>(expected().propertyNames()));
    }
}
