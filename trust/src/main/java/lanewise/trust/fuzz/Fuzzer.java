package lanewise.trust.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Damages seeds of one reader and tries them, one after the other. An input with an outcome that was not seen yet becomes
 * a seed itself, so that later ones go on from there.
 */
final class Fuzzer {
    private static final int MOST_LATER_SEEDS = 4000;
    private static final int SCRIPT_BYTES = 400;

    private final List<Seed> seeds;
    private final int given;
    private final Target target;
    private final Path work;
    private final Findings findings;
    private final Set<String> outcomes = new HashSet<>();
    private Map<String, byte[]> written = Map.of();
    private long inputs;
    private long answers;

    Fuzzer(Reader reader, Path root, Path work, Findings findings) throws IOException {
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

    /** Tries undamaged seeds, which must be answered or refused. */
    void trySeeds(Watch watch, int every) throws IOException {
        for (int i = 0; i < given; i += every) {
            one(seeds.get(i), new Script(new byte[0]), watch);
        }
    }

    /** Tries inputs until a time of {@link System#nanoTime}, or as many as there may be. */
    void run(long seed, long most, long until, Watch watch) throws IOException {
        Random random = new Random(seed);
        for (long i = 0; i < most && System.nanoTime() - until < 0; i++) {
            byte[] bytes = new byte[16 + random.nextInt(SCRIPT_BYTES)];
            random.nextBytes(bytes);
            step(new Script(bytes), watch);
        }
    }

    /** Tries the input that a script leads to. */
    void step(Script script, Watch watch) throws IOException {
        Seed from = seeds.size() > given && script.oneIn(2) ? seeds.get(script.below(seeds.size()))
                : seeds.get(script.below(given));
        Seed damaged = from.damaged(script);
        String outcome = one(damaged, script, watch);
        if (outcome != null && seeds.size() < given + MOST_LATER_SEEDS && outcomes.add(outcome)) {
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
