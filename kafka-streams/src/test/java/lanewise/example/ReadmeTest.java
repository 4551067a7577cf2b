package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page shows code that is compiled and run. {@code .ci/readme kafka-streams/README.md} runs its commands. */
class ReadmeTest {
    /** The formatter may break lines where the page does not. */
    private static String stripped(List<String> lines) {
        return lines.stream().map(String::strip).collect(Collectors.joining(" ")).replaceAll("\\s+", " ");
    }

    @Test
    void theCodeIsThatOfTheExample() throws IOException {
        String example = stripped(Files.readAllLines(Path.of("src/test/java/lanewise/example/ScoreEvents.java")));
        List<List<String>> blocks = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            if (line.equals("```java")) {
                blocks.add(new ArrayList<>());
                inside = true;
            } else if (line.equals("```")) {
                inside = false;
            } else if (inside) {
                blocks.getLast().add(line);
            }
        }
        assertEquals(2, blocks.size());
        for (List<String> block : blocks) {
            assertTrue(example.contains(stripped(block)), () -> String.join("\n", block));
        }
    }
}
