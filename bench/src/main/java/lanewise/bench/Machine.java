package lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.incubator.vector.FloatVector;

/** What a report says of where it was made. */
final class Machine {
    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

    private Machine() {}

    static void describe(Results results) {
        Map<String, String> facts = results.machine();
        facts.clear();
        facts.put("date", LocalDate.now().toString());
        facts.put("processor", processor());
        facts.put("caches of a core", caches());
        facts.put("cores",
                Runtime.getRuntime().availableProcessors() + ", one of them for models and kernels, all for starts");
        facts.put("vectors", FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits");
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        results.versions().clear();
        results.versions().put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        for (Engine engine : Engine.all()) {
            results.versions().put(engine.name(), engine.version());
        }
    }

    /** The processors that this JVM may use, as {@code taskset} takes them; null where there is no such list. */
    static String processors() {
        return lines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("Cpus_allowed_list:"))
                .map(l -> l.substring(l.indexOf(':') + 1).trim()).findFirst().orElse(null);
    }

    /** The processors that this JVM may use, one by one; none where there is no such list. */
    static List<String> eachProcessor() {
        List<String> each = new ArrayList<>();
        String list = processors();
        for (String part : list == null ? new String[0] : list.split(",")) {
            String[] ends = part.split("-");
            for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                each.add(Integer.toString(i));
            }
        }
        return each;
    }

    /**
     * Keeps this JVM, and those that it starts from now on, on some processors; where that can't be done nothing
     * happens.
     */
    static void pin(String processors) throws InterruptedException {
        if (processors == null) {
            return;
        }
        try {
            new ProcessBuilder("taskset", "-apc", processors, Long.toString(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor();
        } catch (IOException e) {
            System.err.println("not pinned to one core, there is no taskset: expect more noise");
        }
    }

    /** A JVM that runs a class of this program, with vectors; what it says on standard error is dropped. */
    static ProcessBuilder jvm(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    private static String processor() {
        return lines(CPU).stream().filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown");
    }

    private static String caches() {
        List<String> sizes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Path cache = CACHES.resolve("index" + i);
            List<String> type = lines(cache.resolve("type"));
            if (!type.isEmpty() && !type.getFirst().equals("Instruction")) {
                sizes.add("L" + lines(cache.resolve("level")).getFirst() + " " + size(lines(cache.resolve("size"))
                        .getFirst()));
            }
        }
        return sizes.isEmpty() ? "unknown" : String.join(", ", sizes);
    }

    /** What Linux writes as 1024K is 1 MB to a reader. */
    static String size(String linux) {
        Matcher kilobytes = Pattern.compile("(\\d+)K").matcher(linux);
        if (!kilobytes.matches()) {
            return linux;
        }
        long count = Long.parseLong(kilobytes.group(1));
        return count % 1024 == 0 ? count / 1024 + " MB" : count + " KB";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
