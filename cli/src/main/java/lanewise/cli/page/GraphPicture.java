package lanewise.cli.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lanewise.cli.page.GraphBoxes.Box;
import lanewise.cli.page.GraphBoxes.Kind;

/**
 * Draws boxes with arrows, from top to bottom. A tall graph is cut where one arrow crosses; its parts stand side by
 * side.
 * Arrows over several rows run beside the boxes.
 */
final class GraphPicture {
    /** More boxes than this nobody reads; and the page has to stay small. */
    static final int MAX_BOXES = 200;
    /** A part may be cut from this many rows on. */
    private static final int PART_ROWS = 11;

    private static final int WIDTH = 216;
    private static final int HEIGHT = 56;
    private static final int ACROSS = WIDTH + 18;
    private static final int DOWN = HEIGHT + 26;
    private static final int MARGIN = 4;
    private static final int LANE = 10;
    /** Characters that fit into a box. */
    private static final int LETTERS = 32;
    /** Characters of what a pointer shows. */
    private static final int TITLE = 160;

    private final Html html;

    GraphPicture(Html html) {
        this.html = html;
    }

    /** Draws a graph; says so if only its beginning is drawn. */
    void draw(List<Box> all) {
        List<Box> boxes = all.size() <= MAX_BOXES ? all : all.subList(0, MAX_BOXES);
        html.open("div", "class", "graph");
        parts(boxes).forEach(this::drawPart);
        html.end("div");
        if (boxes.size() < all.size()) {
            html.element("p", "Only the first " + boxes.size() + " of " + Quantity.count(all.size())
                    + " boxes are drawn.", "class", "soft").markup("\n");
        }
    }

    /** Cuts a graph between rows that one arrow joins. */
    private static List<List<Box>> parts(List<Box> boxes) {
        GraphLayout layout = new GraphLayout(boxes.stream().map(Box::reads).toList());
        List<List<Box>> parts = new ArrayList<>();
        int first = 0;
        int link = -1;
        for (int row = 0; row < layout.rows(); row++) {
            int next = row + 1 == layout.rows() ? -1 : crossing(boxes, layout, row);
            boolean cut = row - first + 1 >= PART_ROWS && next >= 0 && layout.rows() - row > PART_ROWS / 2;
            if (cut || row + 1 == layout.rows()) {
                parts.add(part(boxes, layout, first, row, link, cut ? next : -1));
                first = row + 1;
                link = next;
            }
        }
        return parts;
    }

    /** The only box down to a row that boxes below it read; -1 if there are several. */
    private static int crossing(List<Box> boxes, GraphLayout layout, int row) {
        Set<Integer> read = new HashSet<>();
        for (int i = 0; i < boxes.size(); i++) {
            if (layout.row(i) > row) {
                boxes.get(i).reads().stream().filter(before -> layout.row(before) <= row).forEach(read::add);
            }
        }
        return read.size() == 1 ? read.iterator().next() : -1;
    }

    private static List<Box> part(List<Box> boxes, GraphLayout layout, int first, int last, int from, int to) {
        List<Box> part = new ArrayList<>();
        Map<Integer, Integer> numbers = new HashMap<>();
        if (from >= 0) {
            numbers.put(from, 0);
            part.add(link("from", boxes.get(from), List.of()));
        }
        for (int i = 0; i < boxes.size(); i++) {
            if (layout.row(i) >= first && layout.row(i) <= last) {
                numbers.put(i, part.size());
                Box box = boxes.get(i);
                part.add(new Box(box.lines(), box.size(), box.whole(), box.kind(), box.merge(),
                        box.reads().stream().map(numbers::get).toList()));
            }
        }
        if (to >= 0) {
            part.add(link("to the next part:", boxes.get(to), List.of(numbers.get(to))));
        }
        return part;
    }

    private static Box link(String word, Box box, List<Integer> reads) {
        String text = word + " " + box.lines().getFirst();
        return new Box(List.of(text), "", text, Kind.LINK, false, reads);
    }

