package lanewise.cli;

import static lanewise.cli.Launched.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command line from a shell: what becomes of its output, and where its messages point. */
@DisabledOnOs(OS.WINDOWS)
class LaunchTest {
    @TempDir
    private Path folder;

    @Test
    void aFullDeviceIsSaid() {
        for (String command : List.of("inspect $MODELS/forecast", "explain $MODELS/forecast", "predict --help",
                "verify $MODELS/forecast", "convert $MODELS/forecast out.gguf", "--version", "generate-completion",
                "predict $MODELS/sentiment --text great", "time $MODELS/forecast --seconds 0.01")) {
            Launched ran = shell(folder, "[ -e /dev/full ] || exit 2; lanewise " + command + " > /dev/full");
            assertEquals(Main.BAD, ran.code(), command);
            assertTrue(ran.err().isEmpty() || ran.err().startsWith("lanewise: standard output can't be written"),
                    ran.err());
            assertTrue(ran.err().lines().count() <= 1, ran.err());
        }
    }

    /** More lines than anybody could score before the test gives up. */
    @Test
    void aClosedPipeEndsTheRunQuietly() {
        Launched ran = shell(folder,
                "yes great | lanewise predict $MODELS/sentiment | head -1; echo ${PIPESTATUS[1]}");
        assertTrue(ran.out().startsWith("positive ") && ran.out().endsWith("\n141\n"), ran.out());
        assertEquals("", ran.err());
    }

    @Test
    void textsInPipesAreUtf8() {
        Launched ran = shell(folder, "echo 'très bien' | LC_ALL=C lanewise predict $MODELS/sentiment --json");
        assertTrue(ran.out().contains("\"text\":\"très bien\""), ran.out() + ran.err());
    }

    @Test
    void completionIsAScript() {
        Launched ran = shell(folder,
                "lanewise generate-completion > c.sh && bash -n c.sh && grep -c -e '--samples' c.sh");
        assertEquals(0, ran.code(), ran.err());
    }
}
