package lanewise.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lanewise.spec.WeightFormat;

/** Times steps of streams one by one, each stream in a JVM of its own, see {@link StepTimes}. */
final class Steps {
    private static final int SECONDS = 1;
    private static final String FIRED = "2x128";

    private Steps() {}

    /** What a small stream is called in the results. */
    static String small(String cell, int units) {
        return cell + units + " " + StepTimes.CALL;
    }

    /** What the prepared step of 2 x 128 units is called in the results. */
    static String fire(WeightFormat format) {
        return FIRED + " " + StepTimes.FIRE + " " + format.name().toLowerCase(Locale.ROOT);
    }

    /** Measures the named streams, or all if there are no names. */
    static void measure(Results results, List<String> names, int rounds) throws IOException, InterruptedException {
        results.steps().keySet().removeIf(name -> isWanted(names, name));
        for (int round = 0; round < rounds; round++) {
            for (WeightFormat format : WeightFormat.values()) {
                add(results, names, fire(format), FIRED, StepTimes.FIRE, format);
            }
            for (String cell : SmallStream.CELLS) {
                for (int units : SmallStream.UNITS) {
                    add(results, names, small(cell, units), cell + units, StepTimes.CALL, WeightFormat.FLOAT32);
                    add(results, names, cell + units + " " + StepTimes.STEP, cell + units, StepTimes.STEP,
                            WeightFormat.FLOAT32);
                }
            }
        }
    }

    private static boolean isWanted(List<String> names, String name) {
        return names == null || names.contains(name);
    }

    private static void add(Results results, List<String> names, String name, String stream, String how,
            WeightFormat format) throws IOException, InterruptedException {
        if (!isWanted(names, name)) {
            return;
        }
        Process process = Machine.jvm(List.of(), StepTimes.class,
                List.of(stream, how, format.name(), Integer.toString(SECONDS))).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("no steps of " + name);
        }
        double[] figures = Arrays.stream(said.trim().split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
        results.steps().computeIfAbsent(name, n -> new ArrayList<>()).add(figures);
        System.out.println(String.format(Locale.ROOT, "%-24s p50 %.0f ns, p99 %.0f", name, figures[StepTimes.P50],
                figures[StepTimes.P99]));
    }
}
