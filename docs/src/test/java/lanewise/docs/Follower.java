package lanewise.docs;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Does what a page says, from its top to its bottom, in a checkout: writes its files, runs its commands in bash, and
 * compares what they print with what the page shows.
 */
final class Follower {
    /** Where commands were before, so that {@code cd} goes on. */
    private static final String PLACE = ".place";

    private final Path checkout;
    private final boolean all;
    private final int seconds;
    private final List<String> environment;
    private final List<String> problems = new ArrayList<>();

    /**
     * Follows pages.
     *
     * @param checkout    where its commands run
     * @param all         whether blocks run that take Maven or long
     * @param seconds     for each block
     * @param environment NAME=VALUE for the commands
     */
    Follower(Path checkout, boolean all, int seconds, List<String> environment) {
        this.checkout = checkout;
        this.all = all;
        this.seconds = seconds;
        this.environment = List.copyOf(environment);
    }

    /**
     * Follows a page.
     *
     * @return what was not as the page says; nothing if all was
     */
    List<String> follow(Page page) throws IOException, InterruptedException {
        Path printed = null;
        for (Block block : page.blocks()) {
            if (!block.problem().isEmpty()) {
                problems.add(block.place() + ": " + block.problem());
            } else if (!block.file().isEmpty()) {
                Path file = place().resolve(block.file());
                Files.createDirectories(file.getParent());
                Files.writeString(file, block.text() + "\n");
            } else if (block.verb().equals("output")) {
                // of a block that was not run nothing is known
                if (printed != null) {
                    compare(block, Files.readString(printed));
                }
            } else if (block.isSkipped() || block.verb().equals("compile") || block.verb().equals("follow") && !all) {
                printed = null;
            } else if (block.language().equals("sh")) {
                printed = run(block);
            } else if (block.language().equals("java")) {
                // samples run later, all in one JVM
                printed = null;
            } else {
                parse(block);
            }
        }
        return problems;
    }

    /**
     * Compares what Java samples printed with what the page shows.
     *
     * @param printed what each printed
     */
    List<String> compareSamples(Page page, Map<Block, Path> printed) throws IOException {
        Path last = null;
        for (Block block : page.blocks()) {
            if (block.verb().equals("output") && last != null && Files.exists(last)) {
                compare(block, Files.readString(last));
            }
            last = printed.get(block);
        }
        return problems;
    }

    private Path place() throws IOException {
        Path place = checkout.resolve(PLACE);
        return Files.exists(place) ? Path.of(Files.readString(place).strip()) : checkout;
    }

    private Path run(Block block) throws IOException, InterruptedException {
        String script = "trap 'code=$?; pwd >| \"" + checkout.resolve(PLACE)
                + "\"; exit $code' EXIT\n"
                + (all ? "" : "set -C\n") + "set -euo pipefail\n" + block.text() + "\n";
        return run(block, script);
    }

    /**
     * Runs commands.
     *
     * @param block  where they stand
     * @param script the commands
     * @return what they printed
     */
    Path run(Block block, String script) throws IOException, InterruptedException {
        Path out = checkout.resolve(".out" + block.line());
        Path err = checkout.resolve(".err" + block.line());
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(place().toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        for (String one : environment) {
            builder.environment().put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
        }
        // a command runs for a moment, but those that measure wait for compiled code
        if (!block.text().matches("(?s).*lanewise (time|explain) .*")) {
            builder.environment().put("LANEWISE_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        }
        long start = System.nanoTime();
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        if (all) {
            System.out.printf("%s: %.1f s%n", block.place(), (System.nanoTime() - start) / 1e9);
        }
        if (!ended || process.exitValue() != block.exit()) {
            problems.add(block.place() + (ended ? ": ended with " + process.exitValue() : ": did not end in " + seconds
                    + " s") + "\n" + block.text() + "\n" + Files.readString(out) + Files.readString(err));
        }
        return out;
    }

    /** Compares what was printed with what the page shows. */
    private void compare(Block block, String printed) {
        String pattern = block.text().lines()
                .map(line -> List.of(line.split(Pattern.quote("..."), -1)).stream().map(Pattern::quote)
                        .reduce((a, b) -> a + ".*" + b).orElseThrow())
                .reduce((a, b) -> a + "\n" + b).orElse("");
        if (!printed.stripTrailing().matches(pattern)) {
            problems.add(block.place() + ": printed was\n" + printed);
        }
    }

    private void parse(Block block) {
        if (block.language().equals("xml")) {
            try {
                DocumentBuilderFactory.newInstance().newDocumentBuilder()
                        .parse(new InputSource(new StringReader("<page>" + block.text() + "</page>")));
            } catch (SAXException | IOException | ParserConfigurationException e) {
                problems.add(block.place() + ": " + e.getMessage());
            }
        }
    }
}
