package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java samples of the README compile as they stand, and those that end give the answer that they promise. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("models")).resolve("..").normalize();
    private static final String LIBRARIES = System.getProperty("libraries");
    private static final String HEAD = """
            import java.io.BufferedReader;
            import java.io.InputStreamReader;
            import java.nio.file.Path;
            import java.util.Arrays;
            import lanewise.*;
            import lanewise.convert.*;

            class %s {
                public static void main(String[] args) throws Exception {
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            """;

    @TempDir
    private Path folder;

    private List<String> samples() throws IOException {
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        List<String> names = new ArrayList<>();
        while (blocks.find()) {
            String name = "Sample" + names.size();
            Files.writeString(folder.resolve(name + ".java"), HEAD.formatted(name) + blocks.group(1) + "}}\n");
            names.add(name);
        }
        return names;
    }

    private List<String> run(String sample, String input) throws IOException, InterruptedException {
        Path out = folder.resolve(sample + ".out");
        Path in = Files.writeString(folder.resolve(sample + ".in"), input);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "-cp", folder + java.io.File.pathSeparator + LIBRARIES, sample)
                .directory(ROOT.toFile()).redirectInput(in.toFile()).redirectOutput(out.toFile())
                .redirectError(folder.resolve(sample + ".err").toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), sample + " does not end");
        assertEquals(0, process.exitValue(), () -> sample + " ends in an error");
        return Files.readAllLines(out);
    }

    @Test
    void samplesRunAsTheyStand() throws IOException, InterruptedException {
        List<String> names = samples();
        assertEquals(3, names.size());
        for (String name : names) {
            StringWriter said = new StringWriter();
            PrintWriter out = new PrintWriter(said);
            int code = ToolProvider.findFirst("javac").orElseThrow().run(out, out, "-cp", LIBRARIES, "-d",
                    folder.toString(), folder.resolve(name + ".java").toString());
            assertEquals(0, code, said.toString());
        }
        assertTrue(run("Sample0", "").getFirst().matches("positive (0\\.99|1\\.0).*"), run("Sample0", "").toString());
        assertTrue(run("Sample1", "").getFirst().startsWith("[negative, positive] ["),
                run("Sample1", "").toString());
        // the stream goes on until its input ends
        assertEquals(3, run("Sample2", "0.1\n-0.2\n0.3\n").size());
    }
}
