package lanewise.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.bench.kernels.KernelBenchmark;
import lanewise.bench.kernels.PeakBenchmark;
import lanewise.spec.WeightFormat;

/** Shows single kernels beside the limits of the core, for each format of weights. */
final class KernelTables extends Page {
    private static final int[] UNITS = {32, 64, 128, 256, 512};

    private final Results results;

    KernelTables(Results results, StringBuilder html) {
        super(html);
        this.results = results;
    }

    /** What kernels of some units are called in the results: those of float32 by their units alone. */
    static String subject(String units, WeightFormat format) {
        return format.isNarrow() ? units + " " + name(format) : units;
    }

    private static String name(WeightFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** GFLOP/s of fma in registers. */
    private double peak() {
        return PeakBenchmark.FLOPS / results.median("fmaPeak", "", "") / 1000;
    }

    void write() {
        if (Double.isNaN(peak())) {
            return;
        }
        html.append(String.format(Locale.ROOT,
                "<h2 id=\"kernels\">Kernels</h2><p>An LSTM of as many features as units. Multiply-add in registers "
                        + "reaches "
                        + "<b>%.1f GFLOP/s</b> on "
                        + "this core. Matrix x vector and plain read are loops of the benchmark itself over the "
                        + "bytes of float32, in the same run. Green reaches 90 %% of these, and from 128 units on of "
                        + "the peak, red does not.</p>",
                peak()));
        float32();
        polluted();
        rounded();
        for (WeightFormat format : WeightFormat.values()) {
            Map<String, double[]> points = points(format);
            if (!points.isEmpty()) {
                html.append(Charts.roofline(name(format), roofs(), points));
            }
        }
    }

    private void float32() {
        html.append("<div class=\"wide\"><table>");
        header(List.of("units", "weights KB", "recurrent product GB/s", "matrix x vector GB/s", "share",
                "plain read GB/s",
                "input product GFLOP/s", "share of peak", "48 steps us", "bytes a call"));
        for (int units : UNITS) {
            String subject = Integer.toString(units);
            double bytes = 16.0 * units * units;
            double product = bytes / 1000 / results.median("recurrentProduct", subject, "");
            double reference = bytes / 1000 / results.median("matrixVector", subject, "");
            double read = bytes / 1000 / results.median("plainRead", subject, "");
            double flops = flops(units, subject);
            row(product >= 0.9 * reference && (units < 128 || flops >= 0.9 * peak()) ? "win" : "loss", subject,
                    number(bytes / 1024), number(product),
                    number(reference), percent(product / reference), number(read), number(flops),
                    percent(flops / peak()),
                    number(results.median("lstmSteps", subject, "")), allocated(subject));
        }
        html.append("</table></div>\n");
    }

    private void polluted() {
        List<String> said = new ArrayList<>();
        for (WeightFormat format : WeightFormat.values()) {
            String subject = subject("128", format);
            double steps = results.median(Report.POLLUTED + "lstmSteps", subject, "");
            if (!Double.isNaN(steps)) {
                said.add(String.format(Locale.ROOT, "%s %s us and %s us (alone %s and %s)", name(format), number(steps),
                        number(results.median(Report.POLLUTED + "recurrentProduct", subject, "")),
                        number(results.median("lstmSteps", subject, "")),
                        number(results.median("recurrentProduct", subject, ""))));
            }
        }
        if (!said.isEmpty()) {
            html.append("<p>In a JVM where other code has loaded vectors from heap segments of four kinds first, 48 "
                    + "steps of 128 units and one recurrent product take: ").append(String.join("; ", said))
                    .append(".</p>");
        }
    }

    /** The formats beside each other: what half the bytes bring. */
    private void rounded() {
        if (Double.isNaN(results.median("lstmSteps", subject("128", WeightFormat.INT16), ""))) {
            return;
        }
        html.append("<p>The same kernels with weights of 16 bits. The ratios are the time of float32 over that of the "
                + "format.</p><div class=\"wide\"><table>");
        header(List.of("units", "format", "weights KB", "recurrent product us", "GB/s", "GMAC/s", "ratio",
                "input product GFLOP/s", "ratio", "48 steps us", "ratio", "bytes a call"));
        for (int units : UNITS) {
            for (WeightFormat format : WeightFormat.values()) {
                String subject = subject(Integer.toString(units), format);
                double products = 4.0 * units * units;
                double bytes = products * (format.isNarrow() ? 2 : 4);
                double micros = results.median("recurrentProduct", subject, "");
                double ratio = over("recurrentProduct", units, subject);
                row(!format.isNarrow() ? "" : ratio >= 1 ? "win" : "loss", Integer.toString(units), name(format),
                        number(bytes / 1024), number(micros), number(bytes / 1000 / micros),
                        number(products / 1000 / micros), number(ratio), number(flops(units, subject)),
                        number(over("inputProduct", units, subject)), number(results.median("lstmSteps", subject, "")),
                        number(over("lstmSteps", units, subject)), allocated(subject));
            }
        }
        html.append("</table></div>\n");
    }

    /** The time of float32 over that of a subject. */
    private double over(String benchmark, int units, String subject) {
        return results.median(benchmark, Integer.toString(units), "") / results.median(benchmark, subject, "");
    }

    private double flops(int units, String subject) {
        return 8.0 * units * units * KernelBenchmark.STEPS / 1000 / results.median("inputProduct", subject, "");
    }

    private String allocated(String subject) {
        return String.format(Locale.ROOT, "%.0f", results.samples().stream()
                .filter(s -> s.subject().equals(subject) && s.engine().isEmpty()).mapToDouble(Results.Sample::bytes)
                .min().orElse(Double.NaN));
    }

    /** Kernels under the roofs: a byte of a narrow format holds twice the work. */
    private Map<String, double[]> points(WeightFormat format) {
        Map<String, double[]> points = new LinkedHashMap<>();
        double perByte = format.isNarrow() ? 1 : 0.5;
        for (int units : UNITS) {
            String subject = subject(Integer.toString(units), format);
            double product = 8.0 * units * units / 1000 / results.median("recurrentProduct", subject, "");
            if (!Double.isNaN(product)) {
                points.put("recurrent " + units, new double[] {perByte, product});
                points.put("input " + units, new double[] {perByte * KernelBenchmark.STEPS, flops(units, subject)});
            }
        }
        return points;
    }

    private Map<String, List<double[]>> roofs() {
        Map<String, List<double[]>> roofs = new LinkedHashMap<>();
        for (int units : UNITS) {
            double bytes = 16.0 * units * units;
            double read = bytes / 1000 / results.median("plainRead", Integer.toString(units), "");
            roofs.put("read of " + number(bytes / 1024) + " KB",
                    List.of(new double[] {0.1, read / 10}, new double[] {peak() / read, peak()}));
        }
        roofs.put("multiply-add", List.of(new double[] {0.1, peak()}, new double[] {100, peak()}));
        return roofs;
    }
}
