package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that depends on {@code lanewise-converter} alone, in Java processes of its own: {@link ScoreText} with what
 * Maven gives such a program, on the class path and on the module path, with and without the flag for the Vector API.
 */
class ConsumerTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    /** The class path of a program that depends on the converter, as Maven makes it; see the pom. */
    private static final String LIBRARIES = System.getProperty("libraries");
    private static final String FLAG = "--add-modules=jdk.incubator.vector";
    private static final String TEXT = "great phone, works perfectly";

    /** The JDK says so wherever the module is there. */
    private static final String INCUBATOR = "WARNING: Using incubator modules: jdk.incubator.vector";
    private static final String SCALAR = "lanewise: running without SIMD, answers are the same but calls take 5 to 9"
            + " times as long; start Java with --add-modules jdk.incubator.vector";
    /** What SLF4J prints, once per JVM, where a program has no logger. */
    private static final List<String> NO_LOGGER = List.of("SLF4J(W): No SLF4J providers were found.",
            "SLF4J(W): Defaulting to no-operation (NOP) logger implementation",
            "SLF4J(W): See https://www.slf4j.org/codes.html#noProviders for further details.");

    /** The program, compiled as a module that requires nothing but the converter. */
    @TempDir
    private static Path program;
    @TempDir
    private Path folder;

    /** What a process printed. */
    private record Ran(List<String> out, List<String> err) {}

    @BeforeAll
    static void compile() throws IOException {
        Path descriptor = Files.writeString(program.resolve("module-info.java"),
                "module consumer { requires lanewise.converter; }");
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst("javac").orElseThrow().run(out, out, "-p", LIBRARIES, "-d",
                program.toString(), descriptor.toString(),
                MODELS.resolve("src/test/java/lanewise/example/ScoreText.java").toString());
        assertEquals(0, code, said::toString);
    }

    @Test
    void noLoggerAndNoCommandLineComesWithTheConverter() {
        List<String> names = Arrays.stream(LIBRARIES.split(File.pathSeparator)).map(Path::of)
                .map(path -> path.getFileName().toString()).toList();
        assertTrue(names.stream().anyMatch(name -> name.startsWith("slf4j-api")), names.toString());
        for (String name : names) {
            assertFalse(name.contains("picocli") || name.contains("logback") || name.contains("log4j")
                    || name.startsWith("slf4j-") && !name.startsWith("slf4j-api"), name);
        }
    }

    @Test
    void runsEverywhereWithTheSameAnswer() throws Exception {
        List<String> classPath = List.of("-cp", program + File.pathSeparator + LIBRARIES, ScoreText.class.getName());
        List<String> modulePath = List.of("-p", program + File.pathSeparator + LIBRARIES, "-m",
                "consumer/" + ScoreText.class.getName());
        Ran scalar = run(List.of(), classPath);
        assertEquals(sorted(NO_LOGGER, SCALAR), scalar.err());
        assertEquals("scalar " + scalar.out().getFirst(), scalar.out().get(1));

        List<String> vectors = List.of(scalar.out().getFirst(), "vector " + scalar.out().getFirst());
        for (Ran ran : List.of(run(List.of(FLAG), classPath), run(List.of(), modulePath),
                run(List.of(FLAG), modulePath))) {
            assertEquals(sorted(NO_LOGGER, INCUBATOR), ran.err());
            assertEquals(vectors, ran.out());
        }

        // what the converter's module descriptor tells a program without a logger to do
        Ran quiet = run(List.of(FLAG, "-Dslf4j.internal.verbosity=ERROR"), classPath);
        assertEquals(List.of(INCUBATOR), quiet.err());
        assertEquals(vectors, quiet.out());
    }

    private static List<String> sorted(List<String> lines, String line) {
        return Stream.concat(lines.stream(), Stream.of(line)).sorted().toList();
    }

    /** Runs the program, which must end well; its errors come sorted. */
    private Ran run(List<String> options, List<String> start) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(start);
        command.addAll(List.of(MODELS.resolve("sentiment").toString(), TEXT));
        // into files: what a child prints on this process's own streams confuses the test runner
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "still running: " + command);
        } finally {
            process.destroyForcibly();
        }
        Ran ran = new Ran(Files.readAllLines(out), Files.readAllLines(err).stream().sorted().toList());
        assertEquals(0, process.exitValue(), () -> command + " ended with " + ran);
        return ran;
    }
}
