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
 * Measures whole JVMs: from the start of the process to the first answer of the tutorial model, and how calls get
 * faster.
 */
final class Starts {
    private static final double SECONDS = 6;

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
        run(List.of("-XX:AOTCacheOutput=" + cache), List.of("auto", ours.toString(), "3"), null);
        List<String> aot = List.of("-XX:AOTCache=" + cache);
        for (int round = 0; round < rounds; round++) {
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
        ProcessBuilder jvm = Machine.jvm(options, ColdStart.class, arguments);
        long begin = System.nanoTime();
        Process process = jvm.start();
        double millis = Double.NaN;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("answer")) {
                    millis = (System.nanoTime() - begin) / 1e6;
                } else if (words[0].equals("call") && points != null) {
                    points.add(new double[] {Double.parseDouble(words[1]), Double.parseDouble(words[2])});
                }
            }
        }
        if (process.waitFor() != 0 || Double.isNaN(millis)) {
            throw new IllegalStateException("no answer from " + arguments);
        }
        return millis;
    }
}
