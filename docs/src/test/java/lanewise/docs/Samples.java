package lanewise.docs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** The Java samples of pages as classes, each with a {@code main} around its statements. */
final class Samples {
    /** The program that runs samples one after the other, each with the same lines on its standard input. */
    static final String RUNNER = "RunSamples";
    private static final String IMPORTS = """
            import java.io.*;
            import java.lang.foreign.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import lanewise.*;
            import lanewise.convert.*;
            import lanewise.error.*;
            import lanewise.example.*;
            import lanewise.options.*;
            import lanewise.spec.*;
            import lanewise.text.*;
            """;
    private static final String RUN = """
            import java.io.*;
            import java.nio.file.*;

            class RunSamples {
                public static void main(String[] samples) throws Exception {
                    for (String sample : samples) {
                        System.setIn(new ByteArrayInputStream("0.1\\n-0.2\\n0.3\\n".getBytes()));
                        try (PrintStream out = new PrintStream(sample + ".out")) {
                            System.setOut(out);
                            Class.forName(sample).getDeclaredMethod("main").invoke(null);
                        } catch (java.lang.reflect.InvocationTargetException e) {
                            System.err.println(sample + " ended with " + e.getCause());
                            e.getCause().printStackTrace();
                            System.exit(1);
                        }
                    }
                }
            }
            """;

    private Samples() {}

    /** The name of a sample's class. */
    static String name(Block block) {
        return "Sample_" + block.page().toString().replaceAll("\\W", "_") + "_" + block.line();
    }

    /** Whether a block is Java that stands for itself, to be compiled here. */
    static boolean is(Block block) {
        return block.language().equals("java") && !block.isSkipped() && block.file().isEmpty();
    }

    /**
     * Compiles the samples of pages, all at once.
     *
     * @param pages    the pages
     * @param examples sources of classes that samples may use
     * @param folder   takes sources and classes
     * @param path     what they need
     * @return what the compiler said, each line with the place on the page; nothing if all is well
     */
    static String compile(List<Page> pages, Path examples, Path folder, String path) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-cp", path, "-d", folder.toString(), "-nowarn",
                "--add-modules", "jdk.incubator.vector", "-sourcepath", examples.toString()));
        Map<String, Block> blocks = new TreeMap<>();
        for (Page page : pages) {
            for (Block block : page.blocks().stream().filter(Samples::is).toList()) {
                blocks.put(name(block), block);
                arguments.add(write(folder, name(block), source(block)));
            }
        }
        arguments.add(write(folder, RUNNER, RUN));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        String text = said.toString();
        for (Map.Entry<String, Block> one : blocks.entrySet()) {
            text = text.replace(folder.resolve(one.getKey() + ".java").toString(), one.getValue().page().toString());
        }
        return code == 0 ? "" : text;
    }

    private static String write(Path folder, String name, String source) throws IOException {
        return Files.writeString(folder.resolve(name + ".java"), source).toString();
    }

    private static String source(Block block) {
        Map<Boolean, List<String>> lines = block.text().lines()
                .collect(Collectors.partitioningBy(line -> line.startsWith("import ")));
        String head = IMPORTS.replace("\n", " ") + String.join(" ", lines.get(true)) + " class " + name(block)
                + " { static void main() throws Exception { BufferedReader in = new BufferedReader(new"
                + " InputStreamReader(System.in));";
        // each line is where it is on the page, so that the compiler's messages are right
        return head + "\n".repeat(block.line() + lines.get(true).size()) + String.join("\n", lines.get(false))
                + "\n}}\n";
    }
}