    private void drawPart(List<Box> boxes) {
        GraphLayout layout = new GraphLayout(boxes.stream().map(Box::reads).toList());
        Map<Integer, List<Integer>> far = new LinkedHashMap<>();
        List<int[]> near = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            for (int before : boxes.get(i).reads()) {
                if (layout.row(i) == layout.row(before) + 1) {
                    near.add(new int[] {before, i});
                } else {
                    far.computeIfAbsent(before, key -> new ArrayList<>()).add(i);
                }
            }
        }
        Map<Integer, Integer> lanes = lanes(far, layout);
        int lanesWidth = lanes.isEmpty() ? 0
                : LANE * (2 + lanes.values().stream().mapToInt(n -> n).max().orElseThrow());
        double boxesWidth = (layout.width() - 1) * ACROSS + WIDTH + 2 * MARGIN;
        int width = (int) Math.ceil(boxesWidth + lanesWidth);
        int height = layout.rows() * DOWN - DOWN + HEIGHT + 2 * MARGIN;
        html.open("svg", "width", Integer.toString(width), "height", Integer.toString(height), "viewBox",
                "0 0 " + width + " " + height, "role", "img");
        near.forEach(arrow -> wire(x(layout, arrow[0]), bottom(layout, arrow[0]), x(layout, arrow[1]),
                top(layout, arrow[1])));
        far.forEach((from, targets) -> detour(layout, from, targets, boxesWidth + LANE * (1 + lanes.get(from))));
        for (int i = 0; i < boxes.size(); i++) {
            box(boxes.get(i), x(layout, i) - WIDTH / 2.0, top(layout, i));
        }
        html.end("svg");
    }

    /** A lane for each box that is read from afar; two share one if their arrows don't overlap. */
    private static Map<Integer, Integer> lanes(Map<Integer, List<Integer>> far, GraphLayout layout) {
        Map<Integer, Integer> lanes = new HashMap<>();
        List<Integer> ends = new ArrayList<>();
        far.keySet().stream().sorted((a, b) -> Integer.compare(layout.row(a), layout.row(b))).forEach(from -> {
            int lane = 0;
            while (lane < ends.size() && ends.get(lane) > layout.row(from)) {
                lane++;
            }
            int end = far.get(from).stream().mapToInt(layout::row).max().orElseThrow();
            if (lane == ends.size()) {
                ends.add(end);
            } else {
                ends.set(lane, end);
            }
            lanes.put(from, lane);
        });
        return lanes;
    }

    private static double x(GraphLayout layout, int box) {
        return MARGIN + layout.column(box) * ACROSS + WIDTH / 2.0;
    }

    private static int top(GraphLayout layout, int box) {
        return MARGIN + layout.row(box) * DOWN;
    }

    private static int bottom(GraphLayout layout, int box) {
        return top(layout, box) + HEIGHT;
    }

    private void wire(double x1, int y1, double x2, int y2) {
        String path = x1 == x2 ? format("M%.0f %dV%d", x1, y1, y2 - 5)
                : format("M%.0f %dC%.0f %d %.0f %d %.0f %d", x1, y1, x1, y2 - 6, x2, y1 + 6, x2, y2 - 5);
        html.empty("path", "class", "wire", "d", path);
        tip(x2, y2);
    }

    /** From below a box to the lane, and from there to above each target. */
    private void detour(GraphLayout layout, int from, List<Integer> targets, double lane) {
        int start = bottom(layout, from);
        for (int target : targets) {
            int end = top(layout, target);
            html.empty("path", "class", "wire", "d", format("M%.0f %dV%dH%.0fV%dH%.0fV%d", x(layout, from) + 8, start,
                    start + 7, lane, end - 12, x(layout, target) + 8, end - 5));
            tip(x(layout, target) + 8, end);
        }
    }

    private void tip(double x, int y) {
        html.empty("path", "class", "tip", "d", format("M%.0f %dl-4 -7h8z", x, y));
    }

    private void box(Box box, double x, int y) {
        html.open("g").element("title", Html.cut(box.whole(), TITLE));
        if (box.kind() == Kind.LINK) {
            html.element("text", Html.cut(box.lines().getFirst(), LETTERS), "class", "soft", "text-anchor", "middle",
                    "x",
                    format("%.0f", x + WIDTH / 2.0), "y", Integer.toString(y + HEIGHT / 2 + 4)).end("g");
            return;
        }
        html.empty("rect", "class", ("box " + box.kind().style).strip(), "x", format("%.1f", x), "y", y + ".5",
                "width", Integer.toString(WIDTH), "height", Integer.toString(HEIGHT), "rx", "5");
        html.element("text", box.size(), "class", "soft", "text-anchor", "end", "x", format("%.0f", x + WIDTH - 8),
                "y", Integer.toString(y + 18));
        for (int i = 0; i < box.lines().size(); i++) {
            html.element("text", Html.cut(box.lines().get(i), LETTERS - (i == 0 ? box.size().length() : 0)), "class",
                    i == 0 ? "strong" : "soft", "x",
                    format("%.0f", x + 9), "y", Integer.toString(y + 18 + 16 * i));
        }
        html.end("g");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
