package lanewise.trust.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lanewise.trust.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {
    @Test
    void shortForm(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("soak.html");
        Result result = Soak.run(5, false, page);
        assertEquals(List.of(), result.findings());
        assertTrue(result.counts().get("calls") > 0, result.counts().toString());
        String html = Files.readString(page);
        assertEquals(3, html.split("<svg", -1).length - 1);
        assertFalse(html.contains("<script") || html.contains("http"), "self-contained");
    }
}
