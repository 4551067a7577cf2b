package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import lanewise.error.LanewiseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files of Keras give a model or an error that says why not. */
class DamagedKerasTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    private static final int DAMAGED_FILES = 400;

    @TempDir
    private Path folder;

    @Test
    void hdf5FilesAreReadOrRefused() throws IOException {
        Path h5;
        try (Stream<Path> files = Files.walk(CASES.resolve("legacy"))) {
            h5 = files.filter(f -> f.toString().endsWith(".h5")).sorted().findFirst().orElseThrow();
        }
        damage(h5, ".h5");
    }

    @Test
    void kerasArchivesAreReadOrRefused() throws IOException {
        damage(CASES.resolve("recurrent/lstm__return_sequences/model.keras"), ".keras");
    }

    /** Bytes changed at random give a model, or an error that says why not; never anything else. */
    private void damage(Path model, String suffix) throws IOException {
        byte[] whole = Files.readAllBytes(model);
        Random random = new Random(4);
        Path file = folder.resolve("damaged" + suffix);
        int refused = 0;
        for (int i = 0; i < DAMAGED_FILES; i++) {
            byte[] bytes = whole.clone();
            for (int k = 0; k <= i % 5; k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(file, bytes);
            try {
                Importer.read(file);
            } catch (LanewiseException e) {
                assertTrue(e.getMessage().length() > 10, e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > DAMAGED_FILES / 10, "only " + refused + " refused");
    }
}
