package lanewise.cli.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Draws one cell over the steps of a row: below the heads of the columns a heat map for each gate and state. */
final class GatePicture {
    private static final List<String> ORDER = List.of(GateNames.INPUT, GateNames.FORGET, GateNames.UPDATE,
            GateNames.RESET, GateNames.CANDIDATE, GateNames.CELL, GateNames.OUTPUT, GateNames.HIDDEN);
    static final int LEFT = 190;
    /** Of all columns together. */
    private static final int WIDTH = 860;
    /** Columns below this width have their heads upright, and no numbers. */
    private static final int WIDE = 46;
    private static final int WIDEST = 96;
    private static final int ROW = 18;
    private static final int LETTERS = 14;
    /** Behind numbers colours are fainter, so that these can be read. */
    private static final double FAINT = 2.5;

    private final Html html;
    private final Columns columns;
    private final int column;
    private final int head;

    /**
     * A picture of some columns.
     *
     * @param html    takes it
     * @param columns all columns
     */
    GatePicture(Html html, Columns columns) {
        this.html = html;
        this.columns = columns;
        column = column(columns.count());
        int longest = columns.heads().stream().mapToInt(name -> Math.min(LETTERS, name.length())).max().orElse(0);
        head = isWide() ? 24 : 12 + 7 * longest;
    }

    private static int column(int count) {
        return Math.max(3, Math.min(WIDEST, WIDTH / count));
    }

    /** What some columns take together. */
    static int width(int count) {
        return count * column(count);
    }

    private boolean isWide() {
        return column >= WIDE;
    }

    /**
     * Draws a cell.
     *
     * @param trace what happened in it
     * @param cells how many cells all its maps together may have
     * @return how many of its units are drawn
     */
    int draw(GateTrace trace, int cells) {
        List<String> names = ORDER.stream().filter(trace.values()::containsKey).toList();
        int units = Math.max(1, Math.min(trace.units(), cells / names.size() / columns.count()));
        List<Integer> shown = shown(trace, units);
        int map = (int) Math.max(40, Math.min(150, 6.0 * units));
        int block = map + (isWide() ? ROW : 0) + 12;
        int height = head + ROW + 10 + names.size() * block;
        int width = LEFT + column * columns.count() + 2;
        html.open("div", "class", "wide").open("svg", "class", "map", "width", Integer.toString(width), "height",
                Integer.toString(height), "viewBox", "0 0 " + width + " " + height, "role", "img");
        heads();
        text("change", 0, head + 13, "strong", "start");
        numbers(changes(trace), head, 0, scale(0, changes(trace)));
        for (int i = 0; i < names.size(); i++) {
            int top = head + ROW + 10 + i * block;
            label(names.get(i), top);
            double[][] values = cells(trace, names.get(i), shown);
            double middle = GateNames.middle(names.get(i));
            double scale = scale(middle, values);
            html.open("g", "transform", String.format(Locale.ROOT, "translate(%d,%.2f) scale(%d,%.4f)", LEFT,
                    top + 0.5 * map / units, column, (double) map / units));
            HeatMap.draw(html, values, middle, scale);
            html.close("g").empty("rect", "class", "frame", "x", LEFT + ".5", "y", top + ".5", "width",
                    Integer.toString(column * columns.count()), "height", Integer.toString(map));
            text(range(values), 0, top + 45, "soft", "start");
            if (isWide()) {
                numbers(means(trace, names.get(i)), top + map, middle, scale);
            }
        }
        html.end("svg").end("div");
        return units;
    }

    private void heads() {
        for (int i = 0; i < columns.count(); i++) {
            double x = LEFT + column * (i + 0.5);
            String name = Html.cut(columns.heads().get(i), LETTERS);
            if (isWide()) {
                text(name, x, head - 8, "strong", "middle");
            } else if (column >= 11 || i % (11 / column + 1) == 0) {
                html.element("text", name, "transform",
                        String.format(Locale.ROOT, "translate(%.1f,%d) rotate(-90)", x + 4, head - 4));
            }
        }
    }

    private void label(String name, int top) {
        text(name, 0, top + 13, "strong", "start");
        text(GateNames.meaning(name), 0, top + 29, "soft", "start");
    }

