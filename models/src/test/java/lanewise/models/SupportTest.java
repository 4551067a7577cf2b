package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of what is supported says what the cases show. */
class SupportTest {
    @Test
    void pageIsWhatTheCasesShow() throws IOException {
        Path page = Conformance.MODELS.resolve("SUPPORT.md");
        String made = SupportTable.make();
        if (Boolean.getBoolean("support.write")) {
            Files.writeString(page, made);
        }
        assertEquals(made, Files.readString(page),
                "models/SUPPORT.md is out of date; run mvn verify -Dsupport.write=true");
    }
}
