package lanewise.bench;

import java.util.List;
import java.util.Locale;

/** A page of tables: a win is green, a loss red. */
class Page {
    /** What is written so far. */
    final StringBuilder html;

    Page(StringBuilder html) {
        this.html = html;
    }

    void header(List<String> cells) {
        html.append("<tr>");
        cells.forEach(c -> html.append("<th>").append(c).append("</th>"));
        html.append("</tr>\n");
    }

    void row(String style, String... cells) {
        html.append(style.isEmpty() ? "<tr>" : "<tr class=\"" + style + "\">");
        for (String cell : cells) {
            html.append("<td>").append(cell).append("</td>");
        }
        html.append("</tr>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    static String number(double value) {
        return Double.isNaN(value) ? ""
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