    private void text(String text, double x, int y, String style, String anchor) {
        html.element("text", text, "class", style, "text-anchor", anchor, "x", String.format(Locale.ROOT, "%.0f", x),
                "y", Integer.toString(y));
    }

    /** A row of single cells with their numbers, as far as there is room. */
    private void numbers(double[] values, int top, double middle, double scale) {
        html.open("g", "transform",
                "translate(" + LEFT + "," + (top + ROW / 2) + ") scale(" + column + "," + ROW + ")");
        HeatMap.draw(html, new double[][] {values}, middle, isWide() ? FAINT * scale : scale);
        html.close("g");
        for (int i = 0; isWide() && i < values.length; i++) {
            text(Double.isNaN(values[i]) ? "masked" : Quantity.number(values[i]), LEFT + column * (i + 0.5), top + 13,
                    "", "middle");
        }
    }

    /** The units that are drawn: those that move most, ordered by what they end with, so that the eye finds groups. */
    private static List<Integer> shown(GateTrace trace, int units) {
        double[][] hidden = trace.values().get(GateNames.HIDDEN);
        double[] last = hidden[trace.backwards() ? 0 : hidden.length - 1];
        List<Integer> all = new ArrayList<>(IntStream.range(0, trace.units()).boxed().toList());
        all.sort(Comparator.comparingDouble((Integer u) -> -range(hidden, u)));
        List<Integer> most = new ArrayList<>(all.subList(0, units));
        most.sort(Comparator.comparingDouble(u -> -last[u]));
        return most;
    }

    private static double range(double[][] hidden, int unit) {
        double least = 0;
        double most = 0;
        for (double[] row : hidden) {
            least = Math.min(least, row[unit]);
            most = Math.max(most, row[unit]);
        }
        return most - least;
    }

    private double[][] cells(GateTrace trace, String name, List<Integer> shown) {
        double[][] cells = new double[shown.size()][columns.count()];
        for (int i = 0; i < columns.count(); i++) {
            double[] row = trace.values().get(name)[columns.step(i, trace.backwards())];
            for (int u = 0; u < shown.size(); u++) {
                cells[u][i] = row == null ? Double.NaN : row[shown.get(u)];
            }
        }
        return cells;
    }

    /** The mean of all units in each column; of sizes where values have a sign. */
    private double[] means(GateTrace trace, String name) {
        double[] means = new double[columns.count()];
        for (int i = 0; i < means.length; i++) {
            double[] row = trace.values().get(name)[columns.step(i, trace.backwards())];
            means[i] = row == null ? Double.NaN
                    : IntStream.range(0, row.length)
                            .mapToDouble(u -> GateNames.isSigned(name) ? Math.abs(row[u]) : row[u]).average()
                            .orElse(Double.NaN);
        }
        return means;
    }

    /** How far each column moves the hidden state: the mean of all units. */
    private double[] changes(GateTrace trace) {
        double[][] hidden = trace.values().get(GateNames.HIDDEN);
        double[] changes = new double[columns.count()];
        for (int i = 0; i < changes.length; i++) {
            int before = i + (trace.backwards() ? 1 : -1);
            double[] now = hidden[columns.step(i, trace.backwards())];
            double[] then = before < 0 || before == columns.count() ? new double[now.length]
                    : hidden[columns.step(before, trace.backwards())];
            changes[i] = IntStream.range(0, now.length).mapToDouble(u -> Math.abs(now[u] - then[u])).average()
                    .orElse(0);
        }
        return changes;
    }

    private static double scale(double middle, double[]... rows) {
        double most = 0;
        for (double[] row : rows) {
            for (double value : row) {
                most = Double.isFinite(value) ? Math.max(most, Math.abs(value - middle)) : most;
            }
        }
        return most;
    }

    private static String range(double[][] rows) {
        DoubleSummaryStatistics all = Arrays.stream(rows).flatMapToDouble(Arrays::stream).filter(Double::isFinite)
                .summaryStatistics();
        return all.getCount() == 0 ? "no number" : Quantity.number(all.getMin()) + " to "
                + Quantity.number(all.getMax());
    }
}
