package lanewise.trust.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The report: one page of HTML with its charts inside, and without scripts. */
final class SoakPage {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 220;
    private static final int LEFT = 70;
    private static final int BOTTOM = 24;
    private static final List<String> COLOURS = List.of("#1565c0", "#ef6c00", "#b71c1c");

    private record Line(String name, ToDoubleFunction<Sample> value) {}

    private SoakPage() {}

    static String of(List<Sample> samples, List<String> findings) {
        Sample last = samples.getLast();
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Lanewise: soak</title>
                <style>body{font:15px sans-serif;max-width:900px;margin:2em auto}table{border-collapse:collapse}
                td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #ddd}</style>
                <h1>Soak</h1>
                """);
        page.append(String.format(Locale.ROOT, "<p>An LSTM of 64 units over 16 steps, called for %.0f s, while another"
                + " thread opened and closed %,d other models. Java %s.</p><p>%s</p>%n", last.seconds(), last.others(),
                Runtime.version(), findings.isEmpty() ? "Nothing was found." : "Found: " + String.join("; ",
                        findings)));
        chart(page, samples, "Microseconds of a call", List.of(new Line("p50", s -> s.p50() / 1e3),
                new Line("p99", s -> s.p99() / 1e3), new Line("p99.9", s -> s.p999() / 1e3)));
        chart(page, samples, "Bytes allocated by a call", List.of(
                new Line("alone", s -> (double) s.bytes() / Math.max(1, s.calls())),
                new Line("beside a close", s -> (double) s.disturbed() / Math.max(1, s.calls()))));
        chart(page, samples, "Memory in MB", List.of(new Line("resident", s -> s.resident() / 1e6),
                new Line("heap in use", s -> s.heap() / 1e6), new Line("beyond the heap", s -> s.offHeap() / 1e6)));
        page.append(
                "<table><tr><th>seconds<th>calls<th>p50 us<th>p99 us<th>p99.9 us<th>bytes<th>beside closes"
                        + "<th>resident MB"
                        + "<th>heap MB<th>others</tr>\n");
        for (Sample s : samples) {
            page.append(String.format(Locale.ROOT,
                    "<tr><td>%.0f<td>%,d<td>%.1f<td>%.1f<td>%.1f<td>%d<td>%d<td>%.1f<td>%.1f<td>%,d</tr>%n",
                    s.seconds(),
                    s.calls(), s.p50() / 1e3, s.p99() / 1e3, s.p999() / 1e3, s.bytes(), s.disturbed(),
                    s.resident() / 1e6, s
                            .heap() / 1e6,
                    s.others()));
        }
        return page.append("</table></html>\n").toString();
    }

    private static void chart(StringBuilder page, List<Sample> samples, String title, List<Line> lines) {
        double top = 1e-9;
        for (Line line : lines) {
            top = Math.max(top, samples.stream().mapToDouble(line.value()).max().orElse(0));
        }
        top = Math.max(1, top * 1.1);
        double end = samples.getLast().seconds();
        page.append("<h2>").append(title).append("</h2>\n<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT)
                .append("\" role=\"img\" aria-label=\"").append(title).append("\" font-size=\"12\">\n");
        for (int tick = 0; tick <= 4; tick++) {
            double y = y(top * tick / 4, top);
            page.append(String.format(Locale.ROOT, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>"
                    + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>%n", LEFT, y, WIDTH, LEFT - 6, y + 4,
                    top * tick / 4));
        }
        page.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f s</text>%n", WIDTH,
                HEIGHT - 6, end));
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder points = new StringBuilder();
            for (Sample sample : samples) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", LEFT + (WIDTH - LEFT) * sample.seconds() / end,
                        y(lines.get(i).value().applyAsDouble(sample), top)));
            }
            page.append(String.format(Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\""
                    + " stroke-width=\"2\"/><text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n", points, COLOURS.get(i),
                    LEFT + 10 + 120 * i, HEIGHT - 6, COLOURS.get(i), lines.get(i).name()));
        }
        page.append("</svg>\n");
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 10) * value / top;
    }
}
