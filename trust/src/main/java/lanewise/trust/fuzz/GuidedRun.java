package lanewise.trust.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Scripts of Jazzer, which keeps those that reach new code and changes them further. Slower, and goes deeper. */
public final class GuidedRun {
    private static final String INSTRUMENTED = "lanewise.convert.**:lanewise.files.**:lanewise.format.**:"
            + "lanewise.onnx.**:lanewise.plan.*:lanewise.spec.**:lanewise.text.**:io.jhdf.**";

    private static Progress progress;

    private GuidedRun() {}

    /** Options and arguments of a JVM that runs this for some time. */
    static List<String> command(long seed, long seconds, List<String> args) {
        return List.of("-XX:+EnableDynamicAgentLoading", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + GuidedRun.class.getName(), "--instrumentation_includes=" + INSTRUMENTED,
                // looks for attacks on programs of servers, which are not here
                "--disabled_hooks=*", "--target_args=" + String.join(" ", args),
                "-seed=" + Math.max(1, seed & 0xffff_ffffL), "-max_total_time=" + seconds, "-max_len=400",
                "-len_control=0", "-timeout=60", "-rss_limit_mb=0",
                "-artifact_prefix=" + System.getProperty("java.io.tmpdir") + "/");
    }

    /**
     * Called by Jazzer once.
     *
     * @param args reader, folder of stored models, folder to work in, folder of findings
     * @throws IOException if files can't be written
     */
    public static void fuzzerInitialize(String... args) throws IOException {
        // what an input leads to may not depend on those before it
        progress = new Progress(args[0], Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), false);
    }

    /**
     * Called by Jazzer for each input.
     *
     * @param script the choices
     * @throws IOException if files can't be written
     */
    public static void fuzzerTestOneInput(byte[] script) throws IOException {
        progress.step(script);
    }
}
