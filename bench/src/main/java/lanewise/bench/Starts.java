package lanewise.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.format.ModelFile;
import lanewise.spec.Examples;

/**
 * Measures whole JVMs: from the start of the process to the first answer of the tutorial model, how long after it was
 * opened the model switches to vector kernels, and how calls get faster.
 */
final class Starts {
    private static final double SECONDS = 6;
    /** Starts in a round. */
    private static final int FIRST_ANSWERS = 3;
    private static final int SWITCHES = 10;

    private final Path folder;
    private final Results results;

    Starts(Path folder, Results results) {
        this.folder = folder;
        this.results = results;
    }

    /** Writes the model files and an AOT cache (JEP 514), then starts JVMs in turns. */
    void measure(int rounds) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Workload tutorial = Workload.named("tutorial");
        Network network = tutorial.maker().get();
        Path ours = folder.resolve("tutorial.gguf");
        ModelFile.write(ours, network.spec(tutorial.steps()), network.weights(), Examples.NONE);
        Path cache = folder.resolve("tutorial.aot");
        Files.deleteIfExists(cache);
        train(cache, ours);
        List<String> aot = List.of("-XX:AOTCache=" + cache);
        for (int i = 0; i < SWITCHES * rounds; i++) {
            for (String processors : settings()) {
                for (String how : List.of("waiting", "busy")) {
                    switches(processors, how, "", List.of(), ours);
                    switches(processors, how, ", AOT cache", aot, ours);
                }
            }
        }
        for (int i = 0; i < FIRST_ANSWERS * rounds; i++) {
            start("lanewise", List.of(), "auto", ours);
            start("lanewise, AOT cache", aot, "auto", ours);
            start("lanewise, warmUp first", List.of(), "warmed", ours);
            start("lanewise, warmUp first, AOT cache", aot, "warmed", ours);
            for (Engine engine : Engine.all()) {
                Path file = folder.resolve(engine.name() + ".model");
                if (engine.write(tutorial, network, file)) {
                    start(engine.name(), List.of(), engine.name(), file);
                }
            }
        }
        curve("as it comes", List.of(), "auto", ours);
        curve("as it comes, AOT cache", aot, "auto", ours);
        curve("scalar only", List.of(), "scalar", ours);
        curve("vector from the first call", List.of(), "vector", ours);
        curve("warmUp first", List.of(), "warmed", ours);
    }

    /** A short run: profiles of a longer one keep the compiler busy with other things than vector kernels. */
    private static void train(Path cache, Path file) throws IOException, InterruptedException {
        read(Machine.jvm(List.of("-XX:AOTCacheOutput=" + cache), ColdStart.class,
                List.of("waiting", file.toString(), "0.5")), "switched", null);
    }

    /** The first processor alone, and the first two, as {@code taskset} takes them. */
    private static List<String> settings() {
        List<String> all = Machine.eachProcessor();
        return all.size() < 2 ? all : List.of(all.getFirst(), all.getFirst() + "," + all.get(1));
    }

    private void switches(String processors, String how, String with, List<String> options, Path file)
            throws IOException, InterruptedException {
        ProcessBuilder jvm = Machine.jvm(options, ColdStart.class, List.of(how, file.toString(), "15"));
        jvm.command().addAll(0, List.of("taskset", "-c", processors));
        double millis = read(jvm, "switched", null);
        String setting = (processors.contains(",") ? "two cores, " : "one core, ")
                + (how.equals("busy") ? "calls without a pause" : "a call each 10 ms") + with;
        results.switches().computeIfAbsent(setting, v -> new ArrayList<>()).add(millis);
    }

    private void start(String variant, List<String> options, String how, Path file)
            throws IOException, InterruptedException {
        double millis = run(options, List.of(how, file.toString(), "0"), null);
        results.starts().computeIfAbsent(variant, v -> new ArrayList<>()).add(millis);
    }

    private void curve(String variant, List<String> options, String how, Path file)
            throws IOException, InterruptedException {
        List<double[]> points = new ArrayList<>();
        run(options, List.of(how, file.toString(), Double.toString(SECONDS)), points);
        results.curves().put(variant, points);
    }

    /** Milliseconds from the start of the process until its answer is read. */
    private static double run(List<String> options, List<String> arguments, List<double[]> points)
            throws IOException, InterruptedException {
        return read(Machine.jvm(options, ColdStart.class, arguments), "answer", points);
    }

    /** Runs a program; returns when it has answered, or the number behind another word. */
    private static double read(ProcessBuilder jvm, String word, List<double[]> points)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = jvm.start();
        double millis = Double.NaN;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals(word)) {
                    millis = word.equals("answer") ? (System.nanoTime() - begin) / 1e6 : Double.parseDouble(words[1]);
                } else if (words[0].equals("call") && points != null) {
                    points.add(new double[] {Double.parseDouble(words[1]), Double.parseDouble(words[2])});
                }
            }
        }
        if (process.waitFor() != 0 || Double.isNaN(millis)) {
            throw new IllegalStateException("no answer from " + String.join(" ", jvm.command()));
        }
        return millis;
    }
}
