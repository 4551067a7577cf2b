package lanewise.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures whole machines: rows a second of as many threads as cores, each engine in a JVM of its own. */
final class Throughput {
    private static final int SECONDS = 3;
    /** Lone rows, and batches, of which a rival may spread one call over all cores. */
    private static final List<String> WORKLOADS = List.of("100x128x128", "sentiment", "100x128x128-batch32");

    private Throughput() {}

    static void measure(Results results, List<Engine> engines, List<String> workloads, int rounds)
            throws IOException, InterruptedException {
        List<String> chosen = workloads == null ? WORKLOADS : workloads;
        results.crowds().keySet().removeIf(name -> chosen.contains(name.split(" ", 2)[0]));
        for (int round = 0; round < rounds; round++) {
            for (String workload : chosen) {
                for (Engine engine : engines) {
                    if (engine.takesThreads() && engine.takes(Workload.named(workload))) {
                        add(results, engine.name(), workload, Crowd.THREADS);
                        add(results, engine.name(), workload, Crowd.WIDE);
                    }
                }
            }
        }
    }

    private static void add(Results results, String engine, String workload, String how)
            throws IOException, InterruptedException {
        Process process = Machine.jvm(List.of(), Crowd.class, List.of(engine, workload, how, Integer.toString(SECONDS)))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("no throughput of " + engine + " on " + workload);
        }
        if (said.startsWith("rows ")) {
            double rows = Double.parseDouble(said.substring(5));
            results.crowds().computeIfAbsent(workload + " " + engine + " " + how, n -> new ArrayList<>()).add(rows);
            System.out.println(String.format(Locale.ROOT, "%-20s %-20s %-8s %.0f rows a second", workload, engine, how,
                    rows));
        }
    }
}
