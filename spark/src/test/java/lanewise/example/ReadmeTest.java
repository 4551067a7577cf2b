package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page shows code that is compiled. {@code .ci/readme spark/README.md} runs its commands. */
class ReadmeTest {
    /** The formatter may break lines where the page does not. */
    private static String flat(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }

    @Test
    void theCodeIsThatOfTheExample() throws IOException {
        String example = flat(Files.readString(Path.of("src/test/java/lanewise/example/Reviews.java")));
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(blocks.find());
        do {
            String block = flat(blocks.group(1));
            assertTrue(example.contains(block), block);
        } while (blocks.find());
    }
}
