package lanewise.trust.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lanewise.Model;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;

/** The bits of a version of the arithmetic stay what they were: docs/bits.md, "Versions". */
class ArithmeticTest {
    private static final int MODELS = 60;

    @Test
    void bitsChangeOnlyWithTheVersion() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Trial trial = new Trial(ModelOptions.KernelChoice.SCALAR, false,
                new PrintStream(bytes, false, StandardCharsets.UTF_8));
        for (int seed = 0; seed < MODELS; seed++) {
            trial.random(seed);
        }
        List<String> found = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        Path file = Path.of(System.getProperty("root"), "trust", "src", "test", "resources",
                "arithmetic-" + Model.arithmeticVersion() + ".txt");
        if (Boolean.getBoolean("arithmetic.write")) {
            Files.write(file, found);
        }
        List<String> expected = Files.readAllLines(file);
        for (int i = 0; i < found.size(); i++) {
            assertEquals(expected.get(i), found.get(i), "a change altered bits: raise Kernels.ARITHMETIC, add a line to"
                    + " docs/bits.md, and write the new hashes with -Darithmetic.write=true");
        }
        assertEquals(expected.size(), found.size());
    }
}
