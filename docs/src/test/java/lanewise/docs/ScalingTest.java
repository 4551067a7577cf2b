package lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables of docs/scaling.md follow from the figures beside it. {@code -Dscaling.write=true} writes them anew. */
class ScalingTest {
    private static final Path FOLDER = Path.of(System.getProperty("basedir", "."));
    private static final String BEGIN = "<!-- computed by ScalingTest from scaling.properties -->\n\n";
    private static final String END = "\n\n<!-- end of what is computed -->";

    @Test
    void theTablesFollowFromTheFigures() throws IOException {
        Path file = FOLDER.resolve("scaling.md");
        String page = Files.readString(file);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        String computed = page.substring(0, begin) + new Scaling(FOLDER.resolve("scaling.properties")).tables()
                + page.substring(page.indexOf(END, begin));
        if (Boolean.getBoolean("scaling.write")) {
            Files.writeString(file, computed);
        }
        assertEquals(computed, Files.readString(file),
                "run mvn verify -pl docs -am -Dtest=ScalingTest -Dscaling.write=true");
    }
}
