package lanewise.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures streams at a fixed rate, each in a JVM of its own, see {@link Ticks}. */
final class Streams {
    private static final int SECONDS = 10;
    /** Shapes whose steps take well under the time from tick to tick. */
    private static final List<String> SHAPES = List.of("1x32", "2x128");

    private Streams() {}

    static void measure(Results results, int rounds) throws IOException, InterruptedException {
        results.ticks().clear();
        for (int round = 0; round < rounds; round++) {
            add(results, "nothing", SHAPES.getFirst(), "nothing");
            for (String shape : SHAPES) {
                add(results, shape + " step", shape, "step");
                add(results, shape + " fire", shape, "fire");
            }
        }
    }

    private static void add(Results results, String name, String shape, String how)
            throws IOException, InterruptedException {
        results.ticks().computeIfAbsent(name, n -> new ArrayList<>()).add(run(shape, how));
    }

    /** p50, p99, p99.9 and the most after a tick was due, and the median of the work alone, in microseconds. */
    private static double[] run(String shape, String how) throws IOException, InterruptedException {
        Process process = Machine.jvm(List.of(), Ticks.class, List.of(shape, how, Integer.toString(SECONDS))).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("no ticks of " + shape);
        }
        return Arrays.stream(said.trim().split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
    }
}
