package lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Opens pages in a headless Chromium; a test that needs one is skipped, with the reason, where none is installed. */
public final class Chromium {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final List<String> OPTIONS = List.of("--headless", "--no-sandbox", "--disable-gpu",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--enable-logging=stderr", "--v=0");
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    /** Bytes of a PNG file before its width. */
    private static final int PNG_HEAD = 16;

    private final String program;
    private final Path folder;

    private Chromium(String program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * The browser of this machine.
     *
     * @param folder for its own files
     */
    public static Chromium find(Path folder) {
        Optional<String> found = Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")),
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .flatMap(path -> NAMES.stream().map(name -> Path.of(path, name).toString())))
                .filter(file -> Files.isExecutable(Path.of(file))).findFirst();
        assumeTrue(found.isPresent(), "no Chromium: install one of " + NAMES + ", or name it in CHROMIUM");
        return new Chromium(found.get(), folder);
    }

    /**
     * What a page is once it was opened.
     *
     * @param page a file
     * @return its elements as HTML
     */
    public String open(Path page) {
        return run(page, "--dump-dom");
    }

    /**
     * Takes a picture.
     *
     * @param page   a file
     * @param width  of the window
     * @param height of the window
     * @param dark   whether the system likes it dark
     * @param png    the file to write
     */
    public void photograph(Path page, int width, int height, boolean dark, Path png) {
        List<String> options = new ArrayList<>(List.of("--window-size=" + width + "," + height,
                "--screenshot=" + png.toAbsolutePath()));
        if (dark) {
            options.add("--blink-settings=preferredColorScheme=0");
        }
        run(page, options.toArray(String[]::new));
        assertEquals(new Size(width, height), Size.of(png));
    }

    /** Runs it and checks that nothing was said on the console; returns what it prints. */
    private String run(Path page, String... options) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(OPTIONS);
        command.addAll(List.of(options));
        command.add("--user-data-dir=" + folder.resolve("profile").toAbsolutePath());
        command.add(page.toUri().toString());
        Path out = folder.resolve("chromium.out");
        Path err = folder.resolve("chromium.err");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile())
                    .start();
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            process.destroyForcibly();
            String said = Files.readString(err);
            assertTrue(ended, () -> page + " never opened: " + said);
            assertEquals(0, process.exitValue(), said);
            assertTrue(said.lines().noneMatch(line -> line.contains("CONSOLE")), said);
            return Files.readString(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The size of a picture.
     *
     * @param width  in pixels
     * @param height in pixels
     */
    public record Size(int width, int height) {
        static Size of(Path png) {
            try {
                byte[] bytes = Files.readAllBytes(png);
                assertTrue(Arrays.equals(PNG, Arrays.copyOf(bytes, PNG.length)), png + " is no PNG");
                ByteBuffer head = ByteBuffer.wrap(bytes, PNG_HEAD, 2 * Integer.BYTES);
                return new Size(head.getInt(), head.getInt());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
