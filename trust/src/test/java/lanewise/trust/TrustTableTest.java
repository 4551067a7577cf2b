package lanewise.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTableTest {
    private static final Path ROOT = Path.of(System.getProperty("root"));

    @Test
    void thePageIsThatOfTheResults() throws Exception {
        assertEquals(TrustTable.of(ROOT.resolve("trust").resolve("results")),
                Files.readString(ROOT.resolve("docs").resolve("trust.md")), "write it with ./lanewise trust table");
    }

    @Test
    void countsAndFindingsAreListed(@TempDir Path folder) throws Exception {
        new Result("fuzz-a", System.nanoTime(), List.of()).count("inputs", 1_234_567).write(folder);
        new Result("fuzz-b", System.nanoTime() - 600_000_000_000L, List.of("x")).count("inputs", 3).write(folder);
        String page = TrustTable.of(folder);
        assertTrue(page.contains("| fuzz-a | 1,234,567 inputs | 0 | 0 s |"), page);
        assertTrue(page.contains("| fuzz-b | 3 inputs | 1 | 10 min |"), page);
        assertTrue(page.contains("1,234,570 inputs, 2 readers, each for at least 0 s; 1 findings."), page);
    }
}
