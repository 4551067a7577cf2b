package lanewise.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import lanewise.Model;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;

/**
 * Models in a folder, each in a file that is named after its fingerprint: {@code 0123456789abcdef.gguf}. Each machine
 * has such a folder, or all share one.
 *
 * @param folder  the folder; made when the first model is added
 * @param options how the models run
 */
public record ModelFolder(Path folder, ModelOptions options) implements ModelSource {
    /** Checks that nothing is null. */
    public ModelFolder {
        Objects.requireNonNull(folder);
        Objects.requireNonNull(options);
    }

    /**
     * Models that run with the default options.
     *
     * @param folder the folder
     */
    public ModelFolder(Path folder) {
        this(folder, ModelOptions.DEFAULT);
    }

    @Override
    public Model open(String fingerprint) {
        Path file = file(fingerprint);
        if (!Files.exists(file)) {
            throw new ModelFileException("there is no model " + fingerprint + " on this machine: " + file
                    + " is missing; copy it from a machine that has it, or add the model's file with ModelFolder");
        }
        Model model = Model.open(file, options);
        if (!model.fingerprint().equals(fingerprint)) {
            model.close();
            throw new ModelFileException(file + " holds the model " + model.fingerprint() + ", not " + fingerprint
                    + ": it is damaged, misnamed, or was added with other options; add the model's file anew");
        }
        return model;
    }

    /**
     * Copies a model's file into the folder, at once or not at all. A file of the same model is replaced.
     *
     * @param model a {@code .gguf} file
     * @return its fingerprint, which a record on the control topic names
     * @throws ModelFileException if the file can't be opened or copied; other exceptions of {@code lanewise.error} say
     *                            why it can't be run
     */
    public String add(Path model) {
        String fingerprint;
        try (Model opened = Model.open(model, options.withWarmUpThread(false))) {
            fingerprint = opened.fingerprint();
        }
        try {
            Files.createDirectories(folder);
            Path copy = Files.createTempFile(folder, fingerprint, ".part");
            try {
                Files.copy(model, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, file(fingerprint), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new ModelFileException("can't copy " + model + " to " + folder + ": " + e, e);
        }
        return fingerprint;
    }

    private Path file(String fingerprint) {
        return folder.resolve(fingerprint + ".gguf");
    }

    /**
     * Adds models to a folder and prints their fingerprints, a line each.
     *
     * @param args the folder, then {@code .gguf} files
     */
    public static void main(String... args) {
        if (args.length < 2) {
            System.err.println("usage: ModelFolder FOLDER MODEL.gguf ...");
            System.exit(2);
        }
        ModelFolder folder = new ModelFolder(Path.of(args[0]));
        for (int i = 1; i < args.length; i++) {
            try {
                System.out.println(folder.add(Path.of(args[i])));
            } catch (LanewiseException e) {
                System.err.println(e.getMessage());
                System.exit(2);
            }
        }
    }
}
