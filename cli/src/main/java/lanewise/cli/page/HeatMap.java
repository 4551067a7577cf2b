package lanewise.cli.page;

import java.util.Locale;

/**
 * Draws numbers as colours: blue above a middle, red below, fainter towards it. Colours are laid over the page's own,
 * so they
 * fit its light and its dark form. Cells of one colour are one path, which keeps pages small.
 */
final class HeatMap {
    static final String STYLE = """
            svg.map { display: block; } svg.map .frame { fill: none; stroke: var(--line); }
            svg.map path { fill: none; shape-rendering: crispEdges; }
            .up { stroke: var(--blue); } .down { stroke: var(--red); } .none { stroke: var(--line); }
            """;
    private static final int LEVELS = 10;

    private HeatMap() {}

    /**
     * Draws cells as units of the current coordinates, the first row at y 0.5.
     *
     * @param html   takes paths
     * @param cells  [rows][columns]; NaN for none
     * @param middle the number without colour
     * @param scale  how far from the middle a number has the full colour
     */
    static void draw(Html html, double[][] cells, double middle, double scale) {
        StringBuilder[] paths = new StringBuilder[2 * LEVELS + 2];
        for (int y = 0; y < cells.length; y++) {
            for (int x = 0; x < cells[y].length;) {
                int level = level(cells[y][x] - middle, scale);
                int end = x + 1;
                while (end < cells[y].length && level(cells[y][end] - middle, scale) == level) {
                    end++;
                }
                int index = level + LEVELS;
                paths[index] = paths[index] == null ? new StringBuilder() : paths[index];
                paths[index].append('M').append(x).append(' ').append(y).append('h').append(end - x);
                x = end;
            }
        }
        for (int i = 0; i < paths.length; i++) {
            int level = i - LEVELS;
            if (paths[i] != null && level != 0) {
                html.empty("path", "class", level > LEVELS ? "none" : level > 0 ? "up" : "down", "stroke-opacity",
                        level > LEVELS ? "1" : opacity(level), "d", paths[i].toString());
            }
        }
    }

    /** From -10 to 10; 11 for no number. */
    private static int level(double value, double scale) {
        return Double.isNaN(value) ? LEVELS + 1
                : (int) Math.round(Math.max(-1, Math.min(1, scale == 0 ? 0 : value / scale)) * LEVELS);
    }

    private static String opacity(int level) {
        return String.format(Locale.ROOT, "%.1f", Math.abs(level) / (double) LEVELS);
    }
}
