package lanewise.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.geom.Ellipse2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardXYItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/** Draws charts as SVG. */
final class Charts {
    private static final Color[] COLORS = {new Color(0x1b6ca8), new Color(0xd1495b), new Color(0xedae49),
        new Color(0x66a182),
        new Color(0x8d6a9f), new Color(0x6c757d), new Color(0x2e4057)};
    private static final int WIDTH = 900;
    private static final List<ItemLabelPosition> LABELS = List.of(
            new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT),
            new ItemLabelPosition(ItemLabelAnchor.OUTSIDE9, TextAnchor.CENTER_RIGHT),
            new ItemLabelPosition(ItemLabelAnchor.OUTSIDE12, TextAnchor.BOTTOM_CENTER),
            new ItemLabelPosition(ItemLabelAnchor.OUTSIDE6, TextAnchor.TOP_CENTER),
            new ItemLabelPosition(ItemLabelAnchor.OUTSIDE5, TextAnchor.TOP_LEFT));

    static {
        StandardChartTheme theme = new StandardChartTheme("plain");
        theme.setExtraLargeFont(new Font("SansSerif", Font.BOLD, 15));
        theme.setLargeFont(new Font("SansSerif", Font.PLAIN, 13));
        theme.setRegularFont(new Font("SansSerif", Font.PLAIN, 12));
        theme.setPlotBackgroundPaint(Color.WHITE);
        theme.setRangeGridlinePaint(Color.LIGHT_GRAY);
        theme.setDomainGridlinePaint(Color.LIGHT_GRAY);
        theme.setShadowVisible(false);
        ChartFactory.setChartTheme(theme);
    }

    private Charts() {}

    /** A line for each category with a point for each engine; a line stands at 1. */
    static String dots(String title, String axis, DefaultCategoryDataset data) {
        JFreeChart chart = ChartFactory.createLineChart(title, null, axis, data, PlotOrientation.HORIZONTAL, true,
                false,
                false);
        CategoryPlot plot = chart.getCategoryPlot();
        DecadeAxis range = new DecadeAxis(axis);
        range.setSmallestValue(0.1);
        plot.setRangeAxis(range);
        plot.setDomainGridlinesVisible(true);
        plot.addRangeMarker(new ValueMarker(1, Color.BLACK, new BasicStroke(1.5f)));
        LineAndShapeRenderer points = new LineAndShapeRenderer(false, true);
        for (int i = 0; i < data.getRowCount(); i++) {
            points.setSeriesShape(i, new Ellipse2D.Double(-4, -4, 8, 8));
            points.setSeriesPaint(i, COLORS[(i + 1) % COLORS.length]);
        }
        plot.setRenderer(points);
        return svg(chart, 130 + 20 * data.getColumnCount());
    }

    /** Lines over two logarithmic axes. */
    static String lines(String title, String xAxis, String yAxis, Map<String, List<double[]>> curves) {
        XYSeriesCollection data = new XYSeriesCollection();
        curves.forEach((name, points) -> data.addSeries(series(name, points)));
        JFreeChart chart = ChartFactory.createXYLineChart(title, xAxis, yAxis, data);
        XYPlot plot = chart.getXYPlot();
        plot.setDomainAxis(new DecadeAxis(xAxis));
        plot.setRangeAxis(new DecadeAxis(yAxis));
        for (int i = 0; i < data.getSeriesCount(); i++) {
            plot.getRenderer().setSeriesPaint(i, COLORS[i % COLORS.length]);
            plot.getRenderer().setSeriesStroke(i, new BasicStroke(2f));
        }
        return svg(chart, 420);
    }

    /** A roofline for one format of weights: roofs as lines, kernels as labelled points. */
    static String roofline(String format, Map<String, List<double[]>> roofs, Map<String, double[]> kernels) {
        XYSeriesCollection lines = new XYSeriesCollection();
        roofs.forEach((name, points) -> lines.addSeries(series(name, points)));
        XYSeriesCollection points = new XYSeriesCollection();
        kernels.forEach((name, point) -> points.addSeries(series(name, List.of(point))));
        JFreeChart chart = ChartFactory.createXYLineChart("Kernels under the roofs of this core, " + format,
                "flop per byte of weights read", "GFLOP/s",
                lines);
        XYPlot plot = chart.getXYPlot();
        plot.setDomainAxis(new DecadeAxis("flop per byte of weights read"));
        plot.setRangeAxis(new DecadeAxis("GFLOP/s"));
        for (int i = 0; i < lines.getSeriesCount(); i++) {
            plot.getRenderer().setSeriesPaint(i, COLORS[i % COLORS.length]);
            plot.getRenderer().setSeriesStroke(i, new BasicStroke(1.5f));
        }
        XYLineAndShapeRenderer dots = new XYLineAndShapeRenderer(false, true);
        dots.setDefaultItemLabelGenerator(new StandardXYItemLabelGenerator("{0}"));
        dots.setDefaultItemLabelsVisible(true);
        dots.setDefaultSeriesVisibleInLegend(false);
        for (int i = 0; i < points.getSeriesCount(); i++) {
            dots.setSeriesShape(i, new Ellipse2D.Double(-4, -4, 8, 8));
            dots.setSeriesPaint(i, Color.BLACK);
            // kernels of one kind lie above each other: their names go round the points
            dots.setSeriesPositiveItemLabelPosition(i, LABELS.get(i / 2 % LABELS.size()));
        }
        plot.setDataset(1, points);
        plot.setRenderer(1, dots);
        return svg(chart, 520);
    }

    private static XYSeries series(String name, List<double[]> points) {
        XYSeries series = new XYSeries(name);
        points.forEach(p -> series.add(p[0], p[1]));
        return series;
    }

    private static String svg(JFreeChart chart, int height) {
        chart.setBackgroundPaint(Color.WHITE);
        SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height);
        // a tenth of a pixel is enough; each chart has ids of its own
        DoubleFunction<String> coarse = value -> new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(value);
        graphics.setGeomDoubleConverter(coarse);
        graphics.setTransformDoubleConverter(coarse);
        graphics.setDefsKeyPrefix("chart" + Integer.toHexString(chart.getTitle().getText().hashCode()));
        chart.draw(graphics, new Rectangle(WIDTH, height));
        return "<div class=\"chart\">" + graphics.getSVGElement() + "</div>\n";
    }
}
