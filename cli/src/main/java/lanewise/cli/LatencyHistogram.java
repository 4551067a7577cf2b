package lanewise.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.cli.page.Quantity;

/** How often calls took how long, drawn for a terminal: ranges of equal ratio from the least to 99 %, then the rest. */
final class LatencyHistogram {
    private static final int LINES = 10;
    private static final int WIDTH = 40;
    /** Narrower bars would tell nothing but the ticks of the clock. */
    private static final double LEAST_RATIO = 1.02;

    private final double[] ends = new double[LINES + 1];
    private final long[] counts = new long[LINES + 1];

    /**
     * Counts calls.
     *
     * @param sorted nanoseconds, ascending
     * @param n      how many of them count, at least 1
     * @param timer  microseconds that are in each of them for reading the clock
     */
    LatencyHistogram(long[] sorted, int n, double timer) {
        double least = Math.max(1, sorted[0] - 1e3 * timer);
        double usual = Math.max(1, sorted[(int) Math.min(n - 1L, n * 99L / 100)] - 1e3 * timer);
        double ratio = Math.max(LEAST_RATIO, Math.pow(usual / least, 1.0 / LINES) * (1 + 1e-9));
        for (int i = 0; i < LINES; i++) {
            ends[i] = least * Math.pow(ratio, i + 1);
        }
        ends[LINES] = Double.POSITIVE_INFINITY;
        for (int i = 0, line = 0; i < n; i++) {
            while (sorted[i] - 1e3 * timer >= ends[line]) {
                line++;
            }
            counts[line]++;
        }
    }

    /** A line for each range: its end, a bar, how many calls. */
    List<String> lines() {
        long most = Arrays.stream(counts).max().orElseThrow();
        long all = Arrays.stream(counts).sum();
        int last = LINES;
        while (last > 0 && counts[last] == 0) {
            last--;
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            String range = i == LINES ? "longer" : "up to " + Quantity.time(ends[i] / 1e3);
            // what was seen is seen
            int bar = counts[i] == 0 ? 0 : (int) Math.max(1, Math.round((double) WIDTH * counts[i] / most));
            lines.add(String.format("%-14s %-" + WIDTH + "s %s", range, "#".repeat(bar),
                    counts[i] == 0 ? "" : Quantity.share(counts[i], all)).stripTrailing());
        }
        return lines;
    }
}
