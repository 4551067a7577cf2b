package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of the model file lists what files hold. */
class ModelFilePageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "..", "docs", "model-file.md");
    private static final String BEGIN = "<!-- made by ModelFilePageTest -->\n";
    private static final String END = "<!-- end of what is made -->\n";

    @Test
    void tablesAreWhatIsDeclared() throws IOException {
        String page = Files.readString(PAGE);
        String made = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n" + ModelFilePage.tables() + "\n"
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("format.write")) {
            Files.writeString(PAGE, made);
        }
        assertEquals(made, Files.readString(PAGE),
                "docs/model-file.md is out of date; run mvn verify -Dformat.write=true and look at what changed:"
                        + " a name that files have is never taken away");
    }

    @Test
    void pageTellsTheVersion() throws IOException {
        assertTrue(Files.readString(PAGE).contains("`lanewise.format` is " + ModelFile.FORMAT + "."));
    }
}
