package lanewise.bench;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;

/** A logarithmic axis with round numbers: 1, 2, 5, 10, or powers of ten where it is long. */
final class DecadeAxis extends LogAxis {
    private static final long serialVersionUID = 1L;
    /** From this many powers of ten on there is no room for 2 and 5. */
    private static final double MANY_DECADES = 2.5;

    DecadeAxis(String label) {
        super(label);
        setBase(10);
        setTickUnit(new NumberTickUnit(1), false, false);
        setAutoRange(true);
    }

    @Override
    public List<NumberTick> refreshTicks(Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
        boolean isHorizontal = RectangleEdge.isTopOrBottom(edge);
        List<NumberTick> ticks = new ArrayList<>();
        for (double value : ticks(getRange())) {
            ticks.add(new NumberTick(TickType.MAJOR, value, text(value),
                    isHorizontal ? edge.equals(RectangleEdge.TOP) ? TextAnchor.BOTTOM_CENTER : TextAnchor.TOP_CENTER
                            : edge.equals(RectangleEdge.RIGHT) ? TextAnchor.CENTER_LEFT : TextAnchor.CENTER_RIGHT,
                    TextAnchor.CENTER, 0));
        }
        return ticks;
    }

    /** Round numbers within a range. */
    static List<Double> ticks(Range range) {
        double least = range.getLowerBound();
        double most = range.getUpperBound();
        List<Double> values = new ArrayList<>();
        int[] steps = Math.log10(most / least) < MANY_DECADES ? new int[] {1, 2, 5} : new int[] {1};
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
            for (int step : steps) {
                double value = step * Math.pow(10, power);
                if (value >= least && value <= most) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    static String text(double value) {
        return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }
}
