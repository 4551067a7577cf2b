package lanewise.trust.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Damages seeds of one reader and tries them, one after the other. An input with an outcome that was not seen yet
 * becomes a seed itself, so that later ones go on from there.
 */
final class Fuzzer {
    private static final int MOST_LATER_SEEDS = 4000;

    private final List<Seed> seeds;
    private final int given;
    private final boolean grows;
    private final Target target;
    private final Path work;
    private final Findings findings;
    private final Set<String> outcomes = new HashSet<>();
    private Map<String, byte[]> written = Map.of();
    private long inputs;
    private long answers;

    /** Fuzzes a reader; inputs with new outcomes become seeds where it grows. */
    Fuzzer(Reader reader, Path root, Path work, Findings findings, boolean grows) throws IOException {
        this.grows = grows;
        this.work = work;
        this.findings = findings;
        Path own = work.resolveSibling(work.getFileName() + "-text.gguf");
        Files.createDirectories(work);
        Target.writeTextModel(own);
        target = new Target(reader, work, own);
        seeds = new ArrayList<>(new Seeds(root).of(reader));
        given = seeds.size();
        if (given == 0) {
            throw new IOException("no seeds for " + reader + " below " + root);
        }
    }

    /** Opens and calls all seeds once, whatever comes of it. */
    void loadCode() throws IOException {
        for (Seed seed : seeds) {
            put(seed);
            try {
                target.run(seed, new Script(new byte[0]));
            } catch (Throwable e) {
                // comes again when it is tried
                continue;
            }
        }
    }

    /** Tries undamaged seeds, which must be answered or refused. */
    void trySeeds(Watch watch, int most) throws IOException {
        for (int i = 0; i < given; i += Math.max(1, given / most)) {
            one(seeds.get(i), new Script(new byte[0]), watch);
        }
    }

    /** Tries the input that a script leads to. */
    void step(Script script, Watch watch) throws IOException {
        Seed from = seeds.size() > given && script.oneIn(2) ? seeds.get(script.below(seeds.size()))
                : seeds.get(script.below(given));
        Seed damaged = from.damaged(script);
        String outcome = one(damaged, script, watch);
        if (outcome != null && outcomes.add(outcome) && grows && seeds.size() < given + MOST_LATER_SEEDS) {
            seeds.add(damaged);
        }
    }

    /** Runs one input; returns the form of its outcome, null for a finding. */
    private String one(Seed seed, Script script, Watch watch) throws IOException {
        put(seed);
        inputs++;
        watch.begin(seed);
        try {
            String outcome = target.run(seed, script);
            if (outcome.equals(Target.ANSWER)) {
                answers++;
            }
            return outcome.replaceAll("'[^']*'|\"[^\"]*\"|[0-9]+|/\\S+", "_");
        } catch (Throwable e) {
            // whatever is not documented is what this suite looks for
            findings.add(e, seed);
            return null;
        } finally {
            watch.end();
        }
    }

    /** Writes the files that differ from those of the last input. */
    private void put(Seed seed) throws IOException {
        for (String name : written.keySet()) {
            if (!seed.files().containsKey(name)) {
                Files.deleteIfExists(work.resolve(name));
            }
        }
        for (Map.Entry<String, byte[]> file : seed.files().entrySet()) {
            if (!Arrays.equals(written.get(file.getKey()), file.getValue())) {
                Path path = work.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
        written = seed.files();
    }

    long inputs() {
        return inputs;
    }

    long answers() {
        return answers;
    }

    int outcomes() {
        return outcomes.size();
    }
}
