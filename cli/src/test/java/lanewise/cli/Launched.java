package lanewise.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the command line in a JVM of its own, from a shell, as users do: with pipes, devices and closed streams.
 *
 * @param code the shell's exit code
 * @param out  what came out of it
 * @param err  what it said
 */
record Launched(int code, String out, String err) {
    private static final long SECONDS = 60;

    /**
     * Runs a line of shell script.
     *
     * @param folder where it runs
     * @param script in it {@code lanewise} is the command line, {@code $MODELS} the folder of models
     */
    static Launched shell(Path folder, String script) {
        String paths = System.getProperty("java.class.path") + File.pathSeparator
                + System.getProperty("jdk.module.path", "");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> lines = new ArrayList<>();
        lines.add("lanewise() { '" + java + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -cp '" + paths
                + "' lanewise.cli.Main \"$@\"; }");
        lines.add("MODELS='" + System.getProperty("models") + "'");
        lines.add(script);
        try {
            File out = folder.resolve("launched-out.txt").toFile();
            File err = folder.resolve("launched-err.txt").toFile();
            Process process = new ProcessBuilder("bash", "-c", String.join("\n", lines)).directory(folder.toFile())
                    .redirectOutput(out).redirectError(err).start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("did not end: " + script);
            }
            return new Launched(process.exitValue(), read(out), read(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without what the JVM says, and the engine about flags of the JVM. */
    private static String read(File file) throws IOException {
        String text = Files.readString(file.toPath());
        return text.lines().filter(line -> !line.startsWith("WARNING") && !line.contains("jdk.incubator.vector"))
                .map(line -> line + "\n").reduce("", String::concat);
    }
}
