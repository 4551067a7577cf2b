package lanewise.cli.page;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Draws numbers over the steps of a row, each curve in a strip of its own. */
final class CurvePicture {
    private static final int HEIGHT = 70;
    /** More points than pixels show nothing more. */
    private static final int MAX_POINTS = 1500;

    private final Html html;
    private final int left;
    private final int width;

    /**
     * A picture beside labels.
     *
     * @param html  takes it
     * @param left  room for the labels
     * @param width of all steps together
     */
    CurvePicture(Html html, int left, int width) {
        this.html = html;
        this.left = left;
        this.width = width;
    }

    /** Draws curves, NaN where they have no value. */
    void draw(Map<String, double[]> curves) {
        int height = curves.size() * (HEIGHT + 12) + 4;
        html.open("div", "class", "wide").open("svg", "class", "line", "width", Integer.toString(left + width + 2),
                "height", Integer.toString(height), "role", "img");
        int top = 2;
        for (Map.Entry<String, double[]> curve : curves.entrySet()) {
            draw(curve.getKey(), curve.getValue(), top);
            top += HEIGHT + 12;
        }
        html.end("svg").end("div");
    }

    private void draw(String name, double[] values, int top) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        double least = Arrays.stream(finite).min().orElse(0);
        double most = Arrays.stream(finite).max().orElse(0);
        text(Html.cut(name, 24), top + 13, "strong");
        text(Quantity.number(least) + " to " + Quantity.number(most), top + 29, "soft");
        text("at last " + Quantity.number(values[values.length - 1]), top + 45, "soft");
        html.empty("rect", "class", "box", "x", left + ".5", "y", top + ".5", "width", Integer.toString(width),
                "height",
                Integer.toString(HEIGHT));
        if (least < 0 && most > 0) {
            html.empty("path", "class", "zero", "d", String.format(Locale.ROOT, "M%d %.1fh%d", left,
                    y(0, least, most, top), width));
        }
        StringBuilder path = new StringBuilder();
        int every = values.length / MAX_POINTS + 1;
        boolean pen = false;
        for (int t : IntStream.range(0, values.length).filter(i -> i % every == 0).toArray()) {
            if (Double.isFinite(values[t])) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M",
                        left + width * (t + 0.5) / values.length, y(values[t], least, most, top)));
            }
            pen = Double.isFinite(values[t]);
        }
        html.empty("path", "class", "up", "d", path.toString());
    }

    private static double y(double value, double least, double most, int top) {
        return least == most ? top + HEIGHT / 2.0 : top + 4 + (HEIGHT - 8) * (most - value) / (most - least);
    }

    private void text(String text, int y, String style) {
        html.element("text", text, "class", style, "x", "0", "y", Integer.toString(y));
    }
}
