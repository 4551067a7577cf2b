package lanewise.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The page {@code docs/trust.md}, made of the results of the suites. */
final class TrustTable {
    private static final String HEAD = """
            # What was tried

            Made by `./lanewise trust table` from the files in `trust/results`, which the suites write. Each line is the
            last long run of a suite; [../trust/README.md](../trust/README.md) describes the suites and how to run them.

            | suite | counts | findings | time | commit | Java |
            |---|---|---|---|---|---|
            """;

    private TrustTable() {}

    /** The page. */
    static String of(Path results) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(results)) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        StringBuilder page = new StringBuilder(HEAD);
        long inputs = 0;
        long findings = 0;
        long readers = 0;
        long shortest = Long.MAX_VALUE;
        for (Path file : files) {
            JsonNode result = Result.read(file);
            String suite = result.get("suite").asString();
            long seconds = result.get("seconds").asLong();
            List<String> counts = new ArrayList<>();
            for (String name : result.get("counts").propertyNames()) {
                counts.add(number(result.get("counts").get(name).asLong()) + " " + name);
            }
            if (suite.startsWith("fuzz-")) {
                inputs += result.get("counts").get("inputs").asLong();
                findings += result.get("findings").asLong();
                shortest = Math.min(shortest, seconds);
                readers++;
            }
            page.append("| ").append(suite).append(" | ").append(String.join(", ", counts)).append(" | ")
                    .append(result.get("findings").asLong()).append(" | ").append(time(seconds)).append(" | ")
                    .append(result.get("commit").asString()).append(", ").append(result.get("date").asString())
                    .append(" | ").append(result.get("java").asString()).append(" |\n");
        }
        if (readers > 0) {
            page.append("\nFuzzed in all: ").append(number(inputs)).append(" inputs, ").append(readers)
                    .append(" readers, each for at least ").append(time(shortest)).append("; ").append(findings)
                    .append(" findings.\n");
        }
        return page.toString();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String time(long seconds) {
        return seconds < 120 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
    }
}
