package lanewise.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import lanewise.spec.WeightFormat;

/** What is promised of weights of 16 bits and of small streams, beside what was measured. */
final class Ratios {
    private static final List<String> HEAD = List.of("what", "weights", "measured as", "measured", "rounds", "must",
            "stretch", "reached");

    private enum Measure {
        /** Time of the best rival with float32 weights over ours. */
        RIVAL("best float32 rival's time over ours"),
        /** Time of our float32 over that of the format. */
        OWN("our float32's time over the format's"),
        /** Microseconds of a step, the clock's own cost taken off. */
        MICROS("us, p50"),
        /** Nanoseconds of a step, the clock's own cost taken off. */
        NANOS("ns a step, p50");

        private final String words;

        Measure(String words) {
            this.words = words;
        }

        boolean isTime() {
            return this == MICROS || this == NANOS;
        }
    }

    /**
     * A promise.
     *
     * @param subject a workload, or a stream of {@link Steps}
     * @param what    in words
     * @param format  of the weights
     * @param measure what is measured
     * @param must    what is promised: at least that ratio, or at most that time
     * @param stretch what is hoped for; NaN for nothing
     */
    private record Goal(String subject, String what, WeightFormat format, Measure measure, double must,
            double stretch) {}

    private static final List<Goal> GOALS = goals();

    /** Workloads that promises are about. */
    static final List<String> WORKLOADS = GOALS.stream().filter(goal -> !goal.measure.isTime()).map(Goal::subject)
            .distinct().toList();

    /** Streams that promises are about. */
    static final List<String> STREAMS = GOALS.stream().filter(goal -> goal.measure.isTime()).map(Goal::subject)
            .toList();

    /** Engines that the promises are about: ours, and the rivals that come near. */
    static final List<String> ENGINES = List.of("onnxruntime", "onnxruntime-int8", "onednn");

    private static final String MISSED = "NO";

    private final Results results;

    Ratios(Results results) {
        this.results = results;
    }

    private static List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        both(goals, "100x64x64", Measure.RIVAL, 1.4, 1.6, 1.2, 1.35);
        both(goals, "100x128x128", Measure.RIVAL, 1.4, 1.5, 1.15, 1.25);
        both(goals, "100x256x256", Measure.RIVAL, 1.55, 1.75, 1.3, 1.4);
        both(goals, "50x512x512", Measure.RIVAL, 1.5, 1.7, 1.4, 1.5);
        both(goals, "20x1024x1024", Measure.RIVAL, 1.8, 2.1, 1.6, 1.9);
        both(goals, "1x256x256-given", Measure.OWN, 1.9, Double.NaN, 1.4, Double.NaN);
        both(goals, "1x512x512-given", Measure.OWN, 1.7, Double.NaN, 1.5, Double.NaN);
        for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT16)) {
            boolean isFast = format == WeightFormat.BFLOAT16;
            goals.add(new Goal(Steps.fire(format), "fire of 2 x 128 units, prepared", format, Measure.MICROS,
                    isFast ? 4.7 : 5.8, isFast ? 3.8 : 5.2));
        }
        goals.add(new Goal("100x16x16", Workload.named("100x16x16").title(), WeightFormat.FLOAT32, Measure.RIVAL, 2.4,
                Double.NaN));
        goals.add(new Goal("100x32x32", Workload.named("100x32x32").title(), WeightFormat.FLOAT32, Measure.RIVAL, 1.8,
                Double.NaN));
        small(goals, 8, 150, 115);
        small(goals, 16, 150, 115);
        small(goals, 32, 240, 190);
        small(goals, 64, 790, 720);
        return List.copyOf(goals);
    }

    private static void both(List<Goal> goals, String workload, Measure measure, double must, double stretch,
            double exactMust, double exactStretch) {
        String title = Workload.named(workload).title();
        goals.add(new Goal(workload, title, WeightFormat.BFLOAT16, measure, must, stretch));
        goals.add(new Goal(workload, title, WeightFormat.INT16, measure, exactMust, exactStretch));
    }

    private static void small(List<Goal> goals, int units, double must, double stretch) {
        goals.add(new Goal(Steps.small("lstm", units), "stream of LSTM(1 -> " + units + "), Dense(1)",
                WeightFormat.FLOAT32, Measure.NANOS, must, stretch));
    }

    /** The measured value; of all rounds if {@code round} is negative; NaN if there is none. */
    private double measured(Goal goal, int round) {
        String engine = Lanewise.name(goal.format);
        return switch (goal.measure) {
            case RIVAL -> results.ratio(goal.subject, engine, round);
            case OWN -> results.model(goal.subject, Lanewise.NAME, round)
                    / results.model(goal.subject, engine, round);
            case MICROS -> step(goal, round) / 1000;
            case NANOS -> step(goal, round);
        };
    }

    private double step(Goal goal, int round) {
        if (round < 0) {
            return results.step(goal.subject, StepTimes.P50);
        }
        List<double[]> rounds = results.steps().getOrDefault(goal.subject, List.of());
        return round < rounds.size() ? rounds.get(round)[StepTimes.P50] : Double.NaN;
    }

    /** A line for each promise that was measured. */
    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (Goal goal : GOALS) {
            double value = measured(goal, -1);
            if (Double.isNaN(value)) {
                continue;
            }
            DoubleSummaryStatistics spread = IntStream.range(0, results.rounds()).mapToDouble(r -> measured(goal, r))
                    .filter(r -> !Double.isNaN(r)).summaryStatistics();
            String sign = goal.measure.isTime() ? "<= " : "";
            rows.add(List.of(goal.what, goal.format.name().toLowerCase(Locale.ROOT), goal.measure.words,
                    Page.number(value), Page.number(spread.getMin()) + " - " + Page.number(spread.getMax()),
                    sign + Page.number(goal.must), Double.isNaN(goal.stretch) ? "" : sign + Page.number(goal.stretch),
                    reached(goal, value)));
        }
        return rows;
    }

    private static String reached(Goal goal, double value) {
        double better = goal.measure.isTime() ? -1 : 1;
        return better * value >= better * goal.stretch ? "stretch" : better * value >= better * goal.must ? "yes"
                : MISSED;
    }

    /** How many promises were measured. */
    int count() {
        return rows().size();
    }

    /** What was promised and is not kept, in words. */
    List<String> missed() {
        return rows().stream().filter(row -> row.getLast().equals(MISSED))
                .map(row -> row.get(0) + " in " + row.get(1) + ", " + row.get(3) + " rather than " + row.get(5))
                .toList();
    }

    /** Writes the table as a section of a page. */
    void write(Page page) {
        List<List<String>> rows = rows();
        if (rows.isEmpty()) {
            return;
        }
        page.html.append("<h2 id=\"ratios\">Ratios</h2><p>What is promised of weights of 16 bits and of small streams. "
                + "Ratios are of medians of one run. From streams the cost of reading the clock is taken off, see "
                + "below.</p><div class=\"wide\"><table class=\"text3\">");
        page.header(HEAD);
        for (List<String> row : rows) {
            page.row(row.getLast().equals(MISSED) ? "loss" : "win",
                    row.stream().map(Page::escape).toArray(String[]::new));
        }
        page.html.append("</table></div>\n");
    }

    /** The table as Markdown; empty if nothing was measured. */
    String text() {
        List<List<String>> rows = rows();
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        line(text, HEAD);
        line(text, HEAD.stream().map(_ -> "---").toList());
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
