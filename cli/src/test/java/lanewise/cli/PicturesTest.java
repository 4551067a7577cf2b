package lanewise.cli;

import static lanewise.cli.Ran.good;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pictures of {@code docs/pictures.md}: each is below the command that makes its page. With
 * {@code -Dpictures.write=true} they are taken anew.
 */
class PicturesTest {
    private static final boolean WRITE = Boolean.getBoolean("pictures.write");
    private static final Path ROOT = Path.of(System.getProperty("models")).resolveSibling("docs").toAbsolutePath()
            .normalize().getParent();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final long MAX_BYTES = 200_000;
    private static final Pattern COMMAND = Pattern.compile("    \\./lanewise (inspect|explain) (.*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern PICTURE = Pattern.compile("!\\[.*\\]\\((pictures/.*) \"(\\d+)x(\\d+)( dark)?\"\\)");

    @TempDir
    private Path folder;

    /** Runs a command of the page; its page goes into the test's folder. */
    private Path run(Matcher command) {
        List<Object> words = new ArrayList<>(List.of(command.group(1)));
        Path page = folder.resolve("page.html");
        Matcher word = WORD.matcher(command.group(2));
        while (word.find()) {
            String given = word.group(1) == null ? word.group(2) : word.group(1);
            words.add(given.endsWith(".html") ? page : given.startsWith("models/") ? ROOT.resolve(given) : given);
        }
        assertTrue(words.contains(page), words + " writes no page");
        good(words.toArray());
        return page;
    }

    @Test
    void picturesAreThoseOfTheCommandsAboveThem() throws IOException {
        Chromium chromium = Chromium.find(folder);
        Path page = null;
        List<String> shown = new ArrayList<>();
        for (String line : Files.readAllLines(DOCS.resolve("pictures.md"))) {
            Matcher command = COMMAND.matcher(line);
            Matcher picture = PICTURE.matcher(line);
            if (command.matches()) {
                page = run(command);
            } else if (picture.matches() && page != null) {
                Path taken = folder.resolve("taken.png");
                chromium.photograph(page, Integer.parseInt(picture.group(2)), Integer.parseInt(picture.group(3)),
                        picture.group(4) != null, taken);
                Path kept = DOCS.resolve(picture.group(1));
                if (WRITE) {
                    Files.createDirectories(kept.getParent());
                    Files.copy(taken, kept, StandardCopyOption.REPLACE_EXISTING);
                }
                // times and fonts differ from machine to machine, so only the size has to be the same
                assertEquals(Chromium.Size.of(taken), Chromium.Size.of(kept), line);
                shown.add(kept.getFileName().toString());
                page = null;
            }
        }
        assertTrue(shown.size() >= 4, shown.toString());
    }

    @Test
    void picturesAreSmallAndShown() throws IOException {
        String text = Files.readString(DOCS.resolve("pictures.md"));
        try (Stream<Path> all = Files.list(DOCS.resolve("pictures"))) {
            for (Path picture : all.toList()) {
                assertTrue(Files.size(picture) < MAX_BYTES, picture + ": " + Files.size(picture) + " bytes");
                assertTrue(text.contains("(pictures/" + picture.getFileName()), picture + " is shown nowhere");
            }
        }
    }
}
