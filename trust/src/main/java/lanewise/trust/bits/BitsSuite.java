package lanewise.trust.bits;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.trust.Result;
import lanewise.verify.CaseFolder;

/** Runs all settings and compares their hashes. */
public final class BitsSuite {
    private static final List<String> TRAINED = List.of("sentiment", "forecast", "stream", "voice");

    private final int models;
    private final List<Setting> settings;
    private final Path stored;
    private final List<String> problems = new ArrayList<>();
    private long values;
    private long compared;

    private BitsSuite(int models, List<Setting> settings, Path stored) {
        this.models = models;
        this.settings = settings;
        this.stored = stored;
    }

    /**
     * The long form.
     *
     * @param models how many random models
     * @param root   the folder of stored models, whose cases are compared too
     * @param work   an empty folder
     * @return what was found
     * @throws IOException          if files can't be written
     * @throws InterruptedException if it is interrupted
     */
    public static Result all(int models, Path root, Path work) throws IOException, InterruptedException {
        Files.createDirectories(work);
        int written = store(root, work);
        System.out.println(written + " stored models");
        return new BitsSuite(models, Setting.others(), work).run();
    }

    /**
     * The short form: few settings, no stored models.
     *
     * @param models how many random models
     * @return what was found
     * @throws IOException          if a JVM can't be started
     * @throws InterruptedException if it is interrupted
     */
    public static Result few(int models) throws IOException, InterruptedException {
        return new BitsSuite(models, Setting.few(), null).run();
    }

    /** Writes the cases and the trained models as model files, which open faster. */
    private static int store(Path root, Path work) throws IOException {
        int count = 0;
        for (Path folder : CaseFolder.below(root.resolve("conformance"))) {
            CaseFolder folderCase = CaseFolder.read(folder);
            if (folderCase.kind().equals("predict")) {
                for (CaseFolder.Reader reader : folderCase.models(ImportOptions.DEFAULT).values().stream().limit(1)
                        .toList()) {
                    try {
                        reader.read().with(folderCase.examples()).write(work.resolve("case-" + count + ".gguf"));
                        count++;
                    } catch (LanewiseException e) {
                        System.out.println(folder + " left out: " + e.getMessage());
                    }
                }
            }
        }
        for (String name : TRAINED) {
            try {
                Imported imported = Importer.read(root.resolve(name));
                imported.write(work.resolve("trained-" + name + ".gguf"));
                count++;
            } catch (LanewiseException e) {
                System.out.println(name + " left out: " + e.getMessage());
            }
        }
        return count;
    }

    private Result run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Map<String, String> reference = run(Setting.REFERENCE);
        long refused = reference.values().stream().filter(line -> line.startsWith("refused")).count();
        for (Setting setting : settings) {
            Map<String, String> found = run(setting);
            found.forEach((model, line) -> {
                if (!line.equals(reference.get(model))) {
                    problems.add(setting.name() + ": " + model + " gives " + line + ", " + Setting.REFERENCE.name()
                            + " " + reference.get(model));
                }
            });
        }
        long each = reference.size() - refused;
        return new Result("bits", begin, problems)
                .count("settings", settings.size() + 1L)
                .count("models", each)
                .count("values of the reference", values(reference))
                .count("values hashed", values)
                .count("values compared in other ways", compared)
                .count("models refused", refused);
    }

    private static long values(Map<String, String> lines) {
        return lines.values().stream().mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).sum();
    }

    /** The lines of one setting by model. */
    private Map<String, String> run(Setting setting) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(setting.jvm());
        if (!setting.garbage()) {
            command.add("-XX:+UseSerialGC");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Trial.class.getName(), setting.kernels().name(), String.valueOf(models),
                String.valueOf(setting.every()), String.valueOf(setting.checks()), String.valueOf(setting.garbage())));
        if (stored != null) {
            command.add(stored.toString());
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Map<String, String> lines = new LinkedHashMap<>();
        boolean done = false;
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                done |= line.equals("DONE");
                if (line.startsWith("PROBLEM")) {
                    problems.add(setting.name() + ": " + line);
                } else if (line.startsWith("COMPARED ")) {
                    compared += Long.parseLong(line.substring(line.indexOf(' ') + 1));
                } else if (line.contains(" ")) {
                    lines.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
                }
            }
        }
        int exit = process.waitFor();
        if (exit != 0 || !done) {
            problems.add(setting.name() + ": its JVM ended with " + exit);
        }
        values += values(lines);
        System.out.printf("%-45s %6d models, %,d values, %.0f s%n", setting.name(), lines.size(), values(lines),
                (System.nanoTime() - begin) / 1e9);
        return lines;
    }
}
