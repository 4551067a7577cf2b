package lanewise.trust.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.trust.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzSuiteTest {
    private static final Path MODELS = Path.of(System.getProperty("root"), "models");

    private static final long INPUTS = 40;

    @TempDir
    private Path folder;

    @Test
    void shortForm() throws Exception {
        Result result = FuzzSuite.few(MODELS, folder.resolve("work"), folder.resolve("findings"), INPUTS);
        assertEquals(List.of(), result.findings());
        assertEquals(INPUTS * Reader.values().length, result.counts().get("inputs"));
    }

    @Test
    void everyReaderHasSeedsThatItAnswers() throws Exception {
        Findings findings = new Findings(folder.resolve("findings"));
        for (Reader reader : Reader.values()) {
            Fuzzer fuzzer = new Fuzzer(reader, MODELS, folder.resolve(reader.name()), findings, true);
            Watch watch = new Watch(findings, Thread.currentThread());
            fuzzer.trySeeds(watch, 8);
            watch.stop();
            assertTrue(fuzzer.answers() * 2 >= fuzzer.inputs(),
                    reader + ": " + fuzzer.answers() + " of " + fuzzer.inputs() + " seeds are answered");
        }
        assertEquals(Map.of(), findings.counts());
    }

    /** What a file of each kind becomes is again of that kind, and another, most of the time. */
    @Test
    void damageReachesTheInside() throws Exception {
        Random random = new Random(3);
        for (Reader reader : Reader.values()) {
            List<Seed> seeds = new Seeds(MODELS).of(reader);
            int changed = 0;
            for (int i = 0; i < 40; i++) {
                byte[] script = new byte[200];
                random.nextBytes(script);
                Seed seed = seeds.get(i % seeds.size());
                Seed damaged = seed.damaged(new Script(script));
                assertArrayEquals(bytes(damaged), bytes(seed.damaged(new Script(script))), "the same script");
                changed += damaged.files().equals(seed.files()) ? 0 : 1;
            }
            assertTrue(changed > 30, reader + ": " + changed + " of 40 are changed");
        }
    }

    private static byte[] bytes(Seed seed) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        seed.files().forEach((name, bytes) -> all.writeBytes(bytes));
        return all.toByteArray();
    }

    /** A suite that finds nothing must be able to find something, and keeps the smallest input of each kind. */
    @Test
    void findingsAreKept() throws Exception {
        Findings findings = new Findings(folder);
        IllegalArgumentException thrown = new IllegalArgumentException("x");
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("lanewise.spec.Shape", "of", "Shape.java", 1)});
        findings.add(thrown, new Seed("a", Map.of("a", new byte[9])));
        findings.add(thrown, new Seed("a", Map.of("a", new byte[3])));
        findings.add(thrown, new Seed("a", Map.of("a", new byte[5])));
        String kind = "IllegalArgumentException-Shape.of";
        assertEquals(Map.of(kind, 3L), findings.counts());
        assertEquals(3, Files.size(folder.resolve(kind).resolve("input").resolve("a")));
    }
}
