package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.error.LanewiseException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one file opens from its bytes, wherever they come from, and leaves no file behind. */
class OpenBytesTest {
    private static final Path SENTIMENT = Path.of(System.getProperty("models"))
            .resolve("conformance/formats/sentiment");
    private static final ImportOptions OPTIONS = ImportOptions.DEFAULT
            .withModel(ModelOptions.DEFAULT.withWarmUpThread(false));

    private static Set<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("lanewise")
                    && Files.isDirectory(file) && Files.exists(file.resolve("model"))).collect(Collectors.toSet());
        }
    }

    @Test
    void everyFormatOfOneFileOpensFromBytesAndStreams(@TempDir Path folder) throws IOException {
        Path gguf = folder.resolve("model.gguf");
        Importer.read(SENTIMENT.resolve("model.pb")).write(gguf);
        Path keras = Path.of(System.getProperty("models")).resolve("sentiment/model.keras");
        Set<Path> before = temporary();
        for (Path file : List.of(gguf, SENTIMENT.resolve("model.h5"), SENTIMENT.resolve("model.pb"), keras)) {
            byte[] bytes = Files.readAllBytes(file);
            try (Model expected = Importer.open(file, OPTIONS);
                    Model read = Importer.open(bytes, OPTIONS);
                    Model streamed = Importer.open(new ByteArrayInputStream(bytes), OPTIONS)) {
                assertEquals(expected.fingerprint(), read.fingerprint());
                assertEquals(expected.fingerprint(), streamed.fingerprint());
                assertTrue(read.verify().passed());
            }
            byte[] cut = Arrays.copyOf(bytes, bytes.length / 2);
            assertThrows(LanewiseException.class, () -> Importer.open(cut, OPTIONS), file.toString());
        }
        assertEquals(before, temporary());
    }

    @Test
    void whatIsNoModelOrTooLongIsRefused() {
        assertThrows(ModelFileException.class, () -> Importer.open(new byte[0], OPTIONS));
        assertThrows(ModelFileException.class, () -> Importer.open(new byte[100], OPTIONS));
        assertTrue(assertThrows(NullPointerException.class,
                () -> Importer.open(OpenBytesTest.class.getResourceAsStream("/none"), OPTIONS)).getMessage()
                .contains("resource"));
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }
        };
        ImportOptions small = OPTIONS
                .withModel(OPTIONS.model().withLimits(Limits.DEFAULT.with(Limit.STREAM, 10_000_000)));
        assertTrue(assertThrows(LimitExceededException.class, () -> Importer.open(endless, small)).getMessage()
                .contains("Limit.STREAM"));
        assertThrows(LimitExceededException.class, () -> Model.open(endless, small.model()));
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };
        assertTrue(assertThrows(ModelFileException.class, () -> Model.open(broken, OPTIONS.model())).getMessage()
                .contains("gone"));
    }
}
