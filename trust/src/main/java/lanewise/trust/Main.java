package lanewise.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import lanewise.trust.bits.BitsSuite;
import lanewise.trust.fuzz.FuzzSuite;
import lanewise.trust.lifetimes.LifetimeSuite;
import lanewise.trust.soak.Soak;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a suite for as long as it is told, and writes what it counted. Run in the project's folder. */
@Command(name = "lanewise trust", mixinStandardHelpOptions = true,
        description = "Tries to break what is promised; trust/README.md describes the suites.")
public final class Main implements Callable<Integer> {
    private enum Suite {
        BITS, FUZZ, THREADS, SOAK, TABLE
    }

    private static final Path RESULTS = Path.of("trust", "results");
    private static final Path PAGE = Path.of("docs", "trust.md");
    private static final Path FINDINGS = Path.of("trust", "findings");
    private static final Path MODELS = Path.of("models");

    @Parameters(description = "one of ${COMPLETION-CANDIDATES}; TABLE writes docs/trust.md anew")
    private Suite suite;

    @Option(names = "--minutes", defaultValue = "10",
            description = "FUZZ: for each reader; THREADS and SOAK: in all (default: ${DEFAULT-VALUE})")
    private double minutes;

    @Option(names = "--models", defaultValue = "1000",
            description = "BITS: random models (default: ${DEFAULT-VALUE})")
    private int models;

    @Option(names = "--reader", split = ",", description = "FUZZ: only these readers")
    private List<String> readers;

    @Option(names = "--seed", description = "FUZZ: what the inputs follow from (default: the time)")
    private long seed = System.currentTimeMillis();

    private Main() {}

    /**
     * Runs.
     *
     * @param args see {@code --help}
     */
    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long seconds = Math.max(1, Math.round(60 * minutes));
        boolean good = true;
        switch (suite) {
            case BITS -> {
                try (WorkFolder work = WorkFolder.create("bits")) {
                    good = keep(BitsSuite.all(models, MODELS, work.path()));
                }
            }
            case FUZZ -> {
                for (String reader : readers == null ? FuzzSuite.readers() : readers) {
                    if (!FuzzSuite.readers().contains(reader)) {
                        System.err.println("there is no reader '" + reader + "', but " + FuzzSuite.readers());
                        return CommandLine.ExitCode.USAGE;
                    }
                    good &= keep(FuzzSuite.one(reader, MODELS, FINDINGS, seed, seconds));
                }
            }
            case THREADS -> good = keep(LifetimeSuite.run(seconds));
            case SOAK -> good = keep(Soak.run(seconds, true, Path.of("trust", "report", "soak.html")));
            case TABLE -> {
            }
        }
        Files.writeString(PAGE, TrustTable.of(RESULTS));
        return good ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static boolean keep(Result result) throws IOException {
        result.write(RESULTS);
        System.out.println(result);
        result.findings().stream().limit(40).forEach(finding -> System.out.println("  " + finding));
        return result.findings().isEmpty();
    }
}
