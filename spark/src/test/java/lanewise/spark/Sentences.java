package lanewise.spark;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.format.ModelFile;
import lanewise.spec.Examples;

/** The trained model of {@code models/sentiment}, and any number of texts for it. */
final class Sentences {
    private static final Path FOLDER = folder();

    private final List<String> all = new ArrayList<>();

    Sentences() throws IOException {
        for (String name : List.of("amazon_cells", "imdb", "yelp")) {
            for (String line : Files.readAllLines(FOLDER.resolve(name + "_labelled.txt"))) {
                all.add(line.substring(0, line.indexOf('\t')));
            }
        }
    }

    /** In the checkout that these classes were built in, wherever it is called from. */
    private static Path folder() {
        try {
            return Path.of(Sentences.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .resolve("../../../models/sentiment").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each sentence, then each with another one behind it, and so on. */
    String get(long number) {
        int n = all.size();
        String sentence = all.get((int) (number % n));
        long round = number / n;
        return round == 0 ? sentence : sentence + " " + all.get((int) ((number + 31 * round) % n));
    }

    /** Writes the model as a file that the engine reads. */
    static Path write(Path file) {
        Imported imported = Importer.read(FOLDER);
        ModelFile.write(file, imported.spec(), imported.weights(), imported.examples());
        return file;
    }

    /** The same without its text handling: it takes ids. */
    static Path writeWithoutText(Path file) {
        Imported imported = Importer.read(FOLDER);
        ModelFile.write(file, imported.spec().with(null, imported.spec().labels()), imported.weights(), Examples.NONE);
        return file;
    }
}
